"""What an entry shows: stored values, links as names, and attributes that are computed when asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from unyo.core.dn import split_dn, unescape_rdn
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.refusal import Unsupported
from unyo.lab.directory_simulator.schema import attributes
from unyo.lab.directory_simulator.values import NEVER, ticks

LOCKED, PASSWORD_EXPIRED = 0x10, 0x800000
PASSWORD_NEVER_EXPIRES = 0x10000
_HIDDEN = frozenset({"unicodepwd", "userpassword", "dbcspwd", "lmpwdhistory", "ntpwdhistory"})


def values_of(domain: Domain, entry: Entry, name: str) -> Values:
    """The values under a lower-case name, none where there are none; secrets are never there."""
    if name in _HIDDEN:
        return ()
    stored = entry.attributes.get(name)
    if stored is not None:
        return stored
    if name == "distinguishedname":
        return (entry.dn.encode(),)
    known = attributes().get(name)
    if known is None:
        return ()
    if known.link is not None:
        return tuple(other.dn.encode() for other in entry.linked(name))
    if known.constructed:
        return _constructed(domain, entry, name)
    return ()


def names_of(entry: Entry) -> list[str]:
    """What ``*`` stands for: everything stored and every link, nothing computed."""
    names = [name for name in entry.attributes if name not in _HIDDEN]
    if "distinguishedname" not in entry.attributes:
        names.append("distinguishedname")
    return [*names, *entry.links, *(name for name in entry.backlinks if name)]


def is_locked(domain: Domain, entry: Entry) -> bool:
    since = entry.number("lockouttime")
    if not since:
        return False
    duration = domain.policy().duration
    return duration is None or domain.ticks() < since + _ticks(duration)


def password_end(domain: Domain, entry: Entry) -> int:
    """When the password expires, in ticks; 0 where it must be changed now."""
    maximum = domain.policy().maximum_age
    if entry.number("useraccountcontrol") & PASSWORD_NEVER_EXPIRES:
        return NEVER
    if entry.number("pwdlastset") == 0:
        return 0
    return NEVER if maximum is None else entry.number("pwdlastset") + _ticks(maximum)


def _ticks(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 10


def _constructed(domain: Domain, entry: Entry, name: str) -> Values:
    compute = _COMPUTED.get(name)
    if compute is None:
        raise Unsupported(f"computed attribute {attributes()[name].name}")
    return compute(domain, entry)


def _canonical(_: Domain, entry: Entry) -> Values:
    parts = [unescape_rdn(part.partition("=")[2]) for part in split_dn(entry.dn) if part[:3].upper() != "DC="]
    dns = ".".join(part[3:] for part in split_dn(entry.dn) if part[:3].upper() == "DC=")
    return ("/".join([dns, *(part.replace("/", "\\/") for part in reversed(parts))]).encode(),)


def _control_computed(domain: Domain, entry: Entry) -> Values:
    if entry.kind.letter != "U":
        return ()
    expired = password_end(domain, entry) <= ticks(domain.now())
    flags = (LOCKED if is_locked(domain, entry) else 0) | (PASSWORD_EXPIRED if expired else 0)
    return (str(flags).encode(),)


def _password_end(domain: Domain, entry: Entry) -> Values:
    return (str(password_end(domain, entry)).encode(),) if entry.kind.letter == "U" else ()


def _group_token(_: Domain, entry: Entry) -> Values:
    sid = entry.first("objectsid")
    if entry.kind.letter != "G" or sid is None:
        return ()
    return (str(int.from_bytes(sid[-4:], "little")).encode(),)


def _token_groups(domain: Domain, entry: Entry) -> Values:
    return tuple(sid for group in domain.groups_of(entry) if (sid := group.first("objectsid")) is not None)


def _principal(domain: Domain, entry: Entry) -> Values:
    name = entry.text("samaccountname")
    return (f"{domain.netbios}\\{name}".encode(),) if name else ()


def _none(_: Domain, __: Entry) -> Values:
    """No fine-grained password policies are simulated, so none holds for anybody."""
    return ()


def _stored(name: str) -> Callable[[Domain, Entry], Values]:
    return lambda _, entry: entry.attributes.get(name, ())


_COMPUTED: dict[str, Callable[[Domain, Entry], Values]] = {
    "canonicalname": _canonical,
    "createtimestamp": _stored("whencreated"),
    "modifytimestamp": _stored("whenchanged"),
    "structuralobjectclass": _stored("objectclass"),
    "msds-user-account-control-computed": _control_computed,
    "msds-userpasswordexpirytimecomputed": _password_end,
    "msds-principalname": _principal,
    "msds-resultantpso": _none,
    "primarygrouptoken": _group_token,
    "tokengroups": _token_groups,
}
