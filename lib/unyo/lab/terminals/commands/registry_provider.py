"""Keys as the registry provider shows them, and what its cmdlets do to keys."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.locations import has_wildcard, long_name, missing
from unyo.lab.terminals.commands.registry_keys import KEY_TYPE, OpenKey
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.machine.registry import Key
    from unyo.lab.terminals.powershell.commands import Call

PROVIDER = "Microsoft.PowerShell.Core\\Registry"


def ps_properties(key: Key) -> dict[str, Any]:
    """The properties that the provider adds to everything."""
    name = long_name(key.path)
    parent = name.rpartition("\\")[0]
    hive = key.path.partition("\\")[0]
    return {
        "PSPath": f"{PROVIDER}::{name}",
        "PSParentPath": f"{PROVIDER}::{parent}" if parent else "",
        "PSChildName": key.name,
        "PSDrive": hive if hive == "HKLM" else None,
        "PSProvider": PROVIDER,
    }


def key_item(machine: Machine, key: Key) -> Item:
    """What Get-Item gives for a key; changing it needs Set-ItemProperty or a key that was opened."""
    item = OpenKey(machine, key.path, writable=False).item()
    item.properties["Property"] = [value.name or "(default)" for value in key.values.values()]
    for name, value in ps_properties(key).items():
        item.properties[name] = value
    item.type_names = [KEY_TYPE]
    return item


def keys_at(call: Call, path: str, key_path: str, literal: bool) -> list[Key]:
    """The keys that a path means; PathNotFound where it is literal and nothing is there."""
    registry = call.machine.registry
    if literal or not has_wildcard(key_path):
        key = registry.key(key_path)
        if key is None:
            call.write_error(missing(path, call.name))
        return [] if key is None else [key]
    parent, _, pattern = key_path.rpartition("\\")
    if has_wildcard(parent):
        call.unsupported(f"a wildcard before the last part of {path}")
    return [key for key in registry.children(parent) if fnmatchcase(key.name.lower(), pattern.lower())]


def children(call: Call, key: Key) -> Iterator[Item]:
    """The keys below, with -Recurse at every depth."""
    for child in call.machine.registry.children(key.path):
        yield key_item(call.machine, child)
        if call.get("Recurse"):
            yield from children(call, child)
