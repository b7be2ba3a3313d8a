"""Who goes to which system: people of the roster joined with their accounts in the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from unyo.core.distribution import Value
from unyo.core.person import Person, Roster
from unyo.runbooks.accounts.rules.layout_cells import Account, Fact, cell, facts
from unyo.runbooks.accounts.rules.layouts import Layout, Whose


@dataclass(frozen=True, slots=True)
class Book:
    """Everybody on one day: the roster and the accounts by staff number."""

    roster: Roster
    accounts: Mapping[str, Account]
    on: date


def audience(book: Book, layout: Layout) -> dict[str, Person]:
    """The people that the system gets, by staff number, in order."""
    people = sorted(book.roster.people.items())
    return {number: person for number, person in people if _belongs(book, layout.people, person)}


def _belongs(book: Book, whose: Whose, person: Person) -> bool:
    account = book.accounts.get(person.staff_number)
    has_account = account is not None and (account.enabled or whose.account != "enabled")
    return (
        person.standing in whose.standing
        and (not whose.departments or any(p.department_code in whose.departments for p in person.posts))
        and (not whose.employment or person.employment in whose.employment)
        and (whose.account == "none" or has_account)
    )


def row(book: Book, layout: Layout, person: Person, operation: str = "") -> dict[str, Value]:
    """The person's values by heading; ``operation`` is add, change or delete where a column asks for it."""
    account = book.accounts.get(person.staff_number)
    known: dict[str, Fact] = {**facts(person, book.roster, account, book.on), "operation": operation}
    return {column.heading: cell(column, known, layout.system.kind) for column in layout.columns}


def farewell(book: Book, layout: Layout, number: str) -> dict[str, Value]:
    """The line of somebody who is gone: the staff number and what does not depend on the person."""
    known: dict[str, Fact] = {"staff_number": number, "operation": "delete", "date": book.on}
    return {column.heading: cell(column, known, layout.system.kind) for column in layout.columns}


def sent(delivered: Mapping[str, str]) -> dict[str, str]:
    """Receipts that still stand; a removal is recorded with an empty digest."""
    return {number: taken for number, taken in delivered.items() if taken}
