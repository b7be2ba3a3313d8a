"""Lists all domain users in files: state, last log-on, groups, department, password age."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unyo.core.change import Change
from unyo.core.dates import in_jst
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook
from unyo.core.state_runbook import result_of
from unyo.core.table import Table, csv_bytes, html_bytes, xlsx_bytes
from unyo.core.target import Target
from unyo.core.text import Language, Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.listing import Whose, user_table


class Form(StrEnum):
    """A kind of file."""

    CSV = "csv"
    CSV_CP932 = "csv-cp932"
    XLSX = "xlsx"
    HTML = "html"


_WRITERS: dict[Form, tuple[str, Callable[[Table, Language], bytes]]] = {
    Form.CSV: ("users.csv", csv_bytes),
    Form.CSV_CP932: ("users-cp932.csv", lambda table, language: csv_bytes(table, language, "cp932")),
    Form.XLSX: ("users.xlsx", xlsx_bytes),
    Form.HTML: ("users.html", html_bytes),
}


@dataclass(frozen=True)
class ListParams:
    """Which users, in which kinds of file."""

    forms: tuple[Form, ...] = option(
        Text("csv, csv-cp932, xlsx, html (csv, xlsx and html)", "出力形式(省略時は csv, xlsx, html)"),
        default=(Form.CSV, Form.XLSX, Form.HTML),
    )
    whose: Whose = option(
        Text("all, enabled, disabled, idle or unmanaged", "対象: 全員・有効・無効・長期未使用・管理外"),
        default=Whose.ALL,
    )
    idle_days: int = option(
        Text("days without a log-on that count as idle", "長期未使用とみなす日数"), default=90
    )
    language: Language = option(Text("language of the headings", "見出しの言語"), default=Language.JA)


class ListUsers(Runbook[ListParams]):
    """Its one step writes the files; the step names them, with the number of rows and their digests."""

    title = Text("list of domain users", "ドメインユーザー一覧")
    Params = ListParams
    risk = Risk.ROUTINE
    changes_nothing = True

    def targets(self, params: ListParams, tools: Tools) -> Sequence[Target]:
        return [Target("list", "users", str(self.title.ja))]

    def plan(self, params: ListParams, tools: Tools) -> Plan:
        wanted = {"files": [_WRITERS[form][0] for form in params.forms], **params_as_json(params)}
        (target,) = self.targets(params, tools)
        change = Change(target, {}, wanted, sort="list", undoable=False)
        return Plan(self.name, params_as_json(params), (change,), population=1, limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [_written(change, tools) for change in changes]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; the files may be old or missing", "停止しました。ファイルが古いか未作成です")
        again = Text("run it again", "再実行する")
        return [
            StepResult(Outcome.SKIPPED, code="step.stopped", message=stopped, next_step=again)
            for _ in changes
        ]


def _written(change: Change, tools: Tools) -> StepResult:
    asked = change.after or {}
    try:
        table = user_table(tools, Whose(asked["whose"]), int(asked["idle_days"]))
    except UnyoError as error:
        return result_of(error)
    day = f"{in_jst(tools.clock.now()):%Y%m%d-%H%M%S}"
    seen: dict[str, str | int] = {"rows": len(table.rows)}
    for form in (Form(form) for form in asked["forms"]):
        name, write = _WRITERS[form]
        content = write(table, Language(asked["language"]))
        path = tools.output / f"{day}-{name}"
        try:
            path.write_bytes(content)
        except OSError as error:
            return result_of(_unwritable(str(path), error))
        seen[path.name] = hashlib.sha256(content).hexdigest()
    return StepResult(Outcome.DONE, seen)


def _unwritable(path: str, error: OSError) -> BadSetting:
    return BadSetting(
        "output.file",
        Text("the file cannot be written", "ファイルを書き込めません"),
        Text("check space and permissions, then run again", "空き容量と権限を確認して再実行する"),
        target=path,
        detail=error.strerror,
    )
