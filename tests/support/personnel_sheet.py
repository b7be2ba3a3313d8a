"""Small personnel files for tests: one good row, and what a test changes in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from unyo.ledger.intake import ColumnMapping, Intake, read_personnel_file
from unyo.ledger.intake.mapping import mapping_from

APRIL = date(2026, 4, 1)
GOOD = {
    "職員番号": "001001",
    "氏名": "佐藤　裕子",
    "氏名カナ": "サトウ　ユウコ",
    "所属コード": "01010",
    "所属名": "総務課",
    "役職": "係長",
}
HANAKO = {**GOOD, "職員番号": "001002", "氏名": "鈴木　直美", "氏名カナ": "スズキ　ナオミ"}
ICHIRO = {**GOOD, "職員番号": "001003", "氏名": "髙橋　一郎", "氏名カナ": "タカハシ　イチロウ"}


def sheet(
    *rows: Mapping[str, str], encoding: str = "cp932", delimiter: str = ",", newline: str = "\r\n"
) -> bytes:
    """A file whose headings are the keys of the first row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode(encoding)


def read(data: bytes, *, skip_bad_rows: bool = False, **mapping: object) -> Intake:
    """Read as of 2026-04-01 with the settings of a mapping file, if any are given."""
    chosen: ColumnMapping | None = mapping_from(mapping, "mapping.yml") if mapping else None
    return read_personnel_file(data, "jinji.csv", chosen, APRIL, skip_bad_rows=skip_bad_rows)


def read_rows(*rows: Mapping[str, str], skip_bad_rows: bool = False, **mapping: object) -> Intake:
    return read(sheet(*rows), skip_bad_rows=skip_bad_rows, **mapping)


def said(intake: Intake, code: str) -> list[str]:
    """What the findings of one code say, with their place, in Japanese."""
    return [f"{f.where} {f.text.ja}".strip() for f in intake.findings if f.code == code]
