"""System.IO.File, Directory and Path over the simulated drive, and the security of new folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.file_provider import file_item
from unyo.lab.terminals.machine.files import clean
from unyo.lab.terminals.powershell.dotnet import constructor, method, static
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.files import File
    from unyo.lab.terminals.machine.machine import Machine

FILE, FOLDER = "System.IO.File", "System.IO.Directory"
SECURITY = "System.Security.AccessControl.DirectorySecurity"
_ACE = re.compile(r"\(A;[A-Z]*;([A-Z0-9x]+);;;([A-Z]+|S-1-[0-9-]+)\)")
_SDDL_SIDS = {"SY": "S-1-5-18", "BA": "S-1-5-32-544", "BU": "S-1-5-32-545", "WD": "S-1-1-0", "AU": "S-1-5-11"}
_SDDL_RIGHTS = {"FA": "FullControl", "FR": "Read", "FW": "Write", "GA": "FullControl"}


def _encoded(text: str, encoding: Any) -> bytes:
    """As .NET writes text: without an encoding UTF-8 without a mark, with one its mark first."""
    if not isinstance(encoding, Item):
        return text.encode("utf-8", "replace")
    return bytes(encoding.methods["GetPreamble"]()) + bytes(encoding.methods["GetBytes"](text))


def read_text(data: bytes) -> str:
    """Text as File.ReadAllText reads it: by its mark, else UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _found(machine: Machine, path: Any, name: str) -> File:
    file = machine.files.find(str(path))
    if file is None or file.folder:
        raise method_error(name, 1, f"Could not find file '{path}'.", "System.IO.FileNotFoundException")
    return file


@static(FILE, "Exists", machine=True)
def file_exists(machine: Machine, path: Any) -> bool:
    file = machine.files.find(str(path)) if path else None
    return file is not None and not file.folder


@static(FILE, "ReadAllText", machine=True)
def read_all_text(machine: Machine, path: Any, encoding: Any = None) -> str:
    return _text(_found(machine, path, "ReadAllText").data(), encoding)


@static(FILE, "ReadAllLines", machine=True)
def read_all_lines(machine: Machine, path: Any, encoding: Any = None) -> list[str]:
    return _text(_found(machine, path, "ReadAllLines").data(), encoding).splitlines()


def _text(data: bytes, encoding: Any) -> str:
    if encoding is None or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return read_text(data)
    return str(encoding.methods["GetString"](data))


@static(FILE, "ReadAllBytes", machine=True)
def read_all_bytes(machine: Machine, path: Any) -> bytes:
    return _found(machine, path, "ReadAllBytes").data()


@static(FILE, "WriteAllText", machine=True)
def write_all_text(machine: Machine, path: Any, text: Any, encoding: Any = None) -> None:
    _write(machine, str(path), _encoded(str("" if text is None else text), encoding), "WriteAllText")


@static(FILE, "WriteAllLines", machine=True)
def write_all_lines(machine: Machine, path: Any, lines: Any, encoding: Any = None) -> None:
    text = "".join(f"{line}\r\n" for line in (lines if isinstance(lines, list | tuple) else [lines]))
    write_all_text(machine, path, text, encoding)


@static(FILE, "AppendAllText", machine=True)
def append_all_text(machine: Machine, path: Any, text: Any, encoding: Any = None) -> None:
    file = machine.files.find(str(path))
    before = b"" if file is None else file.data()
    _write(machine, str(path), before + _encoded(str(text), encoding), "AppendAllText")


@static(FILE, "WriteAllBytes", machine=True)
def write_all_bytes(machine: Machine, path: Any, data: Any) -> None:
    _write(machine, str(path), bytes(data), "WriteAllBytes")


def _write(machine: Machine, path: str, content: bytes, name: str) -> None:
    try:
        machine.files.write(path, content, machine.now())
    except FileNotFoundError:
        text = f"Could not find a part of the path '{path}'."
        raise method_error(name, 2, text, "System.IO.DirectoryNotFoundException") from None
    except IsADirectoryError:
        raise method_error(
            name, 2, f"Access to the path '{path}' is denied.", "System.UnauthorizedAccessException"
        ) from None


@static(FILE, "Delete", machine=True)
def delete_file(machine: Machine, path: Any) -> None:
    """Nothing happens where there is no such file."""
    file = machine.files.find(str(path))
    if file is not None and not file.folder:
        machine.files.remove(str(path))


@static(FOLDER, "Exists", machine=True)
def folder_exists(machine: Machine, path: Any) -> bool:
    file = machine.files.find(str(path)) if path else None
    return file is not None and file.folder


@static(FOLDER, "CreateDirectory", machine=True)
def create_directory(machine: Machine, path: Any, security: Any = None) -> Item:
    new = machine.files.find(str(path)) is None
    folder = machine.files.make_folder(str(path), machine.now())
    if new and isinstance(security, Item):
        folder = replace(folder, access=tuple((sid, right) for sid, right in security["Access"]))
        machine.files.table[clean(str(path))] = folder
    return file_item(folder)


@static(FOLDER, "Delete", machine=True)
def delete_directory(machine: Machine, path: Any, recursive: Any = False) -> None:
    file = machine.files.find(str(path))
    if file is None or not file.folder:
        raise method_error(
            "Delete",
            2,
            f"Could not find a part of the path '{path}'.",
            "System.IO.DirectoryNotFoundException",
        )
    if machine.files.children(str(path)) and not recursive:
        raise method_error("Delete", 1, "The directory is not empty.\r\n", "System.IO.IOException")
    machine.files.remove(str(path))


@static(FOLDER, "GetFiles", machine=True)
def get_files(machine: Machine, path: Any) -> list[str]:
    return [file.path for file in machine.files.children(str(path)) if not file.folder]


@static(FOLDER, "GetDirectories", machine=True)
def get_directories(machine: Machine, path: Any) -> list[str]:
    return [file.path for file in machine.files.children(str(path)) if file.folder]


@constructor(SECURITY)
def directory_security() -> Item:
    return Item(SECURITY, {"Access": []})


@method(SECURITY, "SetSecurityDescriptorSddlForm")
def set_sddl(security: Item, text: Any) -> None:
    """Only allowing entries of a protected list are understood."""
    entries = _ACE.findall(str(text))
    if not str(text).startswith("D:P") or len(entries) != str(text).count("("):
        raise PowerShellError(f"SIMULATOR: the security descriptor {text}", terminating=True)
    security["Access"] = [
        [_SDDL_SIDS.get(who, who), _SDDL_RIGHTS.get(right, right)] for right, who in entries
    ]
