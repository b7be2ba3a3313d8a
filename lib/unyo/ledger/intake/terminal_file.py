"""From the bytes of an asset register (CSV or XLSX) to terminals' values; every bad row is named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.terminal import TerminalState
from unyo.core.text import Text
from unyo.ledger.intake.decoding import decode
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.tables import Row, Sheet, known_headings, read_text_table
from unyo.ledger.intake.terminal_columns import Columns, find_columns, known_count
from unyo.ledger.intake.workbook import is_workbook, read_workbook
from unyo.ledger.terminal_fields import WrongValue, key_of, read_serial, read_value

_SPOILED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
# An empty cell in these says nothing: a terminal is never without them.
_KEPT_IF_EMPTY = ("address", "port", "state", "kind")


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """One usable row: the terminal's serial number and its values, of the columns that are there."""

    line: int
    serial: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TerminalFile:
    """A register as it was understood; ``faults`` are the rows that cannot be used."""

    filename: str
    encoding: str
    worksheet: str
    columns: Columns
    rows: tuple[TerminalRow, ...]
    faults: tuple[BadRow, ...]
    rows_read: int


def read_terminal_file(data: bytes, filename: str, mapping: ColumnMapping | None = None) -> TerminalFile:
    """Read CSV (any usual encoding) or XLSX; BadInput where the file as a whole cannot be used."""
    mapping = mapping or ColumnMapping()
    sheet = _sheet(data, mapping)
    columns = find_columns(sheet.rows, mapping)
    body = [row for row in sheet.rows if row.line > columns.header.line and not row.is_blank]
    body = [row for row in body if row.cells != columns.header.cells]
    if not body:
        raise BadInput(
            "terminals.file.empty",
            Text("there is no row below the headings", "見出しの下にデータ行がありません"),
            Text("check the file", "ファイルを確認する"),
            target=filename,
        )
    faults: list[BadRow] = []
    rows = [found for row in body if (found := _read(row, columns, faults)) is not None]
    faults += _repeated(rows, columns)
    bad = {fault.line for fault in faults}
    return TerminalFile(
        filename,
        sheet.encoding,
        sheet.worksheet,
        columns,
        tuple(row for row in rows if row.line not in bad),
        tuple(sorted(faults, key=lambda fault: fault.line)),
        len(body),
    )


def _sheet(data: bytes, mapping: ColumnMapping) -> Sheet:
    if is_workbook(data):
        return read_workbook(data, mapping.sheet, known_count)
    text, encoding = decode(data, mapping.encoding, lambda text: known_headings(text, known_count) >= 2)
    return read_text_table(text, encoding, mapping.delimiter, known_count)


def _read(row: Row, columns: Columns, faults: list[BadRow]) -> TerminalRow | None:
    """None where the row has faults."""
    before = len(faults)
    texts = {field: _cell(row, place) for field, place in columns.at.items()}
    values: dict[str, Any] = {}
    for field, text in texts.items():
        if text == "" and field in _KEPT_IF_EMPTY:
            continue
        try:
            values[field] = _value(field, text)
        except WrongValue as error:
            faults.append(BadRow(row.line, columns.heading(field), text, error.what, error.right))
    if len(faults) > before:
        return None
    return TerminalRow(row.line, values.pop("serial"), values)


def _cell(row: Row, place: int) -> str:
    text = row.cells[place].strip() if place < len(row.cells) else ""
    # The mark that keeps a spreadsheet from taking an exported text for a formula.
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _value(field: str, text: str) -> Any:
    if field in ("serial", "name", "asset_number") and _SPOILED.fullmatch(text):
        raise WrongValue(
            Text("a spreadsheet turned it into a number", "表計算ソフトが数値に変換しています"),
            Text("the number as text, all digits", "文字列として入力した番号"),
        )
    if field != "serial":
        return read_value(field, text)
    found = read_serial(text)
    if not found or len(found) > 60:
        raise WrongValue(
            Text("the serial number is missing or too long", "製造番号がないか長すぎます"),
            Text("the number on the terminal's label", "端末の銘板にある番号"),
        )
    return found


def _repeated(rows: Sequence[TerminalRow], columns: Columns) -> list[BadRow]:
    """Rows that state the same terminal, or give a name to two, all named."""
    serials: dict[str, list[TerminalRow]] = {}
    names: dict[str, list[TerminalRow]] = {}
    for row in rows:
        serials.setdefault(key_of(row.serial), []).append(row)
        name = row.values.get("name", "")
        if name and row.values.get("state") != TerminalState.RETIRED:
            names.setdefault(key_of(name), []).append(row)
    faults = []
    for field, groups in (("serial", serials), ("name", names)):
        for group in groups.values():
            lines = ", ".join(str(row.line) for row in group)
            for row in group if len(group) > 1 else ():
                value = row.serial if field == "serial" else row.values["name"]
                what = Text(f"it stands in lines {lines}", f"{lines} 行目に重複しています")
                right = Text("one row per terminal", "1台1行、名前は1台に一つ")
                faults.append(BadRow(row.line, columns.heading(field), value, what, right))
    return faults
