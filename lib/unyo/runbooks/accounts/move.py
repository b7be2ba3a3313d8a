"""Move accounts to another department: place, department, title and the groups of the role table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from unyo.core.change import Change
from unyo.core.dates import jst_midnight
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.groups import wanted_groups
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, holder_of, odd
from unyo.runbooks.accounts.rules.wanted import is_suspended


@dataclass(frozen=True)
class MoveRow:
    """One person's move."""

    staff_number: str = option(Text("staff number", "職員番号"), column=("職員番号",))
    department: str = option(Text("code of the new department", "異動先の所属コード"), column=("所属コード",))
    title: str | None = option(
        Text("new title (unchanged)", "新しい役職(省略時は変更なし)"), default=None, column=("役職",)
    )
    handover_until: date | None = option(
        Text("last day on which the former groups stay", "旧所属の権限を残す最終日"),
        default=None,
        column=("引継期限",),
    )


@dataclass(frozen=True)
class MoveParams:
    """Who moves where."""

    rows: tuple[MoveRow, ...] = option(Text("one row per person", "1人1行"))


class Move(OfficeRunbook[MoveParams]):
    """For single moves between two transfers."""

    title = Text("move accounts to another department", "アカウントの所属変更")
    Params = MoveParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def numbers(self, params: MoveParams) -> None:
        return None

    def proposals(self, params: MoveParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        for row in params.rows:
            yield from _moved(row, office, tools)


def _moved(row: MoveRow, office: Office, tools: Tools) -> Iterator[Change | Finding]:
    number = row.staff_number
    now = office.account(number)
    name = office.department(row.department)
    title = row.title if row.title is not None else now["title"]
    holder = holder_of(number, now, row.department, title or "", tools)
    groups = wanted_groups(holder, now["groups"], office.policy)
    if is_suspended(now):
        groups = now["groups"]
        yield odd("accounts.suspended", number, "is suspended and stays so", "停止中のまま移動します")
    kept = sorted({*groups, *now["groups"]}) if row.handover_until else groups
    want = {
        "place": row.department,
        "cn": office.entry_name(str(now["display"] or now["cn"]), number, row.department),
        "department": name,
        "department_code": row.department,
        "title": title,
        "groups": kept,
    }
    change = change_of(number, now, want, "mover")
    yield change
    if row.handover_until and kept != groups:
        yield replace(
            change,
            before={"sam": now["sam"], "groups": kept},
            after={"sam": now["sam"], "groups": groups},
            sort="handover_end",
            phase=1,
            due=jst_midnight(row.handover_until + timedelta(days=1)),
        )
