"""Suspend accounts where they stand: disabled, out of their groups; what they had is noted for the return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.one_account import former_of, present_state, targets_of


@dataclass(frozen=True)
class SuspendParams:
    """Whose accounts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))


class Suspend(AccountRunbook[SuspendParams]):
    """Back again with accounts.restore, whatever becomes of the ledger."""

    title = Text("suspend accounts", "アカウントの停止")
    Params = SuspendParams
    risk = Risk.GUARDED
    limits = Limits(removals=40, removal_share=0.1)
    pace = Pace(canary=1, wave=100, batch=25)

    def targets(self, params: SuspendParams, tools: Tools) -> Sequence[Target]:
        return targets_of(params.staff_number)

    def population(self, params: SuspendParams, tools: Tools) -> int:
        return self.everybody(tools)

    def want(self, target: Target, params: SuspendParams, tools: Tools) -> State | None:
        now = present_state(self, target, tools)
        if not now["enabled"]:
            return {"sam": now["sam"], "enabled": False}
        return {"sam": now["sam"], "enabled": False, "groups": [], "former": former_of(now)}

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="suspend")
