"""``unyo devices``: servers, network devices, databases and appliances whose passwords unyo keeps."""

from __future__ import annotations

from typing import Any

import click

from unyo.cli.devices_import import confirmed, import_file
from unyo.cli.devices_trust import trust
from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.credential import AccountKind
from unyo.core.text import Text
from unyo.ledger.credentials_accounts import accounts_of
from unyo.ledger.devices import find_device, pinned_keys, set_active
from unyo.ledger.models import DeviceRecord
from unyo.settings import load_settings
from unyo.wiring import build_road

devices = group(
    "devices",
    "Servers, network devices, databases and appliances whose passwords unyo keeps.",
    "パスワードを管理するサーバ・ネットワーク機器・データベース・機器の台帳",
)
devices.add_command(import_file)
devices.add_command(trust)

_yes = click.option("-y", "--yes", is_flag=True, help=tr("without asking", "確認なしで実行"))
_by = click.option("--by", help=tr("who does it, if not this user", "実施者(この OS ユーザと異なる場合)"))


@command(devices, "list", en="Devices in the ledger.", ja="機器の一覧。")
@click.option("--kind", multiple=True, type=click.Choice([kind.value for kind in AccountKind]))
@click.option("--group", multiple=True)
@click.option("--removed", is_flag=True, help=tr("those that were removed", "削除済みの機器"))
@click.pass_obj
def list_devices(screen: Screen, kind: tuple[str, ...], group: tuple[str, ...], removed: bool) -> None:
    build_road(load_settings())
    found = [
        record
        for record in DeviceRecord.objects.filter(active=not removed)
        if (not kind or record.kind in kind) and (not group or set(group) & set(record.groups))
    ]
    screen.table(
        [
            Text("device", "機器"),
            Text("kind", "種別"),
            Text("address", "接続先"),
            Text("driver", "ドライバ"),
            Text("site", "拠点"),
            Text("groups", "グループ"),
            Text("accounts", "アカウント"),
            Text("host key", "ホスト鍵"),
        ],
        [
            (
                record.name,
                record.kind,
                _address(record),
                record.driver,
                record.site,
                ", ".join(record.groups),
                ", ".join(account["name"] for account in record.accounts),
                tr("trusted", "登録済み") if pinned_keys(record) else "",
            )
            for record in found
        ],
    )
    screen.say(f"{len(found)} devices", f"{len(found)} 台")
    screen.data([_as_json(record) for record in found])


@command(devices, "show", en="One device with its accounts.", ja="機器1台とそのアカウント。")
@click.argument("name")
@click.pass_obj
def show_device(screen: Screen, name: str) -> None:
    build_road(load_settings())
    record = find_device(name)
    screen.line(f"{record.name}  {_address(record)}  ({show(AccountKind(record.kind).label)})")
    if not record.active:
        screen.say("removed: its passwords are kept, nothing is changed", "削除済み(パスワードは保管)")
    screen.table(
        [Text("field", "項目"), Text("value", "値")],
        [
            (field, value)
            for field, value in _as_json(record).items()
            if field not in ("accounts", "name", "kind", "address", "port") and value not in ("", [], {})
        ],
    )
    screen.table(
        [
            Text("account", "アカウント"),
            Text("role", "役割"),
            Text("set by", "変更元"),
            Text("in the vault", "保管名"),
        ],
        [
            (each.credential.account, each.credential.role, each.credential.via, each.credential.path)
            for each in accounts_of(record)
        ],
    )
    screen.data(_as_json(record))


@command(
    devices,
    "remove",
    en="Take a device out of the ledger; its passwords stay sealed.",
    ja="機器を台帳から外します(パスワードは封印したまま保管します)。",
)
@click.argument("name")
@_yes
@_by
@click.pass_obj
def remove(screen: Screen, name: str, yes: bool, by: str | None) -> None:
    road = build_road(load_settings())
    actor = identify(road, by).name
    record = find_device(name)
    if not (yes or confirmed(screen, f"remove {record.name}?", f"{record.name} を外しますか?")):
        raise click.Abort
    set_active(record.name, False, actor, road.tools.clock.now())
    screen.say(
        f"{record.name} removed; bring it back by importing it again",
        f"{record.name} を外しました。再度取り込むと戻ります",
    )
    screen.data({"name": record.name, "active": False})


def _as_json(record: DeviceRecord) -> dict[str, Any]:
    fields = ("name", "kind", "address", "port", "driver", "site", "groups", "accounts", "options", "active")
    return {field: getattr(record, field) for field in fields}


def _address(record: DeviceRecord) -> str:
    return f"{record.address}:{record.port}" if record.port else record.address
