"""The proof of passwords in files: each account, its age, its proof, who could read it and who did."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from unyo.core.change import Change
from unyo.core.credential import Scope
from unyo.core.errors import BadInput, BadSetting, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json, params_from_json
from unyo.core.plan import Plan
from unyo.core.proof_files import ProofForm, proof_files
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook
from unyo.core.state_runbook import result_of
from unyo.core.target import Target
from unyo.core.text import Language, Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.proving_rows import gather


@dataclass(frozen=True, kw_only=True)
class ProofParams(Scope):
    """Which accounts (all where none is named), and how they are written."""

    proven_within_days: int = option(
        Text("a log-on within so many days counts as proven", "この日数以内のログオン確認を有効とみなす"),
        default=35,
    )
    forms: tuple[ProofForm, ...] = option(
        Text("html, xlsx, csv (all)", "出力形式(省略時はすべて)"), default=tuple(ProofForm)
    )
    language: Language = option(Text("language of the report", "報告書の言語"), default=Language.JA)
    organisation: str = option(Text("the name on it", "報告書に載せる組織名"), default="")

    def check(self) -> None:
        """Nothing named means everything: nothing is changed here."""
        if self.proven_within_days < 1:
            raise BadInput(
                "passwords.age",
                Text("not a number of days", "日数として使えません"),
                Text("give 1 or more", "1 以上で指定する"),
                target=str(self.proven_within_days),
            )

    @property
    def scope(self) -> Scope:
        conditions = {"path", "kind", "group", "system", "account", "site"}
        given = {name: getattr(self, name) for name in conditions}
        return Scope(**given, everything=not any(given.values()))


class ProofOfPasswords(Runbook[ProofParams]):
    """Its one step writes the files; the step names them with their digests. No system is asked."""

    title = Text("proof of passwords for an auditor", "パスワード管理の証跡報告書")
    Params = ProofParams
    risk = Risk.ROUTINE
    changes_nothing = True

    def targets(self, params: ProofParams, tools: Tools) -> Sequence[Target]:
        return [Target("report", "passwords.proof", self.title.ja)]

    def plan(self, params: ProofParams, tools: Tools) -> Plan:
        (target,) = self.targets(params, tools)
        asked = params_as_json(params)
        change = Change(target, {}, asked, sort="list", undoable=False)
        return Plan(self.name, asked, (change,), population=1, limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [_written(change, tools) for change in changes]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; the files may be missing", "停止しました。ファイルが未作成です")
        again = Text("run it again", "再実行する")
        return [
            StepResult(Outcome.SKIPPED, code="step.stopped", message=stopped, next_step=again)
            for _ in changes
        ]


def _written(change: Change, tools: Tools) -> StepResult:
    params = params_from_json(ProofParams, change.after or {})
    try:
        seen = write_proof(params, tools, tools.output)
    except UnyoError as error:
        return result_of(error)
    return StepResult(Outcome.DONE, seen)


def write_proof(params: ProofParams, tools: Tools, place: Path) -> dict[str, str | int]:
    """Write the files below ``place``; the number of rows, and file name → SHA-256."""
    proof = gather(tools, params.scope, timedelta(days=params.proven_within_days), params.organisation)
    seen: dict[str, str | int] = {"rows": len(proof.rows)}
    for name, content in proof_files(proof, params.language, params.forms).items():
        try:
            with os.fdopen(os.open(place / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o640), "wb") as file:
                file.write(content)
        except OSError as error:
            raise _unwritable(str(place / name), error) from None
        seen[name] = hashlib.sha256(content).hexdigest()
    return seen


def _unwritable(path: str, error: OSError) -> BadSetting:
    return BadSetting(
        "output.file",
        Text("the file cannot be written", "ファイルを書き込めません"),
        Text("check space and permissions, then run again", "空き容量と権限を確認して再実行する"),
        target=path,
        detail=error.strerror,
    )
