"""What is known of a person and the account, and how one column of another system shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import jaconv

from unyo.core.dates import era_text
from unyo.core.distribution import SystemKind, Value
from unyo.core.person import Person, Roster

Fact = str | bool | date | None

VOLATILE = frozenset({"operation", "date"})
"""Sources that say something of the file, not of the person: no reason to send anybody again."""

SOURCES = frozenset(
    {
        *("staff_number", "name", "family_name", "given_name", "kana", "family_kana", "given_kana"),
        *("roman", "family_roman", "given_roman", "department_code", "department", "title", "posts"),
        *("standing", "employment", "order", "handover_until"),
        *("login", "upn", "mail", "enabled", "expires"),
        *VOLATILE,
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """What the directory says of a person's account; ``expires`` is the last day of use."""

    login: str
    upn: str
    mail: str
    enabled: bool
    expires: date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, where its value comes from, and how that is spelled."""

    heading: str
    source: str
    fixed: Value
    form: str
    values: Mapping[str, str]
    width: Literal["as_is", "half", "full"]

    @property
    def is_volatile(self) -> bool:
        return self.source in VOLATILE


def facts(person: Person, roster: Roster, account: Account | None, on: date) -> dict[str, Fact]:
    """Every source but ``operation``; ``posts`` lists all departments with titles, the main one first."""
    departments = roster.departments
    named = {code: departments[code].name if code in departments else code for code in _codes(person)}
    return {
        "staff_number": person.staff_number,
        "name": person.name,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "kana": f"{person.family_kana} {person.given_kana}".strip(),
        "family_kana": person.family_kana,
        "given_kana": person.given_kana,
        "roman": f"{person.given_roman} {person.family_roman}".strip(),
        "family_roman": person.family_roman,
        "given_roman": person.given_roman,
        "department_code": person.main_post.department_code,
        "department": named[person.main_post.department_code],
        "title": person.main_post.title,
        "posts": "/".join(f"{named[post.department_code]} {post.title}".strip() for post in person.posts),
        "standing": person.standing.value,
        "employment": person.employment,
        "order": person.order,
        "handover_until": person.handover_until,
        "login": account.login if account else None,
        "upn": account.upn if account else None,
        "mail": account.mail if account else None,
        "enabled": bool(account and account.enabled),
        "expires": account.expires if account else None,
        "date": on,
    }


def _codes(person: Person) -> list[str]:
    return [post.department_code for post in person.posts]


def cell(column: Column, known: Mapping[str, Fact], kind: SystemKind) -> Value:
    """The column's value as the system holds it: a text for files, None where there is nothing."""
    fact = known.get(column.source) if column.source else column.fixed
    if isinstance(fact, date):
        fact = era_text(fact) if column.form == "era" else fact.strftime(column.form)
    if isinstance(fact, bool) and (column.values or kind is not SystemKind.SCIM):
        fact = _TRUTH[kind][fact] if not column.values else ("true" if fact else "false")
    if isinstance(fact, str):
        fact = _in_width(column.values.get(fact, fact), column.width)
    if fact is None or fact == "":
        return "" if kind is SystemKind.CSV else None
    return fact


_TRUTH = {SystemKind.CSV: {True: "1", False: "0"}, SystemKind.LDAP: {True: "TRUE", False: "FALSE"}}


def _in_width(text: str, width: Literal["as_is", "half", "full"]) -> str:
    if width == "half":
        return str(jaconv.z2h(unicodedata.normalize("NFC", text), kana=True, ascii=True, digit=True)).replace(
            "\u3000", " "
        )
    if width == "full":
        return str(jaconv.h2z(text, kana=True, ascii=True, digit=True)).replace(" ", "\u3000")
    return text
