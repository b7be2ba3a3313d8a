"""Grant remote access until a date, or revoke it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from unyo.core.change import Change, State
from unyo.core.dates import in_jst, jst_midnight
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.one_account import present_state, targets_of
from unyo.runbooks.accounts.rules.policy import account_policy


class Access(StrEnum):
    """What to do."""

    GRANT = "grant"
    REVOKE = "revoke"


@dataclass(frozen=True)
class AccessParams:
    """Who, what, until when."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))
    action: Access = option(Text("grant or revoke", "付与(grant)または取消(revoke)"))
    until: date | None = option(
        Text("last day of access (needed to grant)", "利用最終日(付与時は必須)"), default=None
    )

    def check(self) -> None:
        if self.action is Access.GRANT and self.until is None:
            raise BadInput(
                "accounts.remote_until",
                Text("remote access is granted until a date", "リモート接続の付与には利用最終日が必要です"),
                Text("give --until 2027-06-30", "--until 2027-06-30 のように指定する"),
                target="--until",
            )


class RemoteAccess(AccountRunbook[AccessParams]):
    """A grant holds two steps: into the group now, out of it after the last day."""

    title = Text("grant or revoke remote access", "リモート接続の付与・取消")
    Params = AccessParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def targets(self, params: AccessParams, tools: Tools) -> Sequence[Target]:
        return targets_of(params.staff_number)

    def want(self, target: Target, params: AccessParams, tools: Tools) -> State | None:
        now = present_state(self, target, tools)
        group = {account_policy(tools).remote_group}
        held = set(now["groups"])
        wanted = held | group if params.action is Access.GRANT else held - group
        return {"sam": now["sam"], "groups": sorted(wanted)}

    def plan(self, params: AccessParams, tools: Tools) -> Plan:
        plan = super().plan(params, tools)
        if params.until is None:
            return plan
        if params.until < in_jst(tools.clock.now()).date():
            raise BadInput(
                "accounts.remote_past",
                Text("the last day is past", "利用最終日が過去の日付です"),
                Text("give a day to come", "今日以降の日付を指定する"),
                target="--until",
                detail=params.until.isoformat(),
            )
        group = account_policy(tools).remote_group
        ends = [_end(self, target, group, params.until, tools) for target in self.targets(params, tools)]
        return replace(plan, changes=(*plan.changes, *ends))

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="remote_access")


def _end(runbook: RemoteAccess, target: Target, group: str, until: date, tools: Tools) -> Change:
    now = present_state(runbook, target, tools)
    without = sorted(set(now["groups"]) - {group})
    with_it = sorted({*without, group})
    return Change(
        target,
        {"sam": now["sam"], "groups": with_it},
        {"sam": now["sam"], "groups": without},
        sort="remote_access_end",
        phase=1,
        due=jst_midnight(until + timedelta(days=1)),
    )
