"""Tables as CSV, Excel and HTML."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone

from openpyxl import load_workbook

from unyo.core.table import Table, csv_bytes, html_bytes, xlsx_bytes
from unyo.core.text import Language, Text

JST = timezone(timedelta(hours=9))
TABLE = Table(
    Text("Users", "利用者"),
    Text("2 users", "2 件"),
    (Text("number", "番号"), Text("name", "氏名"), Text("idle", "未使用"), Text("state", "状態"), Text("at", "日時")),
    (
        ("000123", "髙橋 ① ㈱", True, Text("usable", "有効"), datetime(2026, 4, 1, 9, 30, tzinfo=JST)),
        ("000124", "𠮷田, \"実\"", False, None, date(2026, 4, 2)),
    ),
)  # fmt: skip


def read(content: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


def test_csv_for_excel_begins_with_a_mark_and_ends_lines_with_crlf() -> None:
    content = csv_bytes(TABLE, Language.JA)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert read(content, "utf-8-sig") == [
        ["番号", "氏名", "未使用", "状態", "日時"],
        ["000123", "髙橋 ① ㈱", "はい", "有効", "2026-04-01 09:30"],
        ["000124", '𠮷田, "実"', "いいえ", "", "2026-04-02"],
    ]


def test_cp932_keeps_vendor_characters_and_marks_what_it_lacks() -> None:
    rows = read(csv_bytes(TABLE, Language.JA, "cp932"), "cp932")
    assert rows[1][1] == "髙橋 ① ㈱"
    assert rows[2][1] == '〓田, "実"'


def test_a_cell_never_becomes_a_formula() -> None:
    table = Table(TABLE.title, TABLE.note, (Text("x", "x"),), (("=cmd()",), ("+1",)))
    assert read(csv_bytes(table, Language.EN), "utf-8-sig")[1:] == [["'=cmd()"], ["'+1"]]
    sheet = load_workbook(io.BytesIO(xlsx_bytes(table, Language.EN))).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=cmd()", "s")


def test_a_workbook_has_texts_fixed_headings_and_a_filter() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(TABLE, Language.EN))).worksheets[0]
    assert sheet.title == "Users"
    assert [cell.value for cell in sheet[2]] == ["000123", "髙橋 ① ㈱", "yes", "usable", "2026-04-01 09:30"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E3"


def test_a_page_stands_by_itself_in_its_language() -> None:
    page = html_bytes(TABLE, Language.JA).decode()
    assert '<html lang="ja">' in page
    assert "<h1>利用者</h1>" in page
    assert "𠮷田, &quot;実&quot;" in page
    assert "http" not in page
