"""Look how far terminals keep the security baseline; changes nothing, and says what it could not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json, params_from_json
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.runbook import Pace, Runbook, StepEnd
from unyo.core.state_runbook import result_of
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.text import Language, Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.files import write_files
from unyo.runbooks.policy.rules.fleet import fleet_tables
from unyo.runbooks.policy.rules.judging import judged
from unyo.runbooks.policy.rules.reading import read_settings
from unyo.runbooks.policy.rules.scope import BaselineSelection, scope_of


@dataclass(frozen=True, kw_only=True)
class AuditParams(BaselineSelection):
    """What to look at, and the language of the files."""

    language: Language = option(Text("language of the files", "ファイルの言語"), default=Language.JA)


class Audit(Runbook[AuditParams]):
    """One step per terminal; a terminal that is away is looked at when it is back, or not at all by the deadline."""

    title = Text("security baseline: audit", "セキュリティ設定の点検")
    Params = AuditParams
    risk = Risk.ROUTINE
    changes_nothing = True
    checks_each_step = True
    pace = Pace(
        canary=0,
        wave=100_000,
        batch=100,
        stop_after=100_000,
        stop_share=1.0,
        retry_after=(),
        waits_hours=24,
    )

    def targets(self, params: AuditParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def plan(self, params: AuditParams, tools: Tools) -> Plan:
        terminals = tools.assets.select(params)
        scope = scope_of(params, terminals, tools)
        asked = {"pack": params.pack, "rule": list(params.rule), "severity": params.severity}
        changes = tuple(
            Change(
                terminal.target,
                {},
                {**asked, "rules": len(scope.rules_for(terminal))},
                sort="audit",
                undoable=False,
            )
            for terminal in terminals
        )
        return Plan(self.name, params_as_json(params), changes, tools.assets.in_service(), limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        serials = [change.target.key for change in changes]
        known = tools.assets.terminals(serials)
        terminals = [known[serial] for serial in serials]
        # All steps of a job ask for the same.
        wanted = {name: (changes[0].after or {}).get(name) for name in ("pack", "rule", "severity")}
        scope = scope_of(
            params_from_json(BaselineSelection, {**wanted, "everything": True}), terminals, tools
        )
        approved = tools.assets.approved(serials)
        readings = read_settings([(terminal, scope.rules_for(terminal)) for terminal in terminals], tools)
        return [
            replace(result_of(reading), untouched=True)
            if isinstance(reading, UnyoError)
            else StepResult(Outcome.DONE, judged(terminal, reading, scope, approved.get(terminal.serial)))
            for terminal, reading in zip(terminals, readings, strict=True)
        ]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; nobody looked", "停止しました。確認していません")
        again = Text("look again: unyo jobs resume", "再点検: unyo jobs resume")
        return [StepResult(Outcome.SKIPPED, None, "step.stopped", stopped, again) for _ in changes]

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        return fleet_tables(steps)

    def conclude(self, params: AuditParams, steps: Sequence[StepEnd], tools: Tools) -> None:
        write_files(steps, tools, params.language)
