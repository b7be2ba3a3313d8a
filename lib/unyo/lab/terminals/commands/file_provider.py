"""Files and folders as the file system provider shows them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.locations import has_wildcard, missing
from unyo.lab.terminals.commands.whose import name_of
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.values import Enum, Item, Long

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.commands import Call

PROVIDER = "Microsoft.PowerShell.Core\\FileSystem"
FILE_TYPE, FOLDER_TYPE = "System.IO.FileInfo", "System.IO.DirectoryInfo"
_BITS = {
    "ReadOnly": 1,
    "Hidden": 2,
    "System": 4,
    "Directory": 16,
    "Archive": 32,
    "ReparsePoint": 1024,
    "Offline": 4096,
}


def file_item(file: File) -> Item:
    """A FileInfo or DirectoryInfo with the provider's properties."""
    common: dict[str, Any] = {
        "Name": file.name or file.path,
        "FullName": file.path,
        "Extension": "." + file.name.rpartition(".")[2] if "." in file.name else "",
        "BaseName": file.name if file.folder else file.name.rpartition(".")[0] or file.name,
        "Exists": True,
        "Attributes": attributes(file),
        "Mode": mode(file),
        "PSPath": f"{PROVIDER}::{file.path}",
        "PSParentPath": f"{PROVIDER}::{file.parent}",
        "PSChildName": file.name or file.path,
        "PSDrive": "C",
        "PSProvider": PROVIDER,
        "PSIsContainer": file.folder,
    }
    for name, moment in (
        ("CreationTime", file.created),
        ("LastWriteTime", file.modified),
        ("LastAccessTime", file.modified),
    ):
        common[name] = moment.astimezone(JST)
        common[f"{name}Utc"] = moment
    if file.folder:
        return Item(FOLDER_TYPE, common | {"Parent": file.parent}, text=file.name)
    own = {"Length": Long(file.length), "DirectoryName": file.parent, "IsReadOnly": file.read_only}
    return Item(FILE_TYPE, common | own, text=file.name)


def attributes(file: File) -> Enum:
    """FileAttributes."""
    names = [
        name
        for name, there in (
            ("ReadOnly", file.read_only),
            ("Hidden", file.hidden),
            ("System", file.system or file.link),
            ("Directory", file.folder),
            ("Archive", not file.folder),
            ("ReparsePoint", file.link or file.away),
            ("Offline", file.away),
        )
        if there
    ]
    return Enum(", ".join(names), sum(_BITS[name] for name in names), "System.IO.FileAttributes")


def mode(file: File) -> str:
    kind = "d-" if file.folder else "-a"
    return (
        f"{kind}{'r' if file.read_only else '-'}{'h' if file.hidden else '-'}{'s' if file.system else '-'}-"
    )


def files_at(call: Call, path: str, full: str, literal: bool) -> list[File]:
    """The files that a path means; PathNotFound where it has no wildcard and nothing is there."""
    files = call.machine.files
    if literal or not has_wildcard(full):
        file = files.find(full)
        if file is None:
            call.write_error(missing(path, call.name))
        return [] if file is None else [file]
    parent, _, pattern = full.rpartition("\\")
    if has_wildcard(parent):
        call.unsupported(f"a wildcard before the last part of {path}")
    above = f"{parent}\\" if parent.endswith(":") else parent
    return [f for f in files.children(above) if fnmatchcase(f.name.lower(), pattern.lower()) and not f.hidden]


def matching(call: Call, file: File) -> bool:
    """Whether a file passes -Filter, -Include, -Exclude, -File, -Directory, -Hidden and -Force."""
    name = file.name.lower()
    if call.given("Filter") and not fnmatchcase(name, str(call.get("Filter")).lower().replace("*.*", "*")):
        return False
    if call.given("Include") and not any(fnmatchcase(name, str(p).lower()) for p in call.values("Include")):
        return False
    if any(fnmatchcase(name, str(p).lower()) for p in call.values("Exclude")):
        return False
    if (call.get("File") and file.folder) or (call.get("Directory") and not file.folder):
        return False
    if call.get("Hidden"):
        return file.hidden
    return not file.hidden or bool(call.get("Force"))


def below(call: Call, folder: File, depth: int) -> Iterator[File]:
    """What Get-ChildItem finds in a folder: all right in it, then folder by folder."""
    children = call.machine.files.children(folder.path)
    yield from (child for child in children if matching(call, child))
    if depth:
        for child in children:
            if child.folder and (not child.hidden or call.get("Force")):
                yield from below(call, child, depth - 1)


def owner_name(machine: Machine, file: File) -> str:
    return name_of(machine, file.owner) or file.owner
