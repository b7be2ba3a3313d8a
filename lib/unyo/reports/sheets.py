"""The steps of a job as a workbook or a CSV file, one row per step."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from unyo.core.dates import in_jst
from unyo.core.table import csv_bytes, table_texts
from unyo.core.text import Language, Text
from unyo.reports import figures
from unyo.reports.pages import weight_word
from unyo.reports.record import JobRecord, StepRecord
from unyo.reports.words import clock, outcome_word, sort_word, value_text

_HEADINGS = (
    *(Text("Step", "番号"), Text("Key", "キー"), Text("Target", "対象"), Text("Sort", "変更の種類")),
    *(Text("Outcome", "結果"), Text("Code", "コード"), Text("Message", "メッセージ")),
    *(Text("Next step", "次の操作"), Text("Before → after", "変更前 → 変更後"), Text("Tries", "試行回数")),
    *(Text("Recovered", "再開"), Text("Wave", "ウェーブ"), Text("Due (JST)", "予定(日本時間)")),
    *(Text("Began (JST)", "開始(日本時間)"), Text("Ended (JST)", "終了(日本時間)")),
)
_WIDTHS = (8, 14, 22, 12, 22, 24, 36, 36, 60, 8, 8, 8, 20, 20, 20)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def job_report_xlsx(record: JobRecord, language: Language = Language.JA) -> bytes:
    """Summary, the runbook's own tables, steps and findings; no cell can be taken for a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    headings = [heading.in_language(language) for heading in _HEADINGS]
    summary = book.create_sheet(Text("Summary", "まとめ").in_language(language))
    summary.column_dimensions["A"].width = 26
    summary.column_dimensions["B"].width = 70
    _write(summary, _summary(record, language), [])
    for table in record.tables:
        own = book.create_sheet(table.title.in_language(language)[:31])
        own.freeze_panes = "A2"
        head, *cells = table_texts(table, language)
        _write(own, cells, head)
    steps = book.create_sheet(Text("Steps", "明細").in_language(language))
    for i, width in enumerate(_WIDTHS):
        steps.column_dimensions[chr(ord("A") + i)].width = width
    steps.freeze_panes = "D2"
    steps.auto_filter.ref = f"A1:O{len(record.steps) + 1}"
    _write(steps, (_row(step, language, _local) for step in record.steps), headings)
    findings = book.create_sheet(Text("Findings", "留意事項").in_language(language))
    rows = (
        [weight_word(f, language), f.where, f.text.in_language(language), f.code] for f in record.findings
    )
    names = (Text("Weight", "区分"), Text("Where", "箇所"), Text("What", "内容"), Text("Code", "コード"))
    _write(findings, rows, [name.in_language(language) for name in names])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def job_report_csv(record: JobRecord, language: Language = Language.JA) -> bytes:
    """The runbook's first own table, or else the steps.

    UTF-8 with a byte order mark, so that Excel reads it; texts that look like formulas get a quote mark.
    """
    if record.tables:
        return csv_bytes(record.tables[0], language)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([heading.in_language(language) for heading in _HEADINGS])
    for step in record.steps:
        row = _row(step, language, lambda at: clock(at) if at else "")
        writer.writerow([_harmless(cell) for cell in row])
    return target.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _local(at: datetime | None) -> datetime | None:
    """Excel knows no time zones: the wall clock in Japan."""
    return in_jst(at).replace(tzinfo=None, microsecond=0) if at else None


def _row(step: StepRecord, language: Language, time: Any) -> list[Any]:
    changes = [
        f"{item.key}: {value_text(item.before, language)} → {value_text(item.after, language)}"
        for item in step.differences()
    ]
    yes = Text("yes", "はい").in_language(language)
    return [
        step.id,
        step.target.key,
        step.target.label,
        sort_word(step.sort, language),
        outcome_word(figures.outcome_of(step), language),
        step.code,
        step.message.in_language(language) if step.message else "",
        step.next_step.in_language(language) if step.next_step else "",
        "\n".join(changes)[:32_000],
        step.attempts,
        yes if step.recovered else "",
        step.wave,
        time(step.due),
        time(step.started),
        time(step.ended),
    ]


def _summary(record: JobRecord, language: Language) -> list[list[Any]]:
    table = figures.outcome_table(record.steps)
    pairs: list[tuple[Text, Any]] = [
        (Text("Job", "ジョブ"), f"{record.id} {record.title.in_language(language)}"),
        (Text("State", "状態"), record.state.label.in_language(language)),
        (Text("Asked for by", "依頼者"), record.requester),
        (Text("Reason", "理由"), record.reason),
        (Text("Ticket", "受付番号"), record.ticket),
        (Text("Began (JST)", "開始(日本時間)"), _local(record.started)),
        (Text("Ended (JST)", "終了(日本時間)"), _local(record.ended)),
        (Text("Digest of the plan", "計画のダイジェスト"), record.digest),
        *(
            (Text("Approved by", "承認者"), f"{a.approver} {clock(a.at)} {a.reason}")
            for a in record.approvals
        ),
    ]
    rows = [[name.in_language(language), value] for name, value in pairs]
    rows += [
        [outcome_word(name, language), total.count]
        for name, total in zip(table.outcomes, table.column_totals, strict=True)
    ]
    return [*rows, [Text("Steps", "作業の合計").in_language(language), table.total.count]]


def _write(sheet: Any, rows: Iterable[Sequence[Any]], headings: Sequence[str]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    bold = Font(bold=True)
    if headings:
        cells = [WriteOnlyCell(sheet, value=heading) for heading in headings]
        for cell in cells:
            cell.font = bold
        sheet.append(cells)
    for row in rows:
        sheet.append([_text_cell(sheet, value, WriteOnlyCell) for value in row])


def _text_cell(sheet: Any, value: Any, kind: Any) -> Any:
    # A write-only sheet takes plain values fastest; only what could become a formula needs a cell.
    if not isinstance(value, str):
        return value
    value = _CONTROL.sub("", value)
    if not value.startswith(_FORMULA):
        return value
    cell = kind(sheet, value=value)
    cell.data_type = "s"
    return cell
