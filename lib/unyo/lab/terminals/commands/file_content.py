"""Get-Content, Set-Content, Add-Content, Copy-Item, Move-Item, Get-FileHash, Get-Acl."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.commands.file_provider import file_item, files_at, owner_name
from unyo.lab.terminals.commands.locations import file_path, paths_of, registry_path
from unyo.lab.terminals.commands.whose import name_of, sid_item
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

_LITERAL = (("PSPath", "LiteralPath"), ("LP", "LiteralPath"))
_WRITING = {
    "utf8": "utf-8-sig",
    "unicode": "utf-16",
    "bigendianunicode": "utf-16-be",
    "ascii": "ascii",
    "utf7": "utf-7",
    "utf32": "utf-32",
}
_HASHES = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512", "md5": "md5"}


def ansi(call: Call) -> str:
    """The code page that Windows PowerShell calls Default."""
    return "cp932" if call.machine.locale == "ja-JP" else "cp1252"


def decoded(data: bytes, ansi_page: str) -> str:
    """Text as Windows PowerShell reads it: by its mark, else in the machine's code page."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return data.decode(ansi_page, "replace")


def _files(call: Call) -> Iterator[File]:
    for path, literal in paths_of(call):
        if registry_path(call.machine, call.shell.user, path) is not None:
            call.unsupported(f"the registry path {path}")
        for file in files_at(call, path, file_path(call, path), literal):
            if file.folder:
                call.write_error(_denied(file.path, call.name))
            else:
                yield file


def _unreadable(path: str) -> PowerShellError:
    """As Get-FileHash says it of a file that a program holds open."""
    return PowerShellError(
        f"The file '{path}' cannot be read: The process cannot access the file '{path}' because it is being used by another process.",
        "ReadError", path, "FileReadError,Get-FileHash",
    )  # fmt: skip


def _denied(path: str, name: str) -> PowerShellError:
    return PowerShellError(
        f"Access to the path '{path}' is denied.",
        "PermissionDenied",
        path,
        f"{name.replace('-', '')}UnauthorizedAccessError",
        exception="System.UnauthorizedAccessException",
    )


@command(
    "Get-Content",
    positional=("Path",),
    named=("LiteralPath", "Encoding", "TotalCount", "Tail"),
    switches=("Raw", "Force"),
    aliases=("gc", "cat", "type"),
    pipeline="Path",
    parameter_aliases=(*_LITERAL, ("First", "TotalCount"), ("Head", "TotalCount"), ("Last", "Tail")),
)
def get_content(call: Call) -> Iterator[Any]:
    encoding = str(call.get("Encoding", "Default")).lower()
    for file in _files(call):
        data = file.data()
        if encoding == "byte":
            yield from data
            continue
        page = {"utf8": "utf-8", "unicode": "utf-16-le", "ascii": "ascii"}.get(encoding, ansi(call))
        text = decoded(data, page)
        if call.get("Raw"):
            yield text
            continue
        lines = text.splitlines()
        if call.given("TotalCount"):
            lines = lines[: int(call.get("TotalCount"))]
        yield from lines[-int(call.get("Tail")) :] if call.given("Tail") else lines


@command(
    "Set-Content",
    positional=("Path", "Value"),
    named=("LiteralPath", "Encoding"),
    switches=("Force", "NoNewline"),
    aliases=("sc",),
    parameter_aliases=_LITERAL,
    pipeline="Value",
    should_process=True,
)
def set_content(call: Call) -> None:
    _write(call, append=False)


@command(
    "Add-Content",
    positional=("Path", "Value"),
    named=("LiteralPath", "Encoding"),
    switches=("Force", "NoNewline"),
    aliases=("ac",),
    parameter_aliases=_LITERAL,
    pipeline="Value",
    should_process=True,
)
def add_content(call: Call) -> None:
    _write(call, append=True)


def _write(call: Call, *, append: bool) -> None:
    values = list(call.each("Value"))
    name = str(call.get("Encoding", "Default")).lower()
    end = "" if call.get("NoNewline") else "\r\n"
    if name == "byte":
        content = bytes(int(value) for value in values)
    else:
        text = "".join(f"{value}{end}" for value in values)
        content = text.encode(_WRITING.get(name, ansi(call)), "replace")
    for path, _ in paths_of(call):
        full = file_path(call, path)
        if call.should_process(full, "Set Content"):
            kept = call.machine.files.find(full)
            before = kept.data() if append and kept is not None else b""
            put_file(call, full, before + content)


def put_file(call: Call, full: str, content: bytes) -> None:
    """Write a file; errors as PowerShell's."""
    try:
        call.machine.files.write(full, content, call.machine.now())
    except FileNotFoundError:
        raise PowerShellError(
            f"Could not find a part of the path '{full}'.",
            "ObjectNotFound",
            full,
            f"GetContentWriterDirectoryNotFoundError,Microsoft.PowerShell.Commands.{call.name.replace('-', '')}Command",
            exception="System.IO.DirectoryNotFoundException",
        ) from None
    except IsADirectoryError:
        raise _denied(full, call.name) from None


@command(
    "Copy-Item",
    positional=("Path", "Destination"),
    named=("LiteralPath",),
    switches=("Recurse", "Force", "PassThru"),
    aliases=("cp", "copy", "cpi"),
    parameter_aliases=_LITERAL,
    should_process=True,
)
def copy_item(call: Call) -> Iterator[Any]:
    for source, target in _moves(call):
        _copy(call, source, target)
        if call.get("PassThru") and (made := call.machine.files.find(target)):
            yield file_item(made)


@command(
    "Move-Item",
    positional=("Path", "Destination"),
    named=("LiteralPath",),
    switches=("Force", "PassThru"),
    aliases=("mv", "move", "mi"),
    parameter_aliases=_LITERAL,
    should_process=True,
)
def move_item(call: Call) -> Iterator[Any]:
    for source, target in _moves(call):
        _copy(call, source, target, whole=True)
        call.machine.files.remove(source.path)
        if call.get("PassThru") and (made := call.machine.files.find(target)):
            yield file_item(made)


def _moves(call: Call) -> Iterator[tuple[File, str]]:
    goal = file_path(call, str(call.get("Destination")))
    for path, literal in paths_of(call):
        for source in files_at(call, path, file_path(call, path), literal):
            there = call.machine.files.find(goal)
            target = f"{goal.rstrip(chr(92))}\\{source.name}" if there is not None and there.folder else goal
            if call.should_process(f"Item: {source.path} Destination: {target}", call.name):
                yield source, target


def _copy(call: Call, source: File, target: str, *, whole: bool = False) -> None:
    files, now = call.machine.files, call.machine.now()
    if not source.folder:
        put_file(call, target, source.content)
        files.put(replace(files.table[target], size=source.size, modified=source.modified))
        return
    files.make_folder(target, now)
    if whole or call.get("Recurse"):
        for file in files.below(source.path):
            files.put(replace(file, path=target + file.path[len(source.path) :]))


@command(
    "Get-FileHash",
    positional=("Path",),
    named=("LiteralPath", "Algorithm"),
    pipeline="Path",
    parameter_aliases=_LITERAL,
)
def get_file_hash(call: Call) -> Iterator[Any]:
    name = str(call.get("Algorithm", "SHA256"))
    if name.lower() not in _HASHES:
        call.unsupported(f"-Algorithm {name}")
    for file in _files(call):
        if file.locked:
            call.write_error(_unreadable(file.path))
            continue
        digest = file.digest(_HASHES[name.lower()])
        yield Item(
            "Microsoft.Powershell.Utility.FileHash",
            {"Algorithm": name.upper(), "Hash": digest, "Path": file.path},
        )


@command("Get-Acl", positional=("Path",), named=("LiteralPath",), pipeline="Path", parameter_aliases=_LITERAL)
def get_acl(call: Call) -> Iterator[Any]:
    for path, literal in paths_of(call):
        if registry_path(call.machine, call.shell.user, path) is not None:
            call.unsupported(f"access rights of the key {path}")
        for file in files_at(call, path, file_path(call, path), literal):
            rules = [
                _rule(call, sid, right) for sid, right in file.access or (("S-1-5-32-544", "FullControl"),)
            ]
            yield Item(
                "System.Security.AccessControl.FileSecurity",
                {
                    "Path": f"Microsoft.PowerShell.Core\\FileSystem::{file.path}",
                    "Owner": owner_name(call.machine, file),
                    "Access": rules,
                },
            )


def _rule(call: Call, sid: str, right: str) -> Item:
    known = name_of(call.machine, sid)
    who = (
        Item("System.Security.Principal.NTAccount", {"Value": known}, text=known) if known else sid_item(sid)
    )
    return Item(
        "System.Security.AccessControl.FileSystemAccessRule",
        {
            "FileSystemRights": Enum(right, 0, "System.Security.AccessControl.FileSystemRights"),
            "AccessControlType": Enum("Allow", 0, "System.Security.AccessControl.AccessControlType"),
            "IdentityReference": who,
            "IsInherited": False,
        },
    )
