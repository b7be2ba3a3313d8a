"""Excel workbooks: real dates, codes stored as numbers, several worksheets, damage."""

from __future__ import annotations

import io
from datetime import date, datetime, timezone
from typing import Any

import openpyxl
import pytest

from support.personnel_sheet import GOOD, HANAKO, read, said
from unyo.core.errors import BadInput


def workbook(
    *rows: list[Any], title: str = "職員", formats: dict[str, str] | None = None, **others: list[Any]
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for name, row in others.items():
        book.create_sheet(name).append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


HEADINGS = [*GOOD, "引継期限", "適用日時"]


def test_real_dates_and_times_are_read() -> None:
    row = [*GOOD.values(), date(2026, 4, 30), datetime(2026, 4, 15, 9, 30)]  # noqa: DTZ001
    person = read(workbook(HEADINGS, row)).roster.people["001001"]
    assert person.handover_until == date(2026, 4, 30)
    assert person.effective == datetime(2026, 4, 15, 0, 30, tzinfo=timezone.utc)


def test_numbers_shown_with_zeros_keep_them_and_it_is_said() -> None:
    row = [1001, *list(GOOD.values())[1:]]
    intake = read(workbook([*GOOD], row, formats={"A2": "000000"}))
    assert list(intake.roster.people) == ["001001"]
    assert "1 件が数値として保存" in said(intake, "code.numbers")[0]


def test_numbers_among_texts_are_padded_to_their_width() -> None:
    row = [1001, *list(GOOD.values())[1:]]
    intake = read(workbook([*GOOD], row, [*HANAKO.values()], ["001009", *list(HANAKO.values())[1:]]))
    assert list(intake.roster.people) == ["001001", "001002", "001009"]
    assert said(intake, "code.padded") == ["line 2 職員番号: 1001 を 001001 として読取り"]


def test_the_worksheet_with_the_people_is_found() -> None:
    intake = read(workbook([*GOOD], [*GOOD.values()], 表紙=["人事異動について"]))
    assert (intake.worksheet, intake.encoding) == ("職員", "xlsx")


def test_two_possible_worksheets_are_asked_about() -> None:
    data = workbook([*GOOD], [*GOOD.values()], 前年=[*GOOD])
    with pytest.raises(BadInput, match="candidates: 職員, 前年"):
        read(data)
    assert read(data, sheet="職員").worksheet == "職員"


def test_a_formula_error_is_a_bad_row() -> None:
    row = [*list(GOOD.values())[:4], "#N/A", "係長"]
    with pytest.raises(BadInput, match="a formula without a value"):
        read(workbook([*GOOD], row))


def test_rows_without_trailing_cells_are_whole() -> None:
    assert len(read(workbook(HEADINGS, [*GOOD.values()])).roster.people) == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04 torn", workbook([*GOOD], [*GOOD.values()])[:-200]])
def test_a_damaged_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="the workbook is damaged"):
        read(data)


def test_an_encrypted_or_old_workbook_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="password-protected"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def test_hidden_worksheets_are_not_looked_at() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([*GOOD], [*GOOD.values()], 前年=[*GOOD])))
    book["前年"].sheet_state = "hidden"
    kept = io.BytesIO()
    book.save(kept)
    assert read(kept.getvalue()).worksheet == "職員"
