"""Restore suspended accounts to the place and the groups they had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.errors import Refused
from unyo.core.params import option
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.one_account import kept_former, present_state, targets_of


@dataclass(frozen=True)
class RestoreParams:
    """Whose accounts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))


class Restore(AccountRunbook[RestoreParams]):
    """The way back from accounts.suspend and, within the grace period, from accounts.remove."""

    title = Text("restore suspended accounts", "停止したアカウントの復活")
    Params = RestoreParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def targets(self, params: RestoreParams, tools: Tools) -> Sequence[Target]:
        return targets_of(params.staff_number)

    def want(self, target: Target, params: RestoreParams, tools: Tools) -> State | None:
        now = present_state(self, target, tools)
        if now["enabled"]:
            return {"sam": now["sam"], "enabled": True}
        kept = kept_former(now)
        if kept is None:
            raise Refused(
                "accounts.nothing_kept",
                Text(
                    "the account does not say where it was before", "停止前の所属がアカウントに残っていません"
                ),
                Text(
                    "undo the job that suspended it, or use accounts.move",
                    "停止したジョブを取り戻すか accounts.move を使う",
                ),
                target=target.key,
            )
        return {"sam": now["sam"], **kept}

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="restore")
