"""Get-Item, Get-ChildItem, New-Item, Remove-Item: over files and the registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.commands import file_provider as on_disk
from unyo.lab.terminals.commands import registry_provider as in_registry
from unyo.lab.terminals.commands.locations import (
    file_path,
    long_name,
    missing,
    paths_of,
    registry_path,
)
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.machine.registry import Key
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.providers import FILE_SYSTEM, path_test
from unyo.lab.terminals.powershell.values import Item

REGISTRY_DRIVES = ("hklm", "hkcu", "registry")
_LITERAL = (("PSPath", "LiteralPath"), ("LP", "LiteralPath"))


def things_at(call: Call, path: str, literal: bool) -> list[Key] | list[File]:
    """Keys or files at a path."""
    key = registry_path(call.machine, call.shell.user, path)
    if key is not None:
        return in_registry.keys_at(call, path, key, literal)
    return on_disk.files_at(call, path, file_path(call, path), literal)


def item_of(call: Call, thing: Key | File) -> Item:
    return on_disk.file_item(thing) if isinstance(thing, File) else in_registry.key_item(call.machine, thing)


@command(
    "Get-Item",
    positional=("Path",),
    named=("LiteralPath", "Filter"),
    switches=("Force",),
    aliases=("gi",),
    pipeline="Path",
    parameter_aliases=_LITERAL,
)
def get_item(call: Call) -> Iterator[Any]:
    for path, literal in paths_of(call):
        for thing in things_at(call, path, literal):
            hidden = isinstance(thing, File) and thing.hidden and not call.get("Force")
            if hidden:
                call.write_error(missing(path, call.name))
            else:
                yield item_of(call, thing)


@command(
    "Get-ChildItem",
    positional=("Path", "Filter"),
    named=("LiteralPath", "Include", "Exclude", "Depth"),
    switches=("Recurse", "Force", "File", "Directory", "Hidden", "Name"),
    aliases=("gci", "dir", "ls"),
    pipeline="Path",
    parameter_aliases=_LITERAL,
)
def get_child_item(call: Call) -> Iterator[Any]:
    depth = int(call.get("Depth", 64 if call.get("Recurse") else 0))
    for path, literal in paths_of(call) or [("C:\\", True)]:
        things = things_at(call, path, literal)
        for thing in things:
            if isinstance(thing, Key):
                yield from in_registry.children(call, thing)
            elif thing.folder and (literal or "*" not in path):
                for file in on_disk.below(call, thing, depth):
                    yield file.name if call.get("Name") else on_disk.file_item(file)
            elif on_disk.matching(call, thing):
                yield on_disk.file_item(thing)


@command(
    "New-Item",
    positional=("Path",),
    named=("Name", "ItemType", "Value"),
    switches=("Force",),
    aliases=("ni",),
    parameter_aliases=(("Type", "ItemType"),),
    should_process=True,
)
def new_item(call: Call) -> Iterator[Any]:
    for given in call.values("Path"):
        path = f"{str(given).rstrip(chr(92))}\\{call.get('Name')}" if call.given("Name") else str(given)
        if not call.should_process(path, "Create"):
            continue
        key = registry_path(call.machine, call.shell.user, path)
        yield _new_key(call, path, key) if key is not None else _new_file(call, path)


def _new_key(call: Call, path: str, key: str) -> Item:
    registry = call.machine.registry
    kept = registry.key(key)
    if kept is not None and not call.get("Force"):
        raise PowerShellError(
            "A key in this path already exists.",
            "ResourceExists",
            path,
            "System.IO.IOException,Microsoft.PowerShell.Commands.NewItemCommand",
            exception="System.IO.IOException",
        )
    if not call.get("Force") and registry.key(key.rpartition("\\")[0]) is None:
        raise missing(long_name(key.rpartition("\\")[0]), call.name)
    if kept is not None:
        # With -Force the provider makes the key anew: what was in it is gone.
        registry.remove(key)
    made = registry.make(key)
    if call.given("Value"):
        registry.put(made.path, "", "String", str(call.get("Value")))
    return in_registry.key_item(call.machine, made)


def _new_file(call: Call, path: str) -> Item:
    full, files, now = file_path(call, path), call.machine.files, call.machine.now()
    kept, kind = files.find(full), str(call.get("ItemType", "File")).lower()
    if kind in ("directory", "container"):
        if kept is not None and not (call.get("Force") and kept.folder):
            raise _there(full)
        return on_disk.file_item(files.make_folder(full, now))
    if kind not in ("file", "leaf"):
        call.unsupported(f"-ItemType {kind}")
    if kept is not None and not call.get("Force"):
        raise _there(full)
    if call.get("Force"):
        files.make_folder(full.rpartition("\\")[0], now)
    content = str(call.get("Value", "")).encode()
    try:
        return on_disk.file_item(files.write(full, content, now))
    except FileNotFoundError:
        raise PowerShellError(
            f"Could not find a part of the path '{full}'.",
            "WriteError",
            full,
            "NewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand",
            exception="System.IO.DirectoryNotFoundException",
        ) from None


def _there(path: str) -> PowerShellError:
    return PowerShellError(
        f"The file '{path}' already exists.",
        "WriteError",
        path,
        "NewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand",
        exception="System.IO.IOException",
    )


@command(
    "Remove-Item",
    positional=("Path",),
    named=("LiteralPath", "Include", "Exclude", "Filter"),
    switches=("Recurse", "Force"),
    aliases=("ri", "rm", "del", "rd", "rmdir"),
    pipeline="Path",
    parameter_aliases=_LITERAL,
    should_process=True,
)
def remove_item(call: Call) -> None:
    for path, literal in paths_of(call):
        found: list[Key | File] = [*things_at(call, path, literal)]
        for thing in found:
            if isinstance(thing, File) and not on_disk.matching(call, thing):
                continue
            if call.should_process(thing.path, "Remove"):
                _remove(call, thing)


def _remove(call: Call, thing: Key | File) -> None:
    machine = call.machine
    full = bool(
        machine.registry.children(thing.path)
        if isinstance(thing, Key)
        else machine.files.children(thing.path)
    )
    if full and not call.get("Recurse"):
        call.unsupported(f"asking whether {thing.path}, which has children, is to go: give -Recurse")
    if isinstance(thing, Key):
        machine.registry.remove(thing.path)
    elif thing.read_only and not call.get("Force"):
        raise PowerShellError(
            f"Cannot remove item {thing.path}: You do not have sufficient access rights to perform this operation.",
            "PermissionDenied",
            thing.path,
            "RemoveFileSystemItemUnAuthorizedAccess",
            exception="System.IO.IOException",
        )
    else:
        machine.files.remove(thing.path)


@path_test(*REGISTRY_DRIVES, "microsoft.powershell.core\\registry")
def key_exists(machine: Any, path: str, kind: str) -> bool:
    key = registry_path(machine, "SYSTEM", path)
    return key is not None and machine.registry.key(key) is not None and kind != "leaf"


@path_test(FILE_SYSTEM)
def file_exists(machine: Any, path: str, kind: str) -> bool:
    drive, colon, _ = path.partition(":")
    if colon and drive.lower() not in ("c",):
        return False
    file = machine.files.find(path if colon else f"C:\\{path.lstrip(chr(92))}")
    return file is not None and (kind == "any" or (kind == "container") == file.folder)
