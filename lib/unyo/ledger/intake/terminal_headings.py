"""The headings that asset registers use, and the field of a terminal that each one fills."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from unyo.core.text import Text
from unyo.ledger.intake.headings import normal
from unyo.ledger.intake.mapping import Subject

_TABLE = {
    "asset_number": "管理番号 資産番号 資産管理番号 備品番号 物品番号 管理no assetnumber assettag",
    "serial": "製造番号 シリアル番号 シリアルナンバー シリアルno シリアル 製造no 製番 serial serialnumber serialno sn",
    "name": "コンピュータ名 コンピューター名 端末名 ホスト名 マシン名 pc名 機器名 computername hostname name",
    "address": "接続先 接続先アドレス fqdn 完全修飾名 address",
    "port": "ポート ポート番号 port",
    "model": "機種 型番 機種名 型式 モデル モデル名 製品名 model",
    "manufacturer": "メーカー メーカ メーカー名 メーカ名 製造元 製造者 manufacturer vendor",
    "site": "拠点 拠点名 庁舎 庁舎名 事業所 設置場所 site",
    "floor": "階 設置階 フロア 階数 floor",
    "room": "室 部屋 室名 部屋名 設置室 執務室 room",
    "seat": "席 座席番号 座席 席番号 seat",
    "user": "職員番号 使用者職員番号 利用者職員番号 使用者番号 利用者番号 使用者コード 使用者 利用者 user staffnumber",
    "department": "部署コード 所属コード 課コード 組織コード 使用部署コード 管理部署コード departmentcode department",
    "state": "状態 使用状態 利用状態 状況 使用状況 ステータス state status",
    "kind": "種別 機器種別 端末種別 機器区分 kind type",
    "ip_addresses": "ipアドレス ip ipaddress ipaddresses",
    "mac_addresses": "macアドレス 物理アドレス mac macaddress macaddresses",
    "os_build": "osビルド osバージョン ビルド番号 osbuild",
    "note": "備考 摘要 メモ note remarks",
}
FIELDS: Mapping[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in _TABLE.items()}
"""Field → headings in order of preference, in the order of an exported sheet."""

_FIELD_OF = {normal(word): field for field, words in FIELDS.items() for word in words}
TERMINALS = Subject(FIELDS, "inventory/terminals/columns.example.yml")

HEADINGS = {
    "asset_number": Text("Asset number", "管理番号"),
    "serial": Text("Serial number", "製造番号"),
    "name": Text("Computer name", "コンピュータ名"),
    "address": Text("Address", "接続先"),
    "port": Text("Port", "ポート"),
    "model": Text("Model", "機種"),
    "manufacturer": Text("Manufacturer", "メーカー"),
    "site": Text("Site", "拠点"),
    "floor": Text("Floor", "階"),
    "room": Text("Room", "室"),
    "seat": Text("Seat", "座席番号"),
    "user": Text("User", "職員番号"),
    "department": Text("Department code", "部署コード"),
    "state": Text("State", "状態"),
    "kind": Text("Kind", "種別"),
    "ip_addresses": Text("IP address", "IPアドレス"),
    "mac_addresses": Text("MAC address", "MACアドレス"),
    "os_build": Text("OS build", "OSビルド"),
    "note": Text("Note", "備考"),
}
"""Field → the heading of an exported sheet; every one of them is read again."""


def field_of(heading: str) -> str | None:
    """The field that a heading means; a remark in brackets after it is tolerated."""
    found = _FIELD_OF.get(normal(heading))
    if found is None:
        found = _FIELD_OF.get(normal(re.sub(r"\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", heading))))
    return found
