"""Accounts and SIDs as Windows translates them: local ones, well-known ones, those of the domain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.membership import DOMAIN_SID

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_SID = re.compile(r"S-1-\d+(?:-\d+)+", re.I)
_WELL_KNOWN = {
    "S-1-0-0": ("", "NULL SID"),
    "S-1-1-0": ("", "Everyone"),
    "S-1-2-0": ("", "LOCAL"),
    "S-1-3-0": ("", "CREATOR OWNER"),
    "S-1-5-2": ("NT AUTHORITY", "NETWORK"),
    "S-1-5-3": ("NT AUTHORITY", "BATCH"),
    "S-1-5-4": ("NT AUTHORITY", "INTERACTIVE"),
    "S-1-5-6": ("NT AUTHORITY", "SERVICE"),
    "S-1-5-7": ("NT AUTHORITY", "ANONYMOUS LOGON"),
    "S-1-5-9": ("NT AUTHORITY", "ENTERPRISE DOMAIN CONTROLLERS"),
    "S-1-5-11": ("NT AUTHORITY", "Authenticated Users"),
    "S-1-5-18": ("NT AUTHORITY", "SYSTEM"),
    "S-1-5-19": ("NT AUTHORITY", "LOCAL SERVICE"),
    "S-1-5-20": ("NT AUTHORITY", "NETWORK SERVICE"),
    "S-1-5-113": ("NT AUTHORITY", "Local account"),
    "S-1-5-114": ("NT AUTHORITY", "Local account and member of Administrators group"),
    "S-1-5-80-0": ("NT SERVICE", "ALL SERVICES"),
    "S-1-5-90-0": ("Window Manager", "Window Manager Group"),
}
_DOMAIN_GROUPS = {
    f"{DOMAIN_SID}-{rid}": name
    for rid, name in (
        (500, "Administrator"),
        (512, "Domain Admins"),
        (513, "Domain Users"),
        (515, "Domain Computers"),
    )
}
_BY_NAME = {name.lower(): sid for sid, (_, name) in _WELL_KNOWN.items()} | {
    "localsystem": "S-1-5-18",
    "localservice": "S-1-5-19",
    "networkservice": "S-1-5-20",
}


def is_sid(text: str) -> bool:
    return _SID.fullmatch(text) is not None


def sid_of(machine: Machine, account: str) -> str | None:
    """The SID of a name with or without its domain, or of a SID's own text; None where nobody is called so."""
    if is_sid(account):
        return account.upper()
    domain, _, name = account.rpartition("\\")
    local = domain.lower() in ("", ".", machine.name.lower(), "builtin")
    if local and (user := machine.accounts.user(name)):
        return user.sid
    if local and (group := machine.accounts.group(name)):
        return group.sid
    authority = domain.lower() in ("", "nt authority", "nt service", "window manager")
    if authority and name.lower() in _BY_NAME:
        return _BY_NAME[name.lower()]
    here = machine.domain.lower()
    ours = bool(here) and domain.lower() in ("", here, machine.membership.netbios.lower())
    known = _domain_names(machine) if ours else {}
    return next((sid for sid, each in known.items() if each.lower() == name.lower()), None)


def _domain_names(machine: Machine) -> dict[str, str]:
    """The domain's accounts that the machine has met, by SID: its groups, and whoever has a profile here."""
    met = {each.sid: each.path.rpartition("\\")[2] for each in machine.profiles if not each.special}
    return _DOMAIN_GROUPS | met | {each.sid: each.user for each in machine.sessions}


def account_of(machine: Machine, sid: str) -> tuple[str, str] | None:
    """(domain, name) of a SID, or None where it translates to nothing."""
    if sid in _WELL_KNOWN:
        return _WELL_KNOWN[sid]
    if user := machine.accounts.users.get(sid):
        return machine.name.upper(), user.name
    if group := machine.accounts.groups.get(sid):
        return ("BUILTIN" if sid.startswith("S-1-5-32-") else machine.name.upper()), group.name
    found = _domain_names(machine).get(sid) if machine.domain and sid.startswith(DOMAIN_SID) else None
    return (machine.membership.netbios, found) if found else None


def full_name(machine: Machine, sid: str) -> str:
    """``DOMAIN\\name`` of a SID; the SID itself where it translates to nothing."""
    found = account_of(machine, sid)
    if found is None:
        return sid
    return "\\".join(part for part in found if part)
