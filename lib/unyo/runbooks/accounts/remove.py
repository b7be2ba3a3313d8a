"""Remove accounts in two strides: disabled and set aside now, deleted when the grace period is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from unyo.core.change import Change, State
from unyo.core.dates import in_jst, jst_midnight
from unyo.core.params import option, params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import shown_before
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook, takes_away
from unyo.runbooks.accounts.rules.one_account import former_of, present_state, targets_of
from unyo.runbooks.accounts.rules.places import LEFT
from unyo.runbooks.accounts.rules.policy import account_policy


@dataclass(frozen=True)
class RemoveParams:
    """Whose accounts, and from which day the grace period counts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))
    on: date | None = option(
        Text("first day without access (today)", "利用停止日(省略時は本日)"), default=None
    )


class Remove(AccountRunbook[RemoveParams]):
    """Until the deletion falls due, cancelling the job and accounts.restore bring everything back."""

    title = Text("remove accounts after a grace period", "アカウントの削除(猶予期間あり)")
    Params = RemoveParams
    risk = Risk.GUARDED
    limits = Limits(removals=40, removal_share=0.1)
    pace = Pace(canary=1, wave=100, batch=25)

    def complete(self, params: RemoveParams, tools: Tools) -> RemoveParams:
        return params if params.on else replace(params, on=in_jst(tools.clock.now()).date())

    def targets(self, params: RemoveParams, tools: Tools) -> Sequence[Target]:
        return targets_of(params.staff_number)

    def population(self, params: RemoveParams, tools: Tools) -> int:
        return self.everybody(tools)

    def want(self, target: Target, params: RemoveParams, tools: Tools) -> State | None:
        now = present_state(self, target, tools)
        day = params.on or in_jst(tools.clock.now()).date()
        place = now["place"] if str(now["place"]).startswith(LEFT) else f"{LEFT}{day:%Y%m%d}"
        former = now["former"] if not now["enabled"] and now["former"] else former_of(now)
        return {"sam": now["sam"], "enabled": False, "groups": [], "place": place, "former": former}

    def plan(self, params: RemoveParams, tools: Tools) -> Plan:
        policy = account_policy(tools)
        day = params.on or in_jst(tools.clock.now()).date()
        due = jst_midnight(day + timedelta(days=policy.grace_days))
        changes = []
        for target in self.targets(params, tools):
            now = present_state(self, target, tools)
            want = self.want(target, params, tools)
            first = Change(target, shown_before(now, want), want, sort="disable", due=_later(day, tools))
            if first.before != first.after:
                changes.append(replace(first, removes=takes_away(first)))
            gone = Change(
                target,
                want,
                None,
                sort="delete",
                phase=1,
                due=due,
                removes=True,
                undoable=False,
                reason=_LOST,
            )
            changes.append(gone)
        population = self.population(params, tools)
        return Plan(self.name, params_as_json(params), tuple(changes), population, limits=self.limits)


_LOST = Text(
    "a deleted account's identifier (SID) never comes back",
    "削除したアカウントの SID は復元できません",
)


def _later(day: date, tools: Tools) -> datetime | None:
    start = jst_midnight(day)
    return start if start > tools.clock.now() else None
