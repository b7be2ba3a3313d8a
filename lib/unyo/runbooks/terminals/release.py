"""Give terminals their network back, and prove that they have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unyo.core.change import State
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.isolation_policy import isolation_policy
from unyo.runbooks.terminals.rules.isolation_runbook import IsolationRunbook, IsolationSelection


@dataclass(frozen=True, kw_only=True)
class ReleaseParams(IsolationSelection):
    """Which terminals."""


class Release(IsolationRunbook[ReleaseParams]):
    """A machine that was cut off for a reason comes back only with a colleague's yes."""

    title = Text("release cut-off terminals", "通信遮断の解除")
    Params = ReleaseParams
    risk = Risk.GUARDED

    def want(self, target: Target, params: ReleaseParams, tools: Tools) -> State:
        wanted: dict[str, object] = {"isolated": False, "until": None}
        if isolation_policy(tools).probe is not None:
            wanted["probe"] = "open"
        return wanted

    def findings(self, params: ReleaseParams, tools: Tools) -> Sequence[Finding]:
        return self.probe_findings(tools)
