"""Remove accounts in two strides: disabled and set aside now, deleted when the grace period is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from unyo.core.change import Change
from unyo.core.dates import in_jst, jst_midnight
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.marks import former_of
from unyo.runbooks.accounts.rules.naming import numbered_entry
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, once_each, target_of
from unyo.runbooks.accounts.rules.places import LEFT


@dataclass(frozen=True)
class RemoveParams:
    """Whose accounts, and from which day the grace period counts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"), default=())
    overdue: bool = option(
        Text(
            "delete everybody who left and whose grace period is over",
            "退職者のうち猶予期間を過ぎた全アカウントを削除する",
        ),
        default=False,
    )
    on: date | None = option(
        Text("first day without access (today)", "利用停止日(省略時は本日)"), default=None
    )

    def check(self) -> None:
        if bool(self.staff_number) == self.overdue:
            raise BadInput(
                "accounts.remove_whom",
                Text("say whose accounts", "対象を指定してください"),
                Text(
                    "give --staff-number, or --overdue, but not both",
                    "--staff-number か --overdue のどちらか一方を指定する",
                ),
            )


class Remove(OfficeRunbook[RemoveParams]):
    """Until the deletion falls due, cancelling the job and accounts.restore bring everything back."""

    title = Text("remove accounts after a grace period", "アカウントの削除(猶予期間あり)")
    Params = RemoveParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def complete(self, params: RemoveParams, tools: Tools) -> RemoveParams:
        return params if params.on else replace(params, on=in_jst(tools.clock.now()).date())

    def numbers(self, params: RemoveParams) -> Sequence[str] | None:
        return None if params.overdue else once_each(params.staff_number)

    def proposals(self, params: RemoveParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        day = params.on or office.today
        grace = timedelta(days=office.policy.grace_days)
        numbers = _overdue(office, day - grace) if params.overdue else once_each(params.staff_number)
        for number in numbers:
            now = office.account(number)
            left = _left_on(now)
            aside = _set_aside(number, now, day)
            disable = change_of(number, now, aside, "disable")
            if disable.before != disable.after:
                yield replace(disable, due=_later(day, tools))
            yield Change(
                target_of(number, now),
                disable.after,
                None,
                sort="delete",
                phase=1,
                due=_later((left or day) + grace, tools),
                undoable=False,
                reason=_LOST,
            )


_LOST = Text(
    "a deleted account's identifier (SID) never comes back", "削除したアカウントの SID は復元できません"
)


def _set_aside(number: str, now: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Disabled, in no group, in the unit of the day; the number in the name keeps namesakes apart there."""
    place = {} if _left_on(now) else {"place": f"{LEFT}{day:%Y%m%d}", "cn": numbered_entry(now["cn"], number)}
    return {"enabled": False, "groups": [], "former": former_of(now), **place}


def _left_on(now: Mapping[str, Any]) -> date | None:
    """The day after which somebody who has left was set aside; None for everybody else."""
    day = str(now["place"]).removeprefix(LEFT)
    if day == now["place"] or len(day) != 8 or not day.isdigit():
        return None
    return datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a day, not an instant


def _overdue(office: Office, until: date) -> list[str]:
    found = ((number, _left_on(now)) for number, now in office.accounts.items() if not now["enabled"])
    return sorted(number for number, left in found if left is not None and left <= until)


def _later(day: date, tools: Tools) -> datetime | None:
    start = jst_midnight(day)
    return start if start > tools.clock.now() else None
