"""An account as a state, and the same account as directory attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from unyo.core.dates import NEVER_EXPIRES, account_expires, last_day_of
from unyo.core.directory import Entry
from unyo.core.dn import fold_dn, parent_of, rdn_value
from unyo.runbooks.accounts.rules import marks
from unyo.runbooks.accounts.rules.places import Places
from unyo.runbooks.accounts.rules.policy import AccountPolicy

DISABLED, NORMAL = 0x2, 0x200

# State key → attribute, for plain texts.
TEXTS = {
    "sam": "sAMAccountName",
    "upn": "userPrincipalName",
    "family": "sn",
    "given": "givenName",
    "display": "displayName",
    "family_kana": "msDS-PhoneticLastName",
    "given_kana": "msDS-PhoneticFirstName",
    "department": "department",
    "department_code": "departmentNumber",
    "title": "title",
    "company": "company",
    "mail": "mail",
}
ALIASES = "proxyAddresses"
ASKED = [*TEXTS.values(), "userAccountControl", "accountExpires", "memberOf", "cn", ALIASES, marks.ATTRIBUTE]
# Keys of a state that are there for writing and reading only, never planned.
HIDDEN_DN, HIDDEN_CONTROL, HIDDEN_MARKS = "_dn", "_control", "_marks"
# ``in:GROUP`` is True for a member and absent for others: for a change of one membership among many.
MEMBER = "in:"


def state_of_entry(entry: Entry, policy: AccountPolicy, places: Places) -> dict[str, Any]:
    """The whole state of an account; ``_dn`` and ``_control`` help to write it."""
    control = int(entry.first("userAccountControl") or NORMAL)
    expires = last_day_of(int(entry.first("accountExpires") or 0))
    groups_dn = fold_dn(policy.groups_dn)
    managed = [dn for dn in entry.attributes.get("memberOf", ()) if fold_dn(parent_of(dn)) == groups_dn]
    state: dict[str, Any] = {key: entry.first(name) for key, name in TEXTS.items()}
    state |= {
        "place": places.place_of(parent_of(entry.dn)),
        "cn": rdn_value(entry.dn),
        "number": entry.first(policy.staff_attribute),
        "enabled": not control & DISABLED,
        "expires": expires.isoformat() if expires else None,
        "groups": sorted(rdn_value(dn) for dn in managed),
        "aliases": sorted(entry.attributes.get(ALIASES, ())) or None,
        HIDDEN_DN: entry.dn,
        HIDDEN_CONTROL: control,
    }
    noted = entry.attributes.get(marks.ATTRIBUTE, ())
    state |= {**marks.read_marks(noted), HIDDEN_MARKS: marks.foreign_marks(noted)}
    return state | {MEMBER + group: True for group in state["groups"]}


def wanted_groups(after: Mapping[str, Any], held: Iterable[str]) -> set[str]:
    """The groups that a change leaves: ``groups`` as a whole, or single ones by ``in:GROUP``."""
    wanted = set(after.get("groups", held))
    for key, value in after.items():
        if key.startswith(MEMBER):
            (wanted.add if value else wanted.discard)(key.removeprefix(MEMBER))
    return wanted


def attributes_of(state: Mapping[str, Any], control: int) -> dict[str, tuple[str, ...]]:
    """The attributes that a state's keys stand for; an empty tuple removes the attribute.

    ``control`` is the present userAccountControl, of which only the disabled bit is touched.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, name in TEXTS.items():
        if key in state:
            found[name] = (str(state[key]),) if state[key] else ()
    if "aliases" in state:
        found[ALIASES] = tuple(state["aliases"] or ())
    if "enabled" in state:
        wanted = control & ~DISABLED if state["enabled"] else control | DISABLED
        found["userAccountControl"] = (str(wanted),)
    if "expires" in state:
        last = state["expires"]
        found["accountExpires"] = (str(account_expires(date.fromisoformat(last)) if last else NEVER_EXPIRES),)
    return found
