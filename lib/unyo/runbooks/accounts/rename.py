"""Rename people, as after a marriage: same account, same identifier, new name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.change import Change
from unyo.core.params import option
from unyo.core.person import Person, Post
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.book import name_book
from unyo.runbooks.accounts.rules.naming import NameBook, logon_name
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of
from unyo.runbooks.accounts.rules.wanted import addresses


@dataclass(frozen=True)
class RenameRow:
    """One person's new name."""

    staff_number: str = option(Text("staff number", "職員番号"), column=("職員番号",))
    family_name: str = option(Text("family name", "姓"), column=("姓",))
    family_kana: str = option(Text("family name in kana", "姓カナ"), column=("セイ", "姓カナ"))
    given_name: str | None = option(
        Text("given name (unchanged)", "名(省略時は変更なし)"), default=None, column=("名",)
    )
    given_kana: str | None = option(
        Text("given name in kana (unchanged)", "名カナ(省略時は変更なし)"),
        default=None,
        column=("メイ", "名カナ"),
    )


@dataclass(frozen=True)
class RenameParams:
    """Whose names change."""

    rows: tuple[RenameRow, ...] = option(Text("one row per person", "1人1行"))
    new_logon_name: bool | None = option(
        Text(
            "give a new log-on name too (as naming.yml says)",
            "ログオン名も変える(省略時は naming.yml に従う)",
        ),
        default=None,
    )


class Rename(OfficeRunbook[RenameParams]):
    """Where the log-on name changes, the former mail address goes on as an alias."""

    title = Text("rename people", "氏名変更(改姓)")
    Params = RenameParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def numbers(self, params: RenameParams) -> None:
        return None

    def proposals(self, params: RenameParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        asked = params.new_logon_name
        book = name_book(tools, office.policy) if asked or office.policy.new_name_on_rename else None
        given: set[str] = set()
        for row in params.rows:
            now = office.account(row.staff_number)
            person = _person(row, now)
            want = {
                "cn": office.entry_name(person.name, row.staff_number, str(now["place"])),
                "family": person.family_name,
                "given": person.given_name,
                "display": person.name,
                "family_kana": person.family_kana or None,
                "given_kana": person.given_kana or None,
            }
            if book is not None and asked is not False and now["family"] != person.family_name:
                sam = _new_name(person, book, given, office)
                given.add(sam)
                want |= {"sam": sam, **addresses(sam, now, office.policy)}
            yield change_of(row.staff_number, now, want, "rename")


def _person(row: RenameRow, now: Mapping[str, Any]) -> Person:
    return Person(
        row.staff_number,
        row.family_name,
        row.given_name or str(now["given"] or ""),
        row.family_kana,
        row.given_kana or str(now["given_kana"] or ""),
        (Post(""),),
    )


def _new_name(person: Person, book: NameBook, given: set[str], office: Office) -> str:
    def is_free(name: str) -> bool:
        return name not in given and book.is_free_for(name, person.staff_number, office.policy)

    return logon_name(person, office.policy, is_free)
