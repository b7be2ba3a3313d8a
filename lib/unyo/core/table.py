"""A table for people, as bytes of a CSV, Excel or HTML file."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from unyo.core.text import Language, Text

Cell = str | int | bool | date | datetime | Text | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headings; ``note`` says when and from where it was taken. Times come in Japan's zone."""

    title: Text
    note: Text
    headings: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_bytes(table: Table, language: Language, encoding: str = "utf-8-sig") -> bytes:
    """CSV with CRLF; ``cp932`` for programs that know nothing else, where what it lacks becomes 〓."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in table_texts(table, language):
        writer.writerow([_harmless(cell) for cell in row])
    whole = text.getvalue()
    if encoding != "cp932":
        return whole.encode(encoding)
    return b"".join(_cp932(character) for character in whole)


def xlsx_bytes(table: Table, language: Language) -> bytes:
    """A workbook with one sheet: fixed headings, a filter, every value as text, so that 000123 stays so."""
    return book_bytes((table,), language)


def book_bytes(tables: Sequence[Table], language: Language) -> bytes:
    """A workbook with one such sheet for each table."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(table.title.in_language(language)[:31]), table, language)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _fill(sheet: Any, table: Table, language: Language) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(table_texts(table, language), 1):
        for column, cell in enumerate(row, 1):
            written = sheet.cell(number, column)
            written.value = _xml_safe(cell)
            written.data_type = "s"
            written.number_format = "@"
            if number == 1:
                written.font = Font(bold=True)
    for column in range(1, len(table.headings) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 18
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def html_bytes(table: Table, language: Language) -> bytes:
    """One page that stands by itself, in UTF-8."""
    return page_bytes(table.title, (table,), language)


def page_bytes(title: Text, tables: Sequence[Table], language: Language) -> bytes:
    """One page with several tables under one title, in UTF-8; it stands by itself."""
    heading = html.escape(title.in_language(language))
    lines = [
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8"><title>{heading}</title>',
        f"<style>{STYLE}</style></head><body><h1>{heading}</h1>",
    ]
    for table in tables:
        head, *rows = table_texts(table, language)
        own = html.escape(table.title.in_language(language))
        lines += [f"<h2>{own}</h2>"] if len(tables) > 1 else []
        lines.append(f"<p>{html.escape(table.note.in_language(language))}</p>")
        lines.append(f"<table><thead>{_row(head, 'th')}</thead><tbody>")
        lines += [*(_row(row, "td") for row in rows), "</tbody></table>"]
    return "\n".join([*lines, "</body></html>"]).encode()


STYLE = (
    "body{font-family:'Noto Sans JP','Yu Gothic',sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{border:1px solid #999;padding:.2em .5em;text-align:left;white-space:nowrap}"
    "th{background:#eee;position:sticky;top:0}"
)


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def table_texts(table: Table, language: Language) -> list[list[str]]:
    """The headings and then the rows, every cell as a person reads it."""
    headings = [heading.in_language(language) for heading in table.headings]
    return [headings, *([_shown(cell, language) for cell in row] for row in table.rows)]


def _shown(cell: Cell, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        yes, no = ("はい", "いいえ") if language is Language.JA else ("yes", "no")
        return yes if cell else no
    if isinstance(cell, Text):
        return cell.in_language(language)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return str(cell)


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _xml_safe(cell: str) -> str:
    return "".join(character for character in cell if character >= " " or character in "\t\n")


def _cp932(character: str) -> bytes:
    try:
        return character.encode("cp932")
    except UnicodeEncodeError:
        return "〓".encode("cp932")
