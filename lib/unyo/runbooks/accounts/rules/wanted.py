"""What every person's account should be, given the roster, the policy and the directory as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.person import Person, Roster
from unyo.core.secret import SecretRef
from unyo.runbooks.accounts.rules.groups import is_away, wanted_groups
from unyo.runbooks.accounts.rules.marks import former_of
from unyo.runbooks.accounts.rules.naming import NameBook, entry_names, logon_name
from unyo.runbooks.accounts.rules.places import AWAY, LEFT
from unyo.runbooks.accounts.rules.policy import AccountPolicy

States = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Wish:
    """The wanted states by staff number, and the people for whom none can be made."""

    states: dict[str, dict[str, Any]]
    nameless: tuple[BadInput, ...]


def wanted_states(roster: Roster, now: States, book: NameBook, policy: AccountPolicy) -> Wish:
    """States for everybody who has or should have an account.

    Somebody who never had one and is away or has left gets none. Existing accounts keep their names.
    """
    concerned = [
        person
        for number, person in sorted(roster.people.items())
        if number in now or not is_away(person, policy)
    ]
    names, nameless = _logon_names(concerned, now, book, policy)
    named = [person for person in concerned if person.staff_number in names]
    placed = [(person, place_of(person, now.get(person.staff_number), roster, policy)) for person in named]
    held = {(str(s["place"]), str(s["cn"]).lower()): number for number, s in now.items()}
    entries = entry_names(placed, held) | _kept_entries(placed, now)
    states = {
        person.staff_number: _state(
            person, place, names[person.staff_number], entries[person.staff_number], now, roster, policy
        )
        for person, place in placed
    }
    return Wish(states, tuple(nameless))


def _kept_entries(placed: list[tuple[Person, str]], now: States) -> dict[str, str]:
    """A name with a staff number in it stays when the namesake leaves: it is still the person's."""
    kept = {}
    for person, place in placed:
        present = now.get(person.staff_number)
        long_form = f"{person.name} ({person.staff_number})"
        if present is not None and present["place"] == place and present["cn"] == long_form:
            kept[person.staff_number] = long_form
    return kept


def place_of(person: Person, now: Mapping[str, Any] | None, roster: Roster, policy: AccountPolicy) -> str:
    """The main post's department; the place of those away, or of those who left on the roster's date."""
    if not is_away(person, policy):
        return person.main_post.department_code
    present = str(now["place"]) if now else ""
    if str(person.standing) == "left":
        return present if present.startswith(LEFT) else f"{LEFT}{roster.effective:%Y%m%d}"
    return AWAY


def _logon_names(
    people: list[Person], now: States, book: NameBook, policy: AccountPolicy
) -> tuple[dict[str, str], list[BadInput]]:
    names: dict[str, str] = {}
    nameless: list[BadInput] = []
    given: dict[str, str] = {}
    for person in people:
        number = person.staff_number
        present = now.get(number)
        if present is not None and not (_renamed(person, present) and policy.new_name_on_rename):
            names[number] = str(present["sam"])
            continue
        try:
            name = logon_name(
                person,
                policy,
                lambda n, who=number: _is_free(n, who, given, book, policy),  # type: ignore[misc]
            )
        except BadInput as error:
            nameless.append(error)
            continue
        names[number] = given[name] = name
        given[name] = number
    return names, nameless


def _is_free(name: str, number: str, given: Mapping[str, str], book: NameBook, policy: AccountPolicy) -> bool:
    return name not in given and book.is_free_for(name, number, policy)


def _renamed(person: Person, present: Mapping[str, Any]) -> bool:
    return bool(present["family"] != person.family_name)


def _state(
    person: Person,
    place: str,
    sam: str,
    cn: str,
    now: States,
    roster: Roster,
    policy: AccountPolicy,
) -> dict[str, Any]:
    present = now.get(person.staff_number)
    state: dict[str, Any] = {"place": place, "cn": cn, "sam": sam, "number": person.staff_number}
    if is_away(person, policy):
        return state | _away(present)
    department = roster.departments.get(person.main_post.department_code)
    state |= {
        "family": person.family_name,
        "given": person.given_name,
        "display": person.name,
        "family_kana": person.family_kana or None,
        "given_kana": person.given_kana or None,
        "department": department.name if department else None,
        "department_code": person.main_post.department_code,
        "title": person.main_post.title or None,
        "enabled": True,
        "groups": wanted_groups(person, present["groups"] if present else (), policy),
    }
    if policy.company:
        state["company"] = policy.company
    if present is None or present["sam"] != sam:
        state |= addresses(sam, present, policy)
    return state | _coming_or_staying(person.staff_number, present, roster)


def _away(present: Mapping[str, Any] | None) -> dict[str, Any]:
    """Disabled and in no group; what it was is noted on the account, so that it can be restored exactly."""
    noted = former_of(present) if present is not None else None
    return {"enabled": False, "groups": [], "former": noted}


def _coming_or_staying(number: str, present: Mapping[str, Any] | None, roster: Roster) -> dict[str, Any]:
    """The first password of a new or long gone account; a suspended one is left as it is."""
    occasion = f"{roster.effective:%Y%m%d}"
    if present is None:
        return {"password": initial_password(number, occasion).as_state()}
    if is_suspended(present):
        return {"enabled": False, "groups": present["groups"]}
    if present["enabled"]:
        return {}
    gone = str(present["place"]).startswith(LEFT)
    secret = {"password": initial_password(number, occasion).as_state()} if gone else {}
    return {"former": None, **secret}


def is_suspended(present: Mapping[str, Any]) -> bool:
    """Disabled where it stands: by accounts.suspend or by hand, not because the person is away or has left."""
    place = str(present["place"])
    return not present["enabled"] and place != AWAY and not place.startswith(LEFT)


def addresses(sam: str, present: Mapping[str, Any] | None, policy: AccountPolicy) -> dict[str, Any]:
    """Principal name and mail address for a log-on name; a former address goes on as an alias."""
    found: dict[str, Any] = {"upn": f"{sam}@{policy.domain}"}
    if not policy.mail_domain:
        return found
    mail = f"{sam}@{policy.mail_domain}"
    if present is None:
        return found | {"mail": mail}
    aliases = {value for value in present["aliases"] or () if not value.startswith("SMTP:")}
    aliases |= {f"smtp:{present['mail']}"} if present["mail"] else set()
    aliases -= {f"smtp:{mail}"}
    return found | {"mail": mail, "aliases": sorted({*aliases, f"SMTP:{mail}"})}


def initial_password(staff_number: str, occasion: str) -> SecretRef:
    """Where the vault keeps a new account's first password."""
    return SecretRef(f"accounts/{staff_number}/initial/{occasion}")
