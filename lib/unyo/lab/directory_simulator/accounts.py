"""The attributes of users and groups that the account database owns, and what a change of them means."""

from __future__ import annotations

from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Passwords, Values
from unyo.lab.directory_simulator.refusal import Code, Refusal, Unsupported, constraint, exists, unwilling
from unyo.lab.directory_simulator.schema import Kind
from unyo.lab.directory_simulator.values import NEVER, units

DISABLED, NO_PASSWORD_NEEDED, NORMAL = 0x2, 0x20, 0x200
_TYPES = 0x200 | 0x100 | 0x800 | 0x1000 | 0x2000
_SHOWN_ONLY = 0x10 | 0x800000
_BAD_IN_NAME = frozenset('"/\\[]:;|=,+*?<>')
_GROUP_TYPES = {2: 0x10000000, 4: 0x20000000, 8: 0x10000000}
SECURITY = 0x80000000
NEW_USER: dict[str, Values] = {
    "badpwdcount": (b"0",),
    "codepage": (b"0",),
    "countrycode": (b"0",),
    "badpasswordtime": (b"0",),
    "lastlogoff": (b"0",),
    "lastlogon": (b"0",),
    "logoncount": (b"0",),
    "pwdlastset": (b"0",),
    "primarygroupid": (b"513",),
    "accountexpires": (str(NEVER).encode(),),
    "useraccountcontrol": (b"546",),
    "samaccounttype": (b"805306368",),
}
OWNED = frozenset(
    [
        "badpwdcount",
        "badpasswordtime",
        "lastlogon",
        "lastlogoff",
        "lastlogontimestamp",
        "logoncount",
        "samaccounttype",
    ]
)
"""Attributes that only the account database itself writes (ERROR_DS_ATTRIBUTE_OWNED_BY_SAM)."""
_MAY_BE_CLEARED = frozenset({"accountexpires", "codepage", "countrycode"})
UNSIMULATED = frozenset(
    [
        "logonhours",
        "userworkstations",
        "ntsecuritydescriptor",
        "userpassword",
        "serviceprincipalname",
        "sidhistory",
        "msds-allowedtodelegateto",
        "userparameters",
        "usercertificate",
    ]
)
"""Attributes whose effect is not simulated: setting one is refused rather than ignored."""


def check_names(domain: Domain, entry: Entry, new: dict[str, Values]) -> None:
    """Log-on names: present, short enough, of allowed characters, and nobody else's."""
    old = entry.attributes
    sam = new.get("samaccountname", ())
    if entry.kind.letter in "UG" and sam != old.get("samaccountname"):
        if not sam:
            raise unwilling("00002077")
        _check_sam(entry.kind, sam[0].decode())
        holder = _holder(domain, entry, "samaccountname", sam[0])
        if holder is not None:
            raise exists("00000524" if holder.kind.letter == "U" else "00000526")
    upn = new.get("userprincipalname", ())
    if upn and upn != old.get("userprincipalname") and _holder(domain, entry, "userprincipalname", upn[0]):
        raise constraint("000021C8", "userPrincipalName")


def _check_sam(kind: Kind, name: str) -> None:
    longest = 20 if kind.letter == "U" else 256
    if units(name) > longest or name.endswith(".") or not _BAD_IN_NAME.isdisjoint(name):
        raise Refusal(Code.OTHER, "00000523: SysErr: DSID-031A124C, problem 22 (Invalid argument), data 0")


def _holder(domain: Domain, entry: Entry, name: str, value: bytes) -> Entry | None:
    """Another entry that has the value."""
    holders = domain.tree.having(name, fold(value.decode("utf-8", "replace")))
    return next((other for other in holders if other is not entry), None)


def settle_user(
    domain: Domain, new: dict[str, Values], passwords: Passwords | None, touched: frozenset[str], reset: bool
) -> None:
    """Bring control flags, password date and lock into the form that the account database keeps."""
    for name in NEW_USER.keys() - new.keys() - {"useraccountcontrol"}:
        if name not in _MAY_BE_CLEARED:
            raise unwilling("00002077")
        new[name] = NEW_USER[name]
    if "pwdlastset" in touched:
        new["pwdlastset"] = _password_date(domain, new.get("pwdlastset", ()))
    elif reset:
        new["pwdlastset"] = (str(domain.ticks()).encode(),)
    if "lockouttime" in touched and new.get("lockouttime", (b"0",)) != (b"0",):
        raise unwilling("00000057")
    if "lockouttime" in touched:
        new["badpwdcount"] = (b"0",)
    if "useraccountcontrol" in touched:
        new["useraccountcontrol"] = (str(_control(new)).encode(),)
    flags = int(new["useraccountcontrol"][0])
    enabled = not flags & DISABLED and not flags & NO_PASSWORD_NEEDED
    enabling = "useraccountcontrol" in touched and enabled
    if enabling and passwords is None and domain.policy().minimum_length > 0:
        raise unwilling("0000052D")


def _password_date(domain: Domain, given: Values) -> Values:
    if given == (b"0",):
        return given
    if given == (b"-1",):
        return (str(domain.ticks()).encode(),)
    raise unwilling("00000057")


def _control(new: dict[str, Values]) -> int:
    given = new.get("useraccountcontrol", ())
    if not given:
        raise unwilling("00002077")
    flags = int(given[0]) & ~_SHOWN_ONLY
    if flags & _TYPES & ~NORMAL:
        raise Unsupported("userAccountControl of a computer or trust account")
    return flags | NORMAL


def new_group(given: dict[str, Values]) -> dict[str, Values]:
    """What a new group gets besides the attributes it was given."""
    value = int(given.get("grouptype", (str(-SECURITY | 2).encode(),))[0]) & 0xFFFFFFFF
    scope = value & 0xE
    if scope not in _GROUP_TYPES or value & ~(SECURITY | 0xE):
        raise unwilling("00002141")
    kind = _GROUP_TYPES[scope] | (0 if value & SECURITY else 1)
    signed = value - (1 << 32) if value & SECURITY else value
    return {"grouptype": (str(signed).encode(),), "samaccounttype": (str(kind).encode(),)}
