"""Servers, network devices, databases, directories and appliances in the ledger: in, out, and trusted."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from unyo.core.errors import NotFound
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.credentials_accounts import device_path
from unyo.ledger.devices_file import Entry, Fault, read_entries, refuse
from unyo.ledger.devices_rules import faults_of
from unyo.ledger.models import DeviceRecord
from unyo.ledger.terminal_fields import key_of

HOST_KEY = "host_key"
_FIELDS = ("kind", "address", "port", "driver", "site", "groups", "accounts", "options", "active")
_EMPTY: Mapping[str, Any] = {
    "address": "",
    "port": 0,
    "driver": "",
    "site": "",
    "groups": [],
    "options": {},
}


@dataclass(frozen=True)
class DeviceChange:
    """What an import would do to one device; ``differences`` are field → (before, after)."""

    record: DeviceRecord
    is_new: bool
    differences: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class DeviceImport:
    """A file held against the ledger: nothing is written yet."""

    changes: tuple[DeviceChange, ...]
    unchanged: int
    unmentioned: tuple[str, ...]


def compare(text: str, filename: str, now: datetime, own: Collection[str] = ()) -> DeviceImport:
    """Read the file and say what it would change; BadInput that names every wrong field.

    ``own`` are the names in the vault of accounts that stand in no list: others may go through them.
    """
    entries = read_entries(text, filename)
    known = DeviceRecord.objects.in_bulk()
    faults = [fault for entry in entries for fault in faults_of(entry)]
    faults = faults or [*_clashes(entries, known, own)]
    if faults:
        raise refuse(filename, faults)
    found = [_change(entry.values, known.get(entry.values["name"]), now) for entry in entries]
    named = {entry.values["name"] for entry in entries}
    return DeviceImport(
        tuple(change for change in found if change.is_new or change.differences),
        sum(not (change.is_new or change.differences) for change in found),
        tuple(sorted(name for name, record in known.items() if record.active and name not in named)),
    )


def store(found: DeviceImport, filename: str, actor: str, now: datetime) -> None:
    """Write what was compared, all or nothing."""
    with transaction.atomic():
        for change in found.changes:
            change.record.save(force_insert=change.is_new)
        fields = {
            "file": filename,
            "new": [change.record.name for change in found.changes if change.is_new],
            "changed": {
                change.record.name: sorted(change.differences)
                for change in found.changes
                if not change.is_new
            },
        }
        append([NewEvent("devices.imported", actor, fields=fields)], now)


def find_device(name: str) -> DeviceRecord:
    """The device of this name or address; NotFound with what is near."""
    records = list(DeviceRecord.objects.all())
    for record in records:
        if key_of(name) in (key_of(record.name), key_of(record.address)):
            return record
    names = [record.name for record in records]
    near = ", ".join(difflib.get_close_matches(name, names, 5, 0.5) or sorted(names)[:5]) or "-"
    raise NotFound(
        "devices.unknown",
        Text("no device has this name", "該当する機器がありません"),
        Text(f"near: {near}; list them: unyo devices list", f"近い値: {near}。一覧: unyo devices list"),
        target=name,
    )


def set_active(name: str, active: bool, actor: str, now: datetime) -> None:
    """A removed device keeps its name, and its passwords stay sealed."""
    with transaction.atomic():
        DeviceRecord.objects.filter(pk=name).update(active=active)
        kind = "devices.restored" if active else "devices.removed"
        append([NewEvent(kind, actor, fields={"name": name})], now)


def pinned_keys(record: DeviceRecord) -> list[str]:
    kept = record.options.get(HOST_KEY) or []
    return [kept] if isinstance(kept, str) else list(kept)


def pin_host_key(name: str, line: str, shown: str, actor: str, now: datetime, *, add: bool) -> None:
    """Trust this key, instead of those before or beside them; ``shown`` is its fingerprint."""
    with transaction.atomic():
        record = DeviceRecord.objects.select_for_update().get(pk=name)
        before = pinned_keys(record)
        after = list(dict.fromkeys([*before, line] if add else [line]))
        record.options = {**record.options, HOST_KEY: after[0] if len(after) == 1 else after}
        record.save(update_fields=["options"])
        fields = {"name": name, "fingerprint": shown, "keys": len(after), "before": len(before)}
        append([NewEvent("devices.trusted", actor, fields=fields)], now)


def _change(values: Mapping[str, Any], known: DeviceRecord | None, now: datetime) -> DeviceChange:
    wanted = {**_EMPTY, **{key: value for key, value in values.items() if value is not None}, "active": True}
    if known is None:
        return DeviceChange(DeviceRecord(**wanted, added_at=now), True, {})
    pinned = known.options.get(HOST_KEY)
    same_place = (wanted["address"], wanted["port"]) == (known.address, known.port)
    if pinned and same_place and HOST_KEY not in wanted["options"]:
        # Trusted at the device's console; a list that does not speak of keys takes none away.
        wanted["options"] = {**wanted["options"], HOST_KEY: pinned}
    differences = {
        field: (getattr(known, field), wanted[field])
        for field in _FIELDS
        if getattr(known, field) != wanted[field]
    }
    for field, (_, after) in differences.items():
        setattr(known, field, after)
    return DeviceChange(known, False, differences)


def _clashes(
    entries: Sequence[Entry], known: Mapping[str, DeviceRecord], own: Collection[str]
) -> Iterator[Fault]:
    """Names and places in the vault that two devices would share, and accounts to go through that nobody has."""
    mentioned = {entry.values["name"] for entry in entries}
    others = [record for name, record in known.items() if record.active and name not in mentioned]
    paths = {device_path(each.name, account): each.name for each in others for account in each.accounts}
    names: set[str] = set()
    for entry in entries:
        name = entry.values["name"]
        if name in names:
            what = Text("this device stands there twice", "同じ機器が2回あります")
            yield entry.fault(("name",), what, Text("each once", "各1回だけ"))
        names.add(name)
        mine: set[str] = set()
        for number, account in enumerate(entry.values["accounts"]):
            path = device_path(name, account)
            if paths.setdefault(path, name) != name or path in mine:
                what = Text(
                    f"{paths[path]} keeps a password as {path}", f"{paths[path]} が {path} を使用中です"
                )
                yield entry.fault(("accounts", number, "path"), what, Text("another path", "別の path"))
            mine.add(path)
    for entry in entries:
        for number, account in enumerate(entry.values["accounts"]):
            via = account.get("via") or ""
            if "/" in via and via not in {*paths, *own} and not via.startswith("passwords/windows/"):
                what = Text(f"no account is kept as {via}", f"{via} というアカウントはありません")
                right = Text("an account of this file or the ledger", "このファイルか台帳にあるアカウント")
                yield entry.fault(("accounts", number, "via"), what, right)
