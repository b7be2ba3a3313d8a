"""Who a bind's name means, and whether the password lets that person in."""

from __future__ import annotations

from datetime import timedelta

from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.computed import is_locked, password_end
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.passwords import digest
from unyo.lab.directory_simulator.refusal import Refusal, Unsupported, no_logon

WRONG, DISABLED, EXPIRED, PASSWORD_EXPIRED, MUST_CHANGE, LOCKED = "52e", "533", "701", "532", "773", "775"
_DISABLED_BIT = 0x2
_RECENT = timedelta(days=14)


def account_named(domain: Domain, name: str) -> Entry | None:
    """The user behind a DN, a user principal name, DOMAIN\\name or name@domain.

    Windows also takes a display name, a canonical name, a GUID, a SID and a service name: unsupported.
    """
    if "=" in name:
        try:
            found = domain.tree.find(name)
        except Refusal:
            return None
        return found if found is not None and found.kind.letter == "U" else None
    short, slash, sam = name.partition("\\")
    if slash:
        return _by_sam(domain, sam) if short.lower() == domain.netbios.lower() else None
    for entry in domain.tree.having("userprincipalname", fold(name)):
        return entry
    if "/" in name or name.startswith(("{", "S-1-")):
        raise Unsupported("bind by canonical name, service name, GUID or SID")
    sam, _, right = name.rpartition("@")
    return _by_sam(domain, sam) if sam and right.lower() == domain.dns.lower() else None


def _by_sam(domain: Domain, sam: str) -> Entry | None:
    found = domain.tree.having("samaccountname", fold(sam))
    return next((entry for entry in found if entry.kind.letter == "U"), None)


def log_on(domain: Domain, name: str, password: str) -> Entry:
    """The account that is let in; refused with Windows' ``data …`` code."""
    entry = account_named(domain, name)
    if entry is None:
        raise no_logon(WRONG)
    if is_locked(domain, entry):
        raise no_logon(LOCKED)
    known = entry.passwords.digests if entry.passwords is not None else ()
    given = digest(domain, password)
    if not known or known[0] != given:
        _count_failure(domain, entry, was_right_before=given in known[1:3])
        raise no_logon(WRONG)
    reason = _closed(domain, entry)
    if reason is not None:
        raise no_logon(reason)
    _count_success(domain, entry)
    return entry


def _closed(domain: Domain, entry: Entry) -> str | None:
    """Why the right password is not enough."""
    if entry.number("useraccountcontrol") & _DISABLED_BIT:
        return DISABLED
    expires = entry.number("accountexpires")
    if expires and expires <= domain.ticks():
        return EXPIRED
    end = password_end(domain, entry)
    if end == 0:
        return MUST_CHANGE
    return PASSWORD_EXPIRED if end <= domain.ticks() else None


def _count_failure(domain: Domain, entry: Entry, was_right_before: bool) -> None:
    """Count towards the lock; one of the two passwords before the present one does not count."""
    policy = domain.policy()
    now = domain.ticks()
    fresh = now - entry.number("badpasswordtime") > policy.window // timedelta(microseconds=1) * 10
    count = (0 if fresh else entry.number("badpwdcount")) + (0 if was_right_before else 1)
    changes: dict[str, Values] = {"badpasswordtime": _number(now), "badpwdcount": _number(count)}
    if policy.threshold and count >= policy.threshold:
        changes["lockouttime"] = _number(now)
    entry.attributes.update(changes)


def _count_success(domain: Domain, entry: Entry) -> None:
    now = domain.ticks()
    changes: dict[str, Values] = {"lastlogon": _number(now), "badpwdcount": _number(0)}
    if entry.number("lockouttime"):
        changes["lockouttime"] = _number(0)
    if now - entry.number("lastlogontimestamp") > _RECENT // timedelta(microseconds=1) * 10:
        changes["lastlogontimestamp"] = _number(now)
    entry.attributes.update(changes)


def _number(value: int) -> Values:
    return (str(value).encode(),)
