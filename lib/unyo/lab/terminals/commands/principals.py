"""NTAccount, SecurityIdentifier and WindowsIdentity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.ansible.principals import is_sid
from unyo.lab.terminals.commands.whose import SID_TYPE, find_sid, name_of, sid_item
from unyo.lab.terminals.powershell.dotnet import constructor, method, static
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.values import Item, SecureString

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.frames import Session

ACCOUNT_TYPE = "System.Security.Principal.NTAccount"
_UNMAPPED = "Some or all identity references could not be translated."


def account_item(name: str) -> Item:
    return Item(ACCOUNT_TYPE, {"Value": name}, text=name)


@constructor(ACCOUNT_TYPE)
def account(first: Any, second: Any = None) -> Item:
    return account_item(str(first) if second is None else f"{first}\\{second}")


@constructor(SID_TYPE)
def security_identifier(text: Any, domain: Any = None) -> Item:
    if domain is not None or not is_sid(str(text)):
        raise method_error(
            "SecurityIdentifier",
            1,
            "Value was invalid.\r\nParameter name: sddlForm",
            "System.ArgumentException",
        )
    return sid_item(str(text).upper())


@static("System.Security.Principal.WindowsIdentity", "GetCurrent", session=True)
def current_identity(session: Session) -> Item:
    """Who runs the script, which scheduled tasks do as SYSTEM."""
    user = str(session.shell.user)
    sid = find_sid(session.machine, account_item(user))
    if sid is None:
        session.machine.unsupported(f"WindowsIdentity of {user}")
    return Item("System.Security.Principal.WindowsIdentity", {"Name": user, "User": sid_item(str(sid))})


@method(ACCOUNT_TYPE, "Translate", machine=True)
def account_to_sid(machine: Machine, item: Item, kind: Any) -> Item:
    del kind
    sid = find_sid(machine, item)
    if sid is None:
        raise method_error("Translate", 1, _UNMAPPED, "System.Security.Principal.IdentityNotMappedException")
    return sid_item(sid)


@method(SID_TYPE, "Translate", machine=True)
def sid_to_account(machine: Machine, item: Item, kind: Any) -> Item:
    if "SecurityIdentifier" in getattr(kind, "name", str(kind)):
        return item
    name = name_of(machine, str(item["Value"]))
    if name is None:
        raise method_error("Translate", 1, _UNMAPPED, "System.Security.Principal.IdentityNotMappedException")
    return account_item(name)


@method(SID_TYPE, "IsWellKnown")
def is_well_known(item: Item, kind: Any) -> bool:
    ends = {"LocalSystemSid": "S-1-5-18", "BuiltinAdministratorsSid": "S-1-5-32-544", "WorldSid": "S-1-1-0"}
    return str(item["Value"]) == ends.get(str(kind))


@constructor("System.Management.Automation.PSCredential")
def credential(user: Any, password: Any) -> Item:
    if not isinstance(password, SecureString):
        raise method_error(".ctor", 2, "The argument is no secure string.", "System.ArgumentException")
    return Item("System.Management.Automation.PSCredential", {"UserName": str(user), "Password": password})
