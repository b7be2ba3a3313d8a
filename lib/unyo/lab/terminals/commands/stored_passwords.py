"""Application pools of IIS, and the client certificates that WinRM maps to local accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.machine.stored import CERTIFICATE, IIS, POOL, StoredPassword
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.dotnet import constructor, method
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

MANAGER = "Microsoft.Web.Administration.ServerManager"
MAPPINGS = "winrm/config/service/certmapping"


@command("Add-Type", named=("Path", "TypeDefinition", "AssemblyName", "MemberDefinition"))
def add_type(call: Call) -> None:
    """Only the library of IIS, where the terminal has it."""
    path = str(call.get("Path", ""))
    if path.lower() != IIS.lower() or call.machine.files.find(IIS) is None:
        call.unsupported(f"-Path {path}")


@constructor(MANAGER, machine=True)
def server_manager(machine: Machine) -> Item:
    pools = [
        Item(
            "Microsoft.Web.Administration.ApplicationPool",
            {
                "Name": stored.name,
                # As the real one does: the password can be read back, by administrators.
                "ProcessModel": Item(
                    "Microsoft.Web.Administration.ApplicationPoolProcessModel",
                    {"UserName": stored.account, "Password": stored.password},
                ),
            },
        )
        for stored in machine.stored.of(POOL)
    ]
    return Item(MANAGER, {"ApplicationPools": pools})


@method(MANAGER, "CommitChanges", machine=True)
def commit(machine: Machine, item: Item) -> None:
    for pool in item["ApplicationPools"]:
        model = pool["ProcessModel"]
        stored = StoredPassword(POOL, str(pool["Name"]), str(model["UserName"]), str(model["Password"]))
        machine.stored.put(stored)


def _parts(stored: StoredPassword) -> dict[str, str]:
    names = ("Subject", "Issuer", "URI")
    return dict(zip(names, (part.strip() for part in stored.name.split("|")), strict=True))


def _mapping(stored: StoredPassword) -> Item:
    return Item("System.Xml.XmlElement", {**_parts(stored), "UserName": stored.account, "Enabled": "true"})


def _of_mappings(call: Call) -> list[StoredPassword]:
    if str(call.get("ResourceURI")).lower() != MAPPINGS:
        call.unsupported(f"-ResourceURI {call.get('ResourceURI')}")
    return call.machine.stored.of(CERTIFICATE)


@command("Get-WSManInstance", positional=("ResourceURI",), named=("SelectorSet",), switches=("Enumerate",))
def get_instance(call: Call) -> Iterator[Any]:
    mappings = _of_mappings(call)
    if not call.get("Enumerate"):
        call.unsupported("without -Enumerate")
    yield from map(_mapping, mappings)


@command("Set-WSManInstance", positional=("ResourceURI", "SelectorSet"), named=("ValueSet",))
def set_instance(call: Call) -> Iterator[Any]:
    mappings = _of_mappings(call)
    which, values = call.get("SelectorSet"), call.get("ValueSet")
    if not (isinstance(which, Mapping) and isinstance(values, Mapping)):
        call.unsupported("without -SelectorSet and -ValueSet")
    wanted = {str(name): str(value) for name, value in which.items()}
    for stored in mappings:
        if _parts(stored) == wanted:
            account, password = (
                values.get("UserName", stored.account),
                values.get("Password", stored.password),
            )
            changed = replace(stored, account=str(account), password=str(password))
            call.machine.stored.put(changed)
            yield _mapping(changed)
            return
    raise PowerShellError("The WS-Management service cannot process the request.", "InvalidOperation", None)
