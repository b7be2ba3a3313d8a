"""Move accounts to another department: place, department, title and the groups of the role table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.params import option
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.one_account import department_name, present_state, role_groups, targets_of
from unyo.runbooks.accounts.rules.places import read_places
from unyo.runbooks.accounts.rules.policy import account_policy


@dataclass(frozen=True)
class MoveRow:
    """One person's move."""

    staff_number: str = option(Text("staff number", "職員番号"), column=("職員番号",))
    department: str = option(Text("code of the new department", "異動先の所属コード"), column=("所属コード",))
    title: str | None = option(
        Text("new title (unchanged)", "新しい役職(省略時は変更なし)"), default=None, column=("役職",)
    )


@dataclass(frozen=True)
class MoveParams:
    """Who moves where."""

    rows: tuple[MoveRow, ...] = option(Text("one row per person", "1人1行"))


class Move(AccountRunbook[MoveParams]):
    """For single moves between two transfers."""

    title = Text("move accounts to another department", "アカウントの所属変更")
    Params = MoveParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def targets(self, params: MoveParams, tools: Tools) -> Sequence[Target]:
        return targets_of(row.staff_number for row in params.rows)

    def want(self, target: Target, params: MoveParams, tools: Tools) -> State | None:
        row = next(row for row in params.rows if row.staff_number == target.key)
        policy = account_policy(tools)
        places = read_places(tools.directory, policy)
        now = present_state(self, target, tools)
        want = {
            "sam": now["sam"],
            "place": row.department,
            "department": department_name(places, row.department),
            "department_code": row.department,
            "title": row.title if row.title is not None else now["title"],
        }
        return {**want, "groups": role_groups(want, policy)}

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="mover")
