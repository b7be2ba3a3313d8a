"""Set everybody's groups by the role table, and say who had drifted from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unyo.core.change import Change
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.person import Person, Post
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.groups import wanted_groups
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, odd, once_each


@dataclass(frozen=True)
class GroupParams:
    """Whose groups."""

    staff_number: tuple[str, ...] = option(
        Text("staff numbers (everybody)", "職員番号(省略時は全員)"), default=()
    )
    roster: int | None = option(
        Text("number of the roster (the newest)", "名簿番号(省略時は最新)"), default=None
    )


class SetGroups(OfficeRunbook[GroupParams]):
    """Plan it without running it for a drift report. Disabled accounts and strangers are left alone."""

    title = Text("set groups by the role table", "役割表によるグループ設定")
    Params = GroupParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=50)

    def complete(self, params: GroupParams, tools: Tools) -> GroupParams:
        return params if params.roster else replace(params, roster=tools.people.newest_roster_id())

    def numbers(self, params: GroupParams) -> Sequence[str] | None:
        return once_each(params.staff_number) or None

    def proposals(self, params: GroupParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        number = params.roster if params.roster is not None else tools.people.newest_roster_id()
        if number is None:
            raise _no_roster()
        people = tools.people.roster(number).people
        for staff in self.numbers(params) or sorted(office.accounts):
            now = office.account(staff)
            if staff in people and now["enabled"]:
                wanted = wanted_groups(_as_posted(people[staff], now), now["groups"], office.policy)
                yield change_of(staff, now, {"groups": wanted}, "groups")
                yield from _drift(staff, now, wanted)


def _as_posted(person: Person, now: Mapping[str, Any]) -> Person:
    """The post that the account has: accounts.move may have been there after the file."""
    post = Post(str(now["department_code"] or ""), str(now["title"] or ""))
    return person if post == person.main_post else replace(person, posts=(post, *person.posts[1:]))


def _drift(number: str, now: Mapping[str, Any], wanted: Sequence[str]) -> Iterator[Finding]:
    missing = ", ".join(sorted(set(wanted) - set(now["groups"]))) or "-"
    extra = ", ".join(sorted(set(now["groups"]) - set(wanted))) or "-"
    if (missing, extra) != ("-", "-"):
        yield odd(
            "accounts.group_drift",
            f"{number} {now['display']}",
            f"missing: {missing}; without a rule: {extra}",
            f"不足: {missing}、規則外: {extra}",
        )


def _no_roster() -> BadInput:
    return BadInput(
        "people.no_roster",
        Text("no personnel file has been imported", "人事ファイルがまだ取り込まれていません"),
        Text("import one: unyo people import FILE", "取込み: unyo people import ファイル"),
    )
