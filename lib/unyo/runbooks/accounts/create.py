"""Create accounts outside a transfer, from the command line or a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from unyo.core.change import Change, State
from unyo.core.dates import in_jst
from unyo.core.params import option
from unyo.core.person import Department, Person, Post, Roster, Standing
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.book import name_book
from unyo.runbooks.accounts.rules.one_account import department_name
from unyo.runbooks.accounts.rules.places import read_places
from unyo.runbooks.accounts.rules.policy import account_policy
from unyo.runbooks.accounts.rules.reading import read_accounts
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


@dataclass(frozen=True)
class CreateParams:
    """Who gets an account."""

    rows: tuple[CreateRow, ...] = option(Text("one row per person", "1人1行"))
    on: date | None = option(Text("day of the request (today)", "申請日(省略時は本日)"), default=None)


class Create(AccountRunbook[CreateParams]):
    """Somebody who has an account already is left as he is and named."""

    title = Text("create accounts", "アカウントの作成")
    Params = CreateParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def complete(self, params: CreateParams, tools: Tools) -> CreateParams:
        return params if params.on else replace(params, on=in_jst(tools.clock.now()).date())

    def targets(self, params: CreateParams, tools: Tools) -> Sequence[Target]:
        return [
            Target("account", row.staff_number, f"{row.family_name} {row.given_name}") for row in params.rows
        ]

    def want(self, target: Target, params: CreateParams, tools: Tools) -> State | None:
        (state,) = self.want_many([target], params, tools)
        return state

    def want_many(self, targets: Sequence[Target], params: CreateParams, tools: Tools) -> list[State | None]:
        policy = account_policy(tools)
        places = read_places(tools.directory, policy)
        now = read_accounts(tools, policy, places, None)
        rows = [row for row in params.rows if row.staff_number not in now]
        names = {row.department: department_name(places, row.department) for row in rows}
        roster = Roster(
            params.on or in_jst(tools.clock.now()).date(),
            {row.staff_number: _person(row) for row in rows},
            {code: Department(code, name) for code, name in names.items()},
        )
        wish = wanted_states(roster, now, name_book(tools, policy), policy)
        for error in wish.nameless:
            raise error
        present: dict[str, Any] = {number: {"sam": state["sam"]} for number, state in now.items()}
        return [wish.states.get(target.key) or present[target.key] for target in targets]

    def findings(self, params: CreateParams, tools: Tools) -> Sequence[Finding]:
        policy = account_policy(tools)
        numbers = [row.staff_number for row in params.rows]
        held = read_accounts(tools, policy, read_places(tools.directory, policy), numbers)
        text = Text("has an account already; nothing is changed", "すでにアカウントがあります。変更しません")
        return [Finding("accounts.exists", Weight.ODD, text, number) for number in sorted(held)]

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="joiner")


def _person(row: CreateRow) -> Person:
    return Person(
        row.staff_number,
        row.family_name,
        row.given_name,
        row.family_kana,
        row.given_kana,
        (Post(row.department, row.title or ""),),
        Standing.ACTIVE,
        employment=row.employment or "",
    )
