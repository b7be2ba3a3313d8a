"""A sheet whose rows fill a runbook's parameters: CSV or XLSX, any of the usual encodings.

A row type that knows a kind of JSON document (``rows_of_document``) takes that too.
"""

from __future__ import annotations

import json
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.params import Option, options, params_from_json
from unyo.core.text import Text
from unyo.ledger.intake.decoding import decode
from unyo.ledger.intake.headings import normal
from unyo.ledger.intake.tables import Row, known_headings, read_text_table
from unyo.ledger.intake.workbook import is_workbook, read_workbook


def read_parameter_rows(data: bytes, filename: str, row_type: type) -> list[dict[str, Any]]:
    """One mapping per row, by the parameters' names; BadInput lists every bad row by its line."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _document_rows(data, filename, row_type)
    items = options(row_type)
    names = {normal(heading): item.name for item in items for heading in (item.name, *item.columns)}

    def knows(row: Row) -> int:
        return sum(normal(cell) in names for cell in row.cells)

    if is_workbook(data):
        rows = read_workbook(data, None, knows).rows
    else:
        text, encoding = decode(data, None, lambda text: known_headings(text, knows) >= 1)
        rows = read_text_table(text, encoding, None, knows).rows
    head = max(rows[:30], key=knows, default=None)
    if head is None or not knows(head):
        raise _no_headings(filename, items)
    fields = [names.get(normal(cell)) for cell in head.cells]
    found, faults = [], []
    for row in rows:
        if row.line <= head.line or row.is_blank:
            continue
        values = {
            name: cell.strip() for name, cell in zip(fields, row.cells, strict=False) if name and cell.strip()
        }
        try:
            params_from_json(row_type, values, f"line {row.line}: ")
            found.append(values)
        except BadInput as error:
            faults.append(error)
    if faults:
        raise _bad_rows(filename, faults)
    return found


def _document_rows(data: bytes, filename: str, row_type: type) -> list[dict[str, Any]]:
    reader = getattr(row_type, "rows_of_document", None)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise _no_document(filename, str(error)) from error
    if reader is None:
        raise _no_document(filename, "")
    rows: list[dict[str, Any]] = reader(document, filename)
    return rows


def _no_document(filename: str, detail: str) -> BadInput:
    return BadInput(
        "params.sheet.json",
        Text("this JSON cannot be used here", "この JSON は使えません"),
        Text("give a CSV or Excel sheet", "CSV または Excel を指定"),
        target=filename,
        detail=detail or None,
    )


def _no_headings(filename: str, items: list[Option]) -> BadInput:
    listed = ", ".join("/".join((item.name, *item.columns)) for item in items)
    return BadInput(
        "params.sheet.headings",
        Text("no known heading was found", "見出しが見つかりません"),
        Text(f"name the columns: {listed}", f"見出しを付ける: {listed}"),
        target=filename,
    )


def _bad_rows(filename: str, faults: list[BadInput]) -> BadInput:
    en = "; ".join(f"{fault.target} {fault.what.en} ({fault.next_step.en})" for fault in faults)
    ja = "; ".join(f"{fault.target} {fault.what.ja}({fault.next_step.ja})" for fault in faults)
    return BadInput(
        "params.sheet.rows",
        Text(f"{len(faults)} bad rows: {en}", f"不正な行が {len(faults)} 行あります: {ja}"),
        Text("mend these rows; nothing was done", "該当行を直す。何も実行していません"),
        target=filename,
    )
