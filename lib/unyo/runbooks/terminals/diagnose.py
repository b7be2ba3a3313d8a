"""One bundle of everything that helps to find a terminal's fault: HTML for people, JSON for programs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.change import Change
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, Runbook, StepEnd
from unyo.core.state_runbook import result_of
from unyo.core.table import Table, page_bytes
from unyo.core.target import Target
from unyo.core.terminal import Answer, Errand, Selection, Terminal
from unyo.core.text import Language, Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.baseline_part import baselines_of
from unyo.runbooks.terminals.rules.diagnosis import (
    FACT_PARTS,
    OWN_PARTS,
    PERSONAL,
    bundle_tables,
    file_stem,
    oddities_of,
)

SCRIPT_SECONDS = 180.0


@dataclass(frozen=True, kw_only=True)
class DiagnoseParams(Selection):
    """Which terminals, how far back, and whether personal data is wanted."""

    days: int = option(Text("days of event logs", "イベントログを遡る日数"), default=7)
    personal: bool = option(Text("personal data too", "個人情報も含める"), default=False)
    language: Language = option(Text("language of the page", "ページの言語"), default=Language.JA)


class Diagnose(Runbook[DiagnoseParams]):
    """Reads only; what may name people is left out, and named as left out, unless it is asked for."""

    title = Text("diagnosis of terminals", "端末の診断")
    Params = DiagnoseParams
    risk = Risk.ROUTINE
    limits = Limits(targets=100)
    changes_nothing = True
    checks_each_step = True
    pace = Pace(canary=0, wave=100, batch=20, stop_after=100, stop_share=1.0, retry_after=(5,))

    def targets(self, params: DiagnoseParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def plan(self, params: DiagnoseParams, tools: Tools) -> Plan:
        asked = {"days": params.days, "personal": params.personal, "language": params.language.value}
        changes = tuple(
            Change(target, {}, asked, sort="diagnosis", undoable=False)
            for target in self.targets(params, tools)
        )
        return Plan(self.name, params_as_json(params), changes, tools.assets.in_service(), limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        known = tools.assets.terminals([change.target.key for change in changes])
        terminals = [known[change.target.key] for change in changes]
        asked = [dict(change.after or {}) for change in changes]
        facts = tools.terminals.run(
            "facts",
            [Errand(t, {"parts": _fact_parts(a)}) for t, a in zip(terminals, asked, strict=True)],
            timeout=SCRIPT_SECONDS,
        )
        own = tools.terminals.run(
            "diagnosis",
            [Errand(t, {**a, "parts": _own_parts(a)}) for t, a in zip(terminals, asked, strict=True)],
            timeout=SCRIPT_SECONDS,
        )
        baselines = baselines_of(terminals, tools)
        return [
            _written(terminal, wanted, (first, second, third), tools)
            for terminal, wanted, first, second, third in zip(
                terminals, asked, facts, own, baselines, strict=True
            )
        ]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; the bundle may be missing", "停止しました。診断結果がない場合があります")
        again = Text("run it again", "再実行する")
        return [StepResult(Outcome.SKIPPED, None, "step.stopped", stopped, again) for _ in changes]

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        rows = [
            (step.target.label, Text.from_json(oddity), file)
            for step in steps
            for file in list((step.seen or {}).get("files", {}))[:1]
            for oddity in (step.seen or {}).get("oddities", ())
        ]
        headings = (
            Text("Terminal", "端末"),
            Text("What stands out", "要確認事項"),
            Text("Bundle", "診断結果"),
        )
        return (Table(Text("Diagnosis", "診断"), Text("one row an oddity", "1件1行"), headings, tuple(rows)),)


def _fact_parts(asked: Mapping[str, Any]) -> list[str]:
    return [*FACT_PARTS, *(["user"] if asked["personal"] else [])]


def _own_parts(asked: Mapping[str, Any]) -> list[str]:
    return [*OWN_PARTS, *(["people"] if asked["personal"] else [])]


def _written(
    terminal: Terminal,
    asked: Mapping[str, Any],
    answers: tuple[Answer | UnyoError, Answer | UnyoError, Answer],
    tools: Tools,
) -> StepResult:
    facts, own, baseline = answers
    if isinstance(facts, UnyoError):
        return result_of(facts)
    if isinstance(own, UnyoError):
        return result_of(own)
    now = tools.clock.now()
    errors = {**facts.get("errors", {}), **own.get("errors", {}), **baseline.get("errors", {})}
    named = {"taken": now.isoformat(), "terminal": terminal.name}
    bundle = {**named, **facts, **own, **baseline, "errors": errors}
    oddities = oddities_of(bundle, now)
    left_out = [] if asked["personal"] else list(PERSONAL.values())
    language = Language(asked["language"])
    tables = bundle_tables(bundle, oddities, left_out)
    title = Text(f"Diagnosis of {terminal.name}", f"{terminal.name} の診断")
    bundle["left_out"] = [text.en for text in left_out]
    contents = {
        "html": page_bytes(title, tables, language),
        "json": json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True).encode(),
    }
    digests: dict[str, str] = {}
    for ending, content in contents.items():
        path = tools.output / f"{file_stem(terminal.name, now)}.{ending}"
        try:
            path.write_bytes(content)
        except OSError as error:
            return result_of(_unwritable(str(path), error))
        digests[path.name] = hashlib.sha256(content).hexdigest()
    return StepResult(
        Outcome.DONE, {"files": digests, "oddities": [oddity.text.as_json() for oddity in oddities]}
    )


def _unwritable(path: str, error: OSError) -> BadSetting:
    return BadSetting(
        "output.file",
        Text("the file cannot be written", "ファイルを書き込めません"),
        Text("check space and permissions, then run again", "空き容量と権限を確認して再実行する"),
        target=path,
        detail=error.strerror,
    )
