"""Create accounts outside a transfer, from the command line or a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from unyo.core.change import Change
from unyo.core.dates import in_jst
from unyo.core.params import option
from unyo.core.person import Department, Person, Post, Roster
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.book import name_book
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, odd
from unyo.runbooks.accounts.rules.wanted import wanted_states


@dataclass(frozen=True)
class CreateRow:
    """One person."""

    staff_number: str = option(Text("staff number", "職員番号"), column=("職員番号",))
    family_name: str = option(Text("family name", "姓"), column=("姓",))
    given_name: str = option(Text("given name", "名"), column=("名",))
    family_kana: str = option(Text("family name in kana", "姓カナ"), column=("セイ", "姓カナ"))
    given_kana: str = option(Text("given name in kana", "名カナ"), column=("メイ", "名カナ"))
    department: str = option(Text("department code", "所属コード"), column=("所属コード",))
    title: str | None = option(Text("title", "役職"), default=None, column=("役職",))
    employment: str | None = option(Text("employment", "雇用区分"), default=None, column=("雇用区分",))
    family_roman: str | None = option(
        Text("family name in Latin letters", "姓ローマ字"), default=None, column=("姓ローマ字",)
    )
    given_roman: str | None = option(
        Text("given name in Latin letters", "名ローマ字"), default=None, column=("名ローマ字",)
    )


@dataclass(frozen=True)
class CreateParams:
    """Who gets an account."""

    rows: tuple[CreateRow, ...] = option(Text("one row per person", "1人1行"))
    on: date | None = option(Text("day of the request (today)", "申請日(省略時は本日)"), default=None)


class Create(OfficeRunbook[CreateParams]):
    """Somebody who has an account already keeps it as it is and is named."""

    title = Text("create accounts", "アカウントの作成")
    Params = CreateParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def complete(self, params: CreateParams, tools: Tools) -> CreateParams:
        return params if params.on else replace(params, on=in_jst(tools.clock.now()).date())

    def numbers(self, params: CreateParams) -> None:
        return None

    def proposals(self, params: CreateParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        people = {row.staff_number: _person(row) for row in params.rows}
        departments = {
            row.department: Department(row.department, office.department(row.department))
            for row in params.rows
        }
        day = params.on or office.today
        wish = wanted_states(
            Roster(day, people, departments),
            office.accounts,
            replace(name_book(tools, office.policy), today=day),
            office.policy,
        )
        for error in wish.nameless:
            raise error
        for number, person in people.items():
            if number in office.accounts:
                yield odd("accounts.exists", number, "has an account already", "すでにアカウントがあります")
                yield change_of(number, office.accounts[number], {}, "joiner")
            else:
                target = Target("account", number, person.name)
                yield Change(target, None, wish.states[number], sort="joiner")


def _person(row: CreateRow) -> Person:
    return Person(
        row.staff_number,
        row.family_name,
        row.given_name,
        row.family_kana,
        row.given_kana,
        (Post(row.department, row.title or ""),),
        family_roman=row.family_roman or "",
        given_roman=row.given_roman or "",
        employment=row.employment or "",
    )
