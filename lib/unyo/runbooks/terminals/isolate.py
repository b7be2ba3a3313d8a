"""Cut terminals off from the network at once, all but the way to unyo, for a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from unyo.core.change import State
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Limits, Risk
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.isolation_policy import LONGEST_HOURS, isolation_policy
from unyo.runbooks.terminals.rules.isolation_runbook import IsolationRunbook, IsolationSelection


@dataclass(frozen=True, kw_only=True)
class IsolateParams(IsolationSelection):
    """Which terminals, and for how long."""

    hours: int = option(
        Text("for how long (the policy says)", "遮断する時間(省略時はポリシーの値)"), default=0
    )
    until: datetime | None = option(Text("until when", "解除する日時"), default=None)

    def check(self) -> None:
        super().check()
        if not 0 <= self.hours <= LONGEST_HOURS:
            raise BadInput(
                "isolation.hours",
                Text("not a time that a terminal can be cut off for", "遮断時間として使えません"),
                Text(f"give 1 to {LONGEST_HOURS} hours", f"1〜{LONGEST_HOURS} 時間で指定する"),
                target=str(self.hours),
            )


class Isolate(IsolationRunbook[IsolateParams]):
    """One operator may cut off a few terminals at once; releasing them takes a colleague."""

    title = Text("cut terminals off", "端末の通信遮断")
    Params = IsolateParams
    risk = Risk.ROUTINE
    limits = Limits(targets=10, target_share=0.2)

    def complete(self, params: IsolateParams, tools: Tools) -> IsolateParams:
        if params.until is not None and params.until <= tools.clock.now():
            raise BadInput(
                "isolation.until",
                Text("this time is over already", "解除する日時が過去です"),
                Text("give a later one", "これより後の日時を指定する"),
                target=f"{in_jst(params.until):%Y-%m-%d %H:%M}",
            )
        if params.until is not None:
            return params
        hours = params.hours or isolation_policy(tools).hours
        until = tools.clock.now().replace(microsecond=0) + timedelta(hours=hours)
        return replace(params, hours=hours, until=until)

    def want(self, target: Target, params: IsolateParams, tools: Tools) -> State:
        until = self.complete(params, tools).until
        assert until is not None
        wanted = {"isolated": True, "until": in_jst(until).isoformat(timespec="seconds")}
        if isolation_policy(tools).probe is not None:
            wanted["probe"] = "closed"
        return wanted

    def findings(self, params: IsolateParams, tools: Tools) -> Sequence[Finding]:
        return self.probe_findings(tools)
