"""What a device of the list may say, field by field, and what would be right where it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from unyo.core.credential import AccountKind
from unyo.core.text import Text
from unyo.ledger.credentials_accounts import ENABLE, device_path
from unyo.ledger.devices_file import Entry, Fault

FIELDS = ("name", "kind", "address", "port", "driver", "site", "groups", "accounts", "options")
ACCOUNT_FIELDS = ("name", "role", "via", "groups", "options", "initial", "path")

_NAME = re.compile(r"[^\s/#%][^/#%]*")
_WORD = re.compile(r"[a-z][a-z_]*")
_HOST_KEY = re.compile(r"(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+={0,2}(?: .*)?")
_SECRETS = re.compile(
    r"pass(word|wd|phrase)?|secret|token|community|psk|.*_(password|passwd|passphrase)", re.I
)
# A step's lock holds it together with the kind.
_LONGEST_PATH = 180
# How long the ledger's columns are.
_LONGEST = {"name": 64, "address": 255, "driver": 40, "site": 80}
_KINDS = [kind.value for kind in AccountKind if kind is not AccountKind.WINDOWS]


def faults_of(entry: Entry) -> Iterator[Fault]:
    """Everything that is wrong with one device, looked at on its own."""
    values = entry.values
    yield from _unknown(entry, (), values, FIELDS)
    yield from _name(entry, ("name",), values.get("name"), _LONGEST["name"])
    if str(values.get("name")).casefold() == AccountKind.WINDOWS:
        what = Text("terminals have this place in the vault", "端末用の保管場所と重なる名前です")
        yield entry.fault(("name",), what, Text("another name", "別の名前"))
    yield from _kind(entry, values.get("kind"))
    for field in ("address", "driver", "site"):
        yield from _text(entry, (field,), values.get(field), _LONGEST[field])
    yield from _place(entry)
    yield from _groups(entry, ("groups",), values.get("groups"))
    yield from _options(entry, ("options",), values.get("options"))
    yield from _accounts(entry)


def _kind(entry: Entry, kind: Any) -> Iterator[Fault]:
    listed = ", ".join(_KINDS)
    if kind == AccountKind.WINDOWS:
        yield entry.fault(
            ("kind",),
            Text("Windows machines stand in the ledger of terminals", "Windows は端末台帳に登録します"),
            Text("unyo terminals import, with kind server", "unyo terminals import(種別: サーバ)"),
        )
    elif kind not in _KINDS:
        what = Text(f"{kind!r} is no kind", f"{kind!r} という種別はありません")
        what = what if kind is not None else Text("a kind is missing", "種別がありません")
        yield entry.fault(("kind",), what, Text(listed, listed))


def _place(entry: Entry) -> Iterator[Fault]:
    values = entry.values
    options = values.get("options")
    has_urls = isinstance(options, Mapping) and options.get("urls")
    # A directory without an address is the one of the settings.
    can_do_without = has_urls or values.get("kind") == AccountKind.DIRECTORY
    if values.get("address") in (None, "") and not can_do_without:
        what = Text("an address is missing", "接続先がありません")
        yield entry.fault(("address",), what, Text("a host name or an address", "ホスト名か IP アドレス"))
    port = values.get("port", 0)
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        what = Text(f"{port!r} is no port", f"{port!r} はポート番号ではありません")
        yield entry.fault(("port",), what, Text("1 to 65535, or nothing", "1〜65535 または省略"))
    if values.get("kind") == AccountKind.APPLIANCE and not values.get("driver"):
        what = Text("an appliance needs a driver", "driver がありません")
        yield entry.fault(("driver",), what, Text("the plug-in's name: snmp_usm", "プラグイン名: snmp_usm"))


def _accounts(entry: Entry) -> Iterator[Fault]:
    accounts = entry.values.get("accounts")
    if not isinstance(accounts, list) or not accounts:
        what = Text("a list of accounts is missing", "アカウントの一覧がありません")
        yield entry.fault(("accounts",), what, Text("- name: root", "- name: root"))
        return
    for number, account in enumerate(accounts):
        place = ("accounts", number)
        if not isinstance(account, dict):
            what = Text(f"{account!r} is no account", f"{account!r} はアカウントではありません")
            yield entry.fault(place, what, Text("- name: root", "- name: root"))
            continue
        yield from _account(entry, number, account, accounts)


def _account(entry: Entry, number: int, account: Mapping[str, Any], accounts: list[Any]) -> Iterator[Fault]:
    place: tuple[str | int, ...] = ("accounts", number)
    yield from _unknown(entry, place, account, ACCOUNT_FIELDS)
    yield from _name(entry, (*place, "name"), account.get("name"), 64)
    role = account.get("role", "admin")
    if not isinstance(role, str) or not _WORD.fullmatch(role):
        what = Text(f"{role!r} is no role", f"{role!r} は役割として使えません")
        right = "login, enable, superuser, service, admin, person"
        yield entry.fault((*place, "role"), what, Text(right, right))
    same = [each for each in accounts[:number] if _who(each) == _who(account)]
    if same:
        what = Text("this account stands there twice", "同じアカウントが2回あります")
        yield entry.fault((*place, "name"), what, Text("each once", "各1回だけ"))
    yield from _via(entry, (*place, "via"), account, accounts)
    for field in ("initial", "path"):
        yield from _vault_name(entry, (*place, field), account.get(field))
    yield from _groups(entry, (*place, "groups"), account.get("groups"))
    yield from _options(entry, (*place, "options"), account.get("options"))
    device, name = entry.values.get("name"), account.get("name")
    if (
        isinstance(device, str)
        and isinstance(name, str)
        and len(device_path(device, account)) > _LONGEST_PATH
    ):
        what = Text("its name in the vault is too long", "保管庫での名前が長すぎます")
        yield entry.fault((*place, "name"), what, Text("shorter, or give a path", "短くするか path を指定"))


def _who(account: Any) -> tuple[object, bool] | None:
    if not isinstance(account, dict):
        return None
    return account.get("name"), account.get("role") == ENABLE


def _via(
    entry: Entry, place: tuple[str | int, ...], account: Mapping[str, Any], accounts: list[Any]
) -> Iterator[Fault]:
    via = account.get("via")
    if via is None:
        return
    names = [each.get("name") for each in accounts if isinstance(each, dict) and each is not account]
    if isinstance(via, str) and (via in names or "/" in via):
        return
    listed = ", ".join(str(name) for name in names) or "-"
    what = Text(
        f"{via!r} is no other account of this device", f"{via!r} はこの機器の別のアカウントではありません"
    )
    right = Text(
        f"one of: {listed}; or another's name in the vault", f"次のいずれか: {listed}。または保管庫での名前"
    )
    yield entry.fault(place, what, right)


def _vault_name(entry: Entry, place: tuple[str | int, ...], name: Any) -> Iterator[Fault]:
    if name is None:
        return
    if (
        not isinstance(name, str)
        or not name
        or len(name) > _LONGEST_PATH
        or not name.isprintable()
        or "#" in name
    ):
        what = Text(f"{name!r} is no name in the vault", f"{name!r} は保管庫での名前として使えません")
        right = Text("like linux/first, without #", "linux/first のように(# を除く)")
        yield entry.fault(place, what, right)


def _name(entry: Entry, place: tuple[str | int, ...], name: Any, longest: int) -> Iterator[Fault]:
    if isinstance(name, str) and _NAME.fullmatch(name) and len(name) <= longest and name.isprintable():
        return
    what = Text("a name is missing", "名前がありません")
    if name is not None:
        what = Text(f"{name!r} cannot be a name", f"{name!r} は名前として使えません")
    right = Text(f"a text of up to {longest} characters without / # %", f"{longest} 文字以内(/ # % を除く)")
    yield entry.fault(place, what, right)


def _text(entry: Entry, place: tuple[str | int, ...], value: Any, longest: int) -> Iterator[Fault]:
    if value is None or (isinstance(value, str) and len(value) <= longest and value.isprintable()):
        return
    what = Text(f"{value!r} is no text", f"{value!r} は文字列として使えません")
    right = Text(f"a text of up to {longest} characters", f"{longest} 文字以内の文字列")
    yield entry.fault(place, what, right)


def _groups(entry: Entry, place: tuple[str | int, ...], groups: Any) -> Iterator[Fault]:
    if groups is None:
        return
    if not isinstance(groups, list) or not all(isinstance(each, str) and each for each in groups):
        what = Text(f"{groups!r} is no list of names", f"{groups!r} は名前の一覧ではありません")
        yield entry.fault(place, what, Text("[core, floor-3]", "[core, floor-3]"))


def _options(entry: Entry, place: tuple[str | int, ...], options: Any) -> Iterator[Fault]:
    if options is None:
        return
    if not isinstance(options, dict) or not all(isinstance(key, str) for key in options):
        what = Text("no mapping of names to values", "「名前: 値」になっていません")
        yield entry.fault(place, what, Text("{database: ledger}", "{database: ledger}"))
        return
    for key, value in options.items():
        if not _is_json(value):
            what = Text(
                "not text, number, yes or no, or a list of these", "文字列・数値・真偽値・一覧ではありません"
            )
            yield entry.fault(
                (*place, key), what, Text('"2026-04-01" in quotes', '"2026-04-01" のように引用符で囲む')
            )
        if _SECRETS.fullmatch(key):
            # Nothing of its value: it may be a password.
            what = Text("a secret must not stand here", "秘密情報は書けません")
            right = Text("seal it: unyo vault seal NAME", "封印する: unyo vault seal 名前")
            yield entry.fault((*place, key), what, right)
    keys = options.get("host_key") or []
    for line in [keys] if isinstance(keys, str) else keys if isinstance(keys, list) else [keys]:
        if not isinstance(line, str) or not _HOST_KEY.fullmatch(line):
            what = Text("no host key", "ホスト鍵の形式ではありません")
            yield entry.fault((*place, "host_key"), what, Text("ssh-ed25519 AAAA…", "ssh-ed25519 AAAA…"))


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _unknown(
    entry: Entry, place: tuple[str | int, ...], values: Mapping[Any, Any], known: tuple[str, ...]
) -> Iterator[Fault]:
    for key in values:
        if key not in known:
            listed = ", ".join(known)
            what = Text("there is no such field", "この項目はありません")
            yield entry.fault((*place, str(key)), what, Text(f"one of: {listed}", f"次のいずれか: {listed}"))
