"""What file modules ask of a terminal's drive."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.machine.files import TRUSTED_INSTALLER, File, clean
from unyo.lab.terminals.powershell.errors import PowerShellError

if TYPE_CHECKING:
    from datetime import datetime

    from unyo.lab.terminals.machine.machine import Machine


def exists(machine: Machine, path: str) -> bool:
    return machine.files.find(path) is not None


def is_file(machine: Machine, path: str) -> bool:
    found = machine.files.find(path)
    return found is not None and not found.folder


def is_folder(machine: Machine, path: str) -> bool:
    found = machine.files.find(path)
    return found is not None and found.folder


def parent(path: str) -> str:
    """The folder of a path."""
    return clean(path).rpartition("\\")[0]


def leaf(path: str) -> str:
    """The last part of a path."""
    return clean(path).rpartition("\\")[2]


def joined(folder: str, name: str) -> str:
    """PowerShell's Join-Path."""
    return folder.rstrip("\\/") + "\\" + name.lstrip("\\/").replace("/", "\\")


def write(machine: Machine, path: str, content: bytes) -> File:
    """Write a file; a missing folder is the error that .NET raises."""
    try:
        return machine.files.write(path, content, machine.now())
    except FileNotFoundError:
        raise PowerShellError(f"Could not find a part of the path '{path}'.", "ObjectNotFound") from None


def attributes(file: File) -> list[str]:
    """In the order of .NET's FileAttributes."""
    flags = {
        "ReadOnly": file.read_only,
        "Hidden": file.hidden,
        "System": file.system,
        "Directory": file.folder,
        "Archive": not file.folder,
    }
    return [name for name, present in flags.items() if present]


def owner(machine: Machine, file: File) -> str:
    if file.owner == TRUSTED_INSTALLER:
        return "NT SERVICE\\TrustedInstaller"
    return full_name(machine, file.owner)


def size(machine: Machine, file: File) -> int:
    """A file's length, or that of everything below a folder."""
    if not file.folder:
        return file.length
    return sum(each.length for each in machine.files.below(file.path) if not each.folder)


def seconds(moment: datetime) -> float:
    """Seconds since 1970."""
    return moment.timestamp()


def extension(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 else ""


def matches(machine: Machine, path: str) -> bool:
    """Test-Path with wildcards in the last part."""
    name = leaf(path).lower()
    if not any(sign in name for sign in "*?["):
        return exists(machine, path)
    return any(fnmatchcase(child.name.lower(), name) for child in machine.files.children(parent(path)))
