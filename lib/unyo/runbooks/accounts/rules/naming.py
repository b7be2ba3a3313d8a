"""Giving log-on names and entry names: templates, collisions, reservations, Windows' limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unyo.core.errors import BadInput
from unyo.core.person import Person
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.policy import AccountPolicy
from unyo.runbooks.accounts.rules.romaji import romaji

LONGEST_LOGON_NAME = 20
LONGEST_ENTRY_NAME = 64
# What Windows forbids in sAMAccountName; everything but letters, digits, dot and hyphen is dropped anyway.
_UNUSABLE = re.compile(r"[^a-z0-9.-]")


@dataclass(frozen=True, slots=True)
class NameBook:
    """Who holds which log-on name: in the directory, and by reservation (released on a date, or not yet)."""

    in_directory: Mapping[str, str]
    reserved: Mapping[str, tuple[str, date | None]]
    today: date

    def is_free_for(self, name: str, staff_number: str, policy: AccountPolicy) -> bool:
        if name in policy.reserved:
            return False
        holder = self.in_directory.get(name)
        if holder is not None:
            return holder == staff_number
        owner, released = self.reserved.get(name, (staff_number, None))
        if owner == staff_number:
            return True
        if released is None:
            return False
        return (self.today - released).days >= policy.reuse_years * 365


def logon_name(person: Person, policy: AccountPolicy, is_free: Callable[[str], bool]) -> str:
    """The first free name that the templates give; BadInput where the person's name has no Latin form."""
    family = (
        romaji(person.family_kana, policy.readings)
        if not person.family_roman
        else _latin(person.family_roman)
    )
    given = (
        romaji(person.given_kana, policy.readings) if not person.given_roman else _latin(person.given_roman)
    )
    if not family or not given:
        raise BadInput(
            "accounts.no_latin_name",
            Text("no log-on name can be made from the kana", "カナからログオン名を作れません"),
            Text("correct the kana, or give a romaji column", "カナを直すか、ローマ字の列を設ける"),
            target=f"{person.staff_number} {person.name}",
            detail=f"{person.family_kana} {person.given_kana}",
        )
    for template in policy.templates:
        for number in range(2, 100) if "{n}" in template else (0,):
            name = fitted(template, family, given, number)
            if is_free(name):
                return name
    raise BadInput(
        "accounts.names_used_up",
        Text("every name that the templates give is taken", "命名規則で作れる名前がすべて使用中です"),
        Text("add a template to naming.yml", "naming.yml に命名規則を追加する"),
        target=f"{person.staff_number} {person.name}",
    )


def fitted(template: str, family: str, given: str, number: int) -> str:
    """The template filled and cut to 20 characters; the number at the end is never cut off."""
    made = template.format(family=family, given=given, given_initial=given[0], family_initial=family[0], n="")
    tail = str(number) if number else ""
    made = _UNUSABLE.sub("", made.lower())[: LONGEST_LOGON_NAME - len(tail)].strip(".-")
    return made + tail


def _latin(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def entry_names(people: Sequence[tuple[Person, str]], taken: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Staff number → CN. ``people`` come with their place; ``taken`` maps (place, lower-case CN) to the holder.

    Where two people of one name meet in one place, the staff number is added to all but the present holder.
    """
    wanted: dict[tuple[str, str], list[str]] = {}
    for person, place in people:
        wanted.setdefault((place, person.name.lower()), []).append(person.staff_number)
    names = {}
    for person, place in people:
        slot = (place, person.name.lower())
        holder = taken.get(slot)
        alone = len(wanted[slot]) == 1 and holder in (None, person.staff_number)
        plain = alone or holder == person.staff_number
        names[person.staff_number] = (
            person.name
            if plain and len(person.name) <= LONGEST_ENTRY_NAME
            else numbered_entry(person.name, person.staff_number)
        )
    return names


def numbered_entry(name: str, staff_number: str) -> str:
    """The name with the staff number behind it, cut to fit; one that has it already stays."""
    tail = f" ({staff_number})"
    return name if name.endswith(tail) else name[: LONGEST_ENTRY_NAME - len(tail)] + tail
