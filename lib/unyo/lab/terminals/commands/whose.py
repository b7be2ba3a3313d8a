"""Accounts and SIDs as commands name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.ansible.principals import account_of, is_sid, sid_of
from unyo.lab.terminals.machine.membership import DOMAIN_SID
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

SID_TYPE = "System.Security.Principal.SecurityIdentifier"
_DOMAIN_GROUPS = {500: "Administrator", 512: "Domain Admins", 513: "Domain Users", 515: "Domain Computers"}


def find_sid(machine: Machine, account: Any) -> str | None:
    """The SID of a name, a SID's text or a SID object; None where nobody is called so."""
    text = str(account["Value"]) if isinstance(account, Item) and "Value" in account else str(account)
    known = sid_of(machine, text)
    if known is not None:
        return known
    domain, _, name = text.rpartition("\\")
    if machine.domain and domain.lower() in (machine.membership.netbios.lower(), machine.domain.lower()):
        rid = next((rid for rid, group in _DOMAIN_GROUPS.items() if group.lower() == name.lower()), None)
        person = next(
            (p for p in machine.profiles if p.path.rpartition("\\")[2].lower() == name.lower()), None
        )
        if rid is not None:
            return f"{DOMAIN_SID}-{rid}"
        return person.sid if person is not None else None
    return None


def name_of(machine: Machine, sid: str) -> str | None:
    """``DOMAIN\\name`` of a SID; None where it translates to nothing."""
    found = account_of(machine, sid)
    if found is not None:
        return "\\".join(part for part in found if part)
    if machine.domain and sid.startswith(f"{DOMAIN_SID}-"):
        number = int(sid.rpartition("-")[2])
        person = next((p for p in machine.profiles if p.sid == sid), None)
        name = _DOMAIN_GROUPS.get(number) or (person.path.rpartition("\\")[2] if person else None)
        return f"{machine.membership.netbios}\\{name}" if name else None
    return None


def sid_item(sid: str) -> Item:
    """A [System.Security.Principal.SecurityIdentifier]."""
    binary = 8 + 4 * (sid.count("-") - 2)
    domain = sid.rpartition("-")[0] if sid.startswith("S-1-5-21-") and sid.count("-") == 7 else None
    return Item(SID_TYPE, {"Value": sid, "AccountDomainSid": domain, "BinaryLength": binary}, text=sid)


def user_sid(machine: Machine, user: str) -> str:
    """The SID of whoever runs a session; a domain account that never logged on here gets a made-up one."""
    if user.upper() in ("SYSTEM", "NT AUTHORITY\\SYSTEM") or is_sid(user):
        return "S-1-5-18" if not is_sid(user) else user
    bare = user.partition("@")[0]
    return (
        find_sid(machine, user)
        or find_sid(machine, bare)
        or f"{DOMAIN_SID}-{1100 + sum(bare.encode()) % 800}"
    )
