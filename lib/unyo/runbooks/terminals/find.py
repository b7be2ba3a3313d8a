"""Look for indicators of malware on terminals, and say of each: found, not found, or could not look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.change import Change
from unyo.core.errors import BadInput, UnyoError
from unyo.core.indicators import Indicator
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json, params_from_json
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.runbook import Pace, Runbook, StepEnd
from unyo.core.state_runbook import result_of
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.finding import finding_policy, hit_table, seen_of, verdict_table


@dataclass(frozen=True, kw_only=True)
class FindParams(Selection):
    """What to look for, and where; malware may be anywhere, so no choice means all terminals in use."""

    everything: bool = option(
        Text("all terminals in use, as where none is chosen", "使用中の全端末(対象を指定しない場合と同じ)"),
        default=False,
    )
    indicators: tuple[Indicator, ...] = option(
        Text("CSV (type,value,note), STIX 2.1 or MISP JSON", "CSV(type,value,note)、STIX 2.1、MISP JSON")
    )

    def check(self) -> None:
        if not self.indicators:
            raise BadInput(
                "indicators.none",
                Text("nothing to look for was given", "検索する指標が指定されていません"),
                Text(
                    "give --indicators FILE, or --type and --value",
                    "--indicators ファイル、または --type と --value を指定",
                ),
            )


class Find(Runbook[FindParams]):
    """Changes nothing, so it may run at once over everything; a laptop that is away is asked when it is back."""

    title = Text("look for indicators of malware", "マルウェア指標の検索")
    Params = FindParams
    risk = Risk.ROUTINE
    changes_nothing = True
    checks_each_step = True
    pace = Pace(
        canary=0,
        wave=10_000,
        batch=50,
        parallel=1,
        stop_after=10_000,
        stop_share=1.0,
        retry_after=(),
        waits_hours=168,
    )

    def targets(self, params: FindParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def plan(self, params: FindParams, tools: Tools) -> Plan:
        asked = params_as_json(params)["indicators"]
        changes = tuple(
            Change(target, {}, {"indicators": asked}, sort="search", undoable=False)
            for target in self.targets(params, tools)
        )
        return Plan(self.name, params_as_json(params), changes, tools.assets.in_service(), limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        policy = finding_policy(tools)
        known = tools.assets.terminals([change.target.key for change in changes])
        indicators = [_indicators(change) for change in changes]
        shared = {
            "roots": list(policy.roots),
            "max_bytes": policy.max_bytes,
            "seconds": policy.file_seconds,
            "logon_days": policy.logon_days,
        }
        errands = [
            Errand(
                known[change.target.key],
                {**shared, "indicators": [item.for_script(i) for i, item in enumerate(wanted)]},
            )
            for change, wanted in zip(changes, indicators, strict=True)
        ]
        answers = tools.terminals.run("find", errands, timeout=policy.seconds)
        return [_result(answer, wanted) for answer, wanted in zip(answers, indicators, strict=True)]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; nobody looked", "停止しました。確認していません")
        again = Text("look again: unyo jobs resume", "再検索: unyo jobs resume")
        return [StepResult(Outcome.SKIPPED, None, "step.stopped", stopped, again) for _ in changes]

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        return (verdict_table(steps), hit_table(steps))


def _indicators(change: Change) -> list[Indicator]:
    rows: Sequence[Mapping[str, Any]] = (change.after or {})["indicators"]
    return [params_from_json(Indicator, row) for row in rows]


def _result(answer: Mapping[str, Any] | UnyoError, indicators: Sequence[Indicator]) -> StepResult:
    if isinstance(answer, UnyoError):
        return result_of(answer)
    return StepResult(Outcome.DONE, seen_of(answer, indicators))
