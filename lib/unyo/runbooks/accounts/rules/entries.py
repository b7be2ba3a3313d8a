"""An account as a state, and the same account as directory attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unyo.core.dates import account_expires, last_day_of
from unyo.core.directory import Entry
from unyo.core.dn import fold_dn, parent_of, rdn_value
from unyo.runbooks.accounts.rules.places import Places
from unyo.runbooks.accounts.rules.policy import AccountPolicy

from datetime import date  # isort: skip

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
    "former": "info",
}
ASKED = [*TEXTS.values(), "userAccountControl", "accountExpires", "memberOf", "cn"]
# Keys of a state that are there for writing and reading only, never planned.
HIDDEN_DN, HIDDEN_CONTROL = "_dn", "_control"


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
        HIDDEN_DN: entry.dn,
        HIDDEN_CONTROL: control,
    }
    return state


def attributes_of(state: Mapping[str, Any], control: int) -> dict[str, tuple[str, ...]]:
    """The attributes that a state's keys stand for; an empty tuple removes the attribute.

    ``control`` is the present userAccountControl, of which only the disabled bit is touched.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, name in TEXTS.items():
        if key in state:
            found[name] = (str(state[key]),) if state[key] else ()
    if "enabled" in state:
        wanted = control & ~DISABLED if state["enabled"] else control | DISABLED
        found["userAccountControl"] = (str(wanted),)
    if "expires" in state:
        last = state["expires"]
        found["accountExpires"] = (str(account_expires(date.fromisoformat(last)) if last else 0),)
    return found
