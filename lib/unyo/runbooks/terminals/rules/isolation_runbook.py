"""What isolating and releasing share: how a terminal stands, and how it is brought to stand otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from unyo.core.address_ranges import all_but
from unyo.core.change import Change, State
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.plan import Finding, Weight
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook, not_foreseen
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.isolation_policy import isolation_policy

P = TypeVar("P", bound="IsolationSelection")

SCRIPT_SECONDS = 90.0
# A cut that waits for a laptop to come back is still wanted then; a week later somebody should ask again.
PACE = Pace(
    canary=0,
    wave=500,
    batch=100,
    stop_after=50,
    stop_share=1.0,
    retry_after=(5,),
    waits_hours=168,
    look_every=60,
)


@dataclass(frozen=True, kw_only=True)
class IsolationSelection(Selection):
    """Which terminals."""


class IsolationRunbook(StateRunbook[P]):
    """State of a terminal: isolated or not, until when, and what its probe says."""

    checks_each_step = True
    pace = PACE

    def targets(self, params: P, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def population(self, params: P, tools: Tools) -> int:
        return tools.assets.in_service()

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        probe = isolation_policy(tools).probe
        terminals = _terminals(targets, tools)
        errands = [Errand(terminal, {"mode": "status", "probe": probe}) for terminal in terminals]
        return [
            _state(answer) for answer in tools.terminals.run("isolation", errands, timeout=SCRIPT_SECONDS)
        ]

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        policy = isolation_policy(tools)
        terminals = _terminals([change.target for change in changes], tools)
        errands = []
        for change, terminal in zip(changes, terminals, strict=True):
            after = change.after or {}
            kept = (tools.terminals.seen_from(terminal), *policy.keep)
            mode = "isolate" if after.get("isolated") else "release"
            parameters = {"mode": mode, "until": after.get("until"), "probe": policy.probe, "reason": "unyo"}
            errands.append(Errand(terminal, {**parameters, "blocked": all_but(kept)}))
        answers = tools.terminals.run("isolation", errands, timeout=SCRIPT_SECONDS)
        return [_refusal(answer, change) for answer, change in zip(answers, changes, strict=True)]

    def describe(self, change: Change) -> Change:
        return replace(change, sort="isolate" if (change.after or {}).get("isolated") else "release")

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        return not_foreseen(target, want, error)

    def probe_findings(self, tools: Tools) -> list[Finding]:
        """Without a probe the cut is read from the firewall's rules alone, and the approver should know."""
        if isolation_policy(tools).probe is not None:
            return []
        text = Text(
            "no probe is set: the cut will be read from the firewall, not tried (policy isolation)",
            "確認用の宛先が未設定のため、遮断はファイアウォール規則の読取りだけで確認します(ポリシー isolation)",
        )
        return [Finding("isolation.no_probe", Weight.ODD, text)]


def _terminals(targets: Sequence[Target], tools: Tools) -> list[Terminal]:
    known = tools.assets.terminals([target.key for target in targets])
    return [known[target.key] for target in targets]


def _refusal(answer: Any, change: Change) -> UnyoError | None:
    if isinstance(answer, UnyoError):
        return answer
    if not answer["overruled"] or not (change.after or {}).get("isolated"):
        return None
    return TargetSaidNo(
        "isolation.overruled",
        Text(
            "not cut off: group policy keeps its firewall off or from taking local rules",
            "グループポリシーによりファイアウォールの規則が効かないため、遮断されていません",
        ),
        Text(
            "cut it off at the switch, and let the policy allow local rules (AllowLocalFirewallRules)",
            "スイッチで遮断し、ポリシーでローカル規則を許可する (AllowLocalFirewallRules)",
        ),
        detail=", ".join(answer["overruled"]),
    )


def _state(answer: Any) -> State | UnyoError | None:
    if isinstance(answer, UnyoError):
        return answer
    return {"isolated": bool(answer["isolated"]), "until": answer["until"], "probe": answer["probe"]}
