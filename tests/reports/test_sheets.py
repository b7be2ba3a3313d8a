"""Steps as a workbook and as CSV, row by row."""

from __future__ import annotations

import csv
import dataclasses
import io

from openpyxl import load_workbook

from support.job_record import job_record, step
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.text import Language, Text
from unyo.reports.sheets import job_report_csv, job_report_xlsx

OWN = Table(
    Text("Where it was found", "検出結果"),
    Text("one row a hit", "検出1件につき1行"),
    (Text("Terminal", "端末"), Text("Where", "場所")),
    (("PC0001", "=C:\\bad.exe"), ("PC0002", Text("not found", "検出なし"))),
)
EVIL = dataclasses.replace(step(1), target=Target("account", "0000001", '=HYPERLINK("http://x")'))


def test_the_workbook_has_one_row_per_step_and_keeps_leading_zeros() -> None:
    book = load_workbook(io.BytesIO(job_report_xlsx(job_record(100))))
    assert book.sheetnames == ["まとめ", "明細", "留意事項"]
    rows = list(book["明細"].iter_rows(values_only=True))
    assert len(rows) == 101
    assert rows[1][:5] == (1, "0000001", "髙橋 花子", "異動", "完了(読み戻し確認済み)")
    assert str(rows[1][13]) == "2026-04-01 00:00:03"


def test_the_summary_counts_what_the_rows_say() -> None:
    book = load_workbook(io.BytesIO(job_report_xlsx(job_record(300), Language.EN)))
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert summary["the target refused"] == 6
    assert summary["Steps"] == 300


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    record = dataclasses.replace(job_record(1), steps=(EVIL,))
    cell = load_workbook(io.BytesIO(job_report_xlsx(record)))["明細"]["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')
    rows = list(csv.reader(io.StringIO(job_report_csv(record).decode("utf-8-sig"))))
    assert rows[1][2] == '\'=HYPERLINK("http://x")'


def test_no_password_stands_in_either() -> None:
    text = job_report_csv(job_record(5)).decode("utf-8-sig")
    assert "(保管庫に封入: accounts/0000005/initial)" in text


def test_what_the_runbook_tells_has_a_sheet_of_its_own() -> None:
    record = dataclasses.replace(job_record(1), tables=(OWN,))
    book = load_workbook(io.BytesIO(job_report_xlsx(record)))
    assert book.sheetnames == ["まとめ", "検出結果", "明細", "留意事項"]
    assert list(book["検出結果"].iter_rows(values_only=True))[2] == ("PC0002", "検出なし")


def test_the_csv_is_what_the_runbook_tells() -> None:
    record = dataclasses.replace(job_record(1), tables=(OWN,))
    rows = list(csv.reader(io.StringIO(job_report_csv(record).decode("utf-8-sig"))))
    assert rows == [["端末", "場所"], ["PC0001", "'=C:\\bad.exe"], ["PC0002", "検出なし"]]
