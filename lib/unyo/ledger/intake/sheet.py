"""Any sheet (CSV or XLSX) as rows of a runbook's parameters, each bad row named."""

from __future__ import annotations

from typing import Any

from unyo.core.errors import BadInput
from unyo.core.params import Option, options, params_from_json
from unyo.core.text import Text
from unyo.ledger.intake.decoding import decode
from unyo.ledger.intake.headings import normal
from unyo.ledger.intake.rowfaults import BadRow, BadRows
from unyo.ledger.intake.tables import LOOKED_AT, Row, known_headings, read_text_table
from unyo.ledger.intake.workbook import is_workbook, read_workbook


def read_sheet(data: bytes, filename: str, row_type: type) -> list[dict[str, Any]]:
    """One mapping of parameter name → text per row; empty cells are left out.

    ``row_type`` is the dataclass of a row: a column's heading is the field's name or one of its
    ``column`` names. Raises BadInput, and BadRows naming every row that the dataclass refuses.
    """
    fields = {
        normal(word): item.name for item in options(row_type) for word in (item.name, *item.columns) if word
    }

    def knows(row: Row) -> int:
        return sum(1 for cell in row.cells if normal(cell) in fields)

    if is_workbook(data):
        sheet = read_workbook(data, None, knows, enough=1)
    else:
        text, encoding = decode(data, None, lambda text: known_headings(text, knows) >= 1)
        sheet = read_text_table(text, encoding, None, knows)
    index = max(range(min(len(sheet.rows), LOOKED_AT)), key=lambda i: knows(sheet.rows[i]), default=-1)
    if index < 0 or not knows(sheet.rows[index]):
        raise _no_headings(filename, options(row_type), sheet.rows[index].cells if index >= 0 else ())
    header = sheet.rows[index]
    names = [fields.get(normal(cell), "") for cell in header.cells]
    rows, faults = [], []
    for row in sheet.rows[index + 1 :]:
        if row.is_blank:
            continue
        values = {
            name: cell.strip() for name, cell in zip(names, row.cells, strict=False) if name and cell.strip()
        }
        fault = _fault(row, values, row_type, dict(zip(names, header.cells, strict=True)))
        if fault is None:
            rows.append(values)
        else:
            faults.append(fault)
    if faults:
        raise BadRows(filename, faults, len(rows) + len(faults))
    return rows


def _fault(row: Row, values: dict[str, str], row_type: type, headings: dict[str, str]) -> BadRow | None:
    try:
        params_from_json(row_type, values)
    except BadInput as error:
        name = error.target or ""
        return BadRow(row.line, headings.get(name, name), values.get(name, ""), error.what, error.next_step)
    return None


def _no_headings(filename: str, wanted: list[Option], seen: tuple[str, ...]) -> BadInput:
    listed = ", ".join("/".join((item.name, *item.columns)) for item in wanted)
    return BadInput(
        "params.sheet",
        Text("no row with known headings was found", "見出し行が見つかりません"),
        Text(f"use these headings: {listed}", f"次の見出しを使ってください: {listed}"),
        target=filename,
        detail=f"headings / 見出し: {', '.join(cell.strip()[:40] for cell in seen[:60] if cell.strip()) or '-'}",
    )
