"""Opening a file to hash it, as Ansible's shell does: System.IO.File.Open and SHA1CryptoServiceProvider."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.powershell.dotnet import constructor, static, static_property
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.values import NOTHING, Enum, Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_MODES = {"CreateNew": 1, "Create": 2, "Open": 3, "OpenOrCreate": 4, "Truncate": 5, "Append": 6}
_ACCESS = {"Read": 1, "Write": 2, "ReadWrite": 3}
_PROVIDER = "System.Security.Cryptography.SHA1CryptoServiceProvider"

for _type, _values in (
    ("System.IO.FileMode", _MODES),
    ("System.IO.FileAccess", _ACCESS),
    ("System.IO.FileShare", _ACCESS),
):
    for _name, _number in _values.items():
        static_property(_type, _name)(partial(Enum, _name, _number, _type))


@static("System.IO.File", "Open", machine=True)
def open_file(machine: Machine, path: Any, mode: Any, access: Any = "ReadWrite", share: Any = None) -> Item:
    """A stream to read from; writing through streams is not simulated."""
    del share
    if str(mode) != "Open" or str(access) != "Read":
        machine.unsupported("System.IO.File.Open other than to read")
    file = machine.files.find(str(path))
    if file is None or file.folder:
        raise method_error("Open", 3, f"Could not find file '{path}'.", "System.IO.FileNotFoundException")
    done = {name: lambda: NOTHING for name in ("Dispose", "Close")}
    return Item(
        "System.IO.FileStream", {"Name": file.path, "Length": file.length, "_bytes": file.data()}, done
    )


@constructor(_PROVIDER)
def sha1_provider() -> Item:
    def compute(data: Any) -> bytes:
        content = data["_bytes"] if isinstance(data, Item) else bytes(data)
        return hashlib.sha1(content, usedforsecurity=False).digest()

    return Item(_PROVIDER, methods={"ComputeHash": compute, "Dispose": lambda: NOTHING})
