"""From the bytes of a personnel file to a roster, with everything that was detected on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.person import Roster
from unyo.core.plan import Finding
from unyo.core.text import Text
from unyo.ledger.intake.body import Body, find_body
from unyo.ledger.intake.cells import Cells
from unyo.ledger.intake.codes import Widths
from unyo.ledger.intake.columns import Columns, find_columns, known_count
from unyo.ledger.intake.decoding import decode
from unyo.ledger.intake.departments import find_departments, in_use
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.nameorder import check_name_order, refuse_swapped_kana
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.persons import find_persons
from unyo.ledger.intake.rowfaults import BadRow, BadRows
from unyo.ledger.intake.rows import PersonRow, RowReader
from unyo.ledger.intake.tables import Row, Sheet, known_headings, read_text_table
from unyo.ledger.intake.workbook import is_workbook, read_workbook

_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Intake:
    """One file as it was understood.

    ``columns`` maps a field to the heading it was read from; ``sample`` shows the first rows as they
    stand in the file, heading → value, of the columns in use only. ``withheld`` are the staff numbers
    of bad rows that were left out: those people are unknown, not gone. ``nameless`` counts bad rows
    whose staff number could not be read, so anybody missing may be one of them.
    """

    filename: str
    sha256: str
    encoding: str
    delimiter: str
    newline: str
    worksheet: str
    header_line: int
    columns: Mapping[str, str]
    rows_read: int
    roster: Roster
    bad_rows: tuple[BadRow, ...]
    withheld: frozenset[str]
    nameless: int
    sample: tuple[Mapping[str, str], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.roster.findings

    def as_json(self) -> dict[str, Any]:
        """What was detected, without the people and the findings."""
        return {
            "filename": self.filename,
            "sha256": self.sha256,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "newline": self.newline,
            "worksheet": self.worksheet,
            "header_line": self.header_line,
            "columns": dict(self.columns),
            "rows_read": self.rows_read,
            "people": len(self.roster.people),
            "departments": len(self.roster.departments),
            "bad_rows": [row.as_json() for row in self.bad_rows],
            "withheld": sorted(self.withheld),
            "nameless": self.nameless,
        }


def read_personnel_file(
    data: bytes,
    filename: str,
    mapping: ColumnMapping | None,
    effective: date,
    *,
    skip_bad_rows: bool = False,
) -> Intake:
    """Read CSV or XLSX. ``effective`` is the date (JST) from which the file holds.

    Raises BadInput where the file as a whole cannot be used, and BadRows (a BadInput) with every bad
    row unless ``skip_bad_rows``.
    """
    mapping = mapping or ColumnMapping()
    notes = Notes()
    sheet = _sheet(data, mapping)
    columns = find_columns(sheet.rows, mapping, notes)
    body = find_body(sheet.rows, columns, effective, notes)
    if not body.rows:
        raise _no_people(filename)
    roster, faults = _roster(body, columns, mapping, effective, notes)
    if faults and not skip_bad_rows:
        raise BadRows(filename, faults, len(body.rows))
    withheld = frozenset(fault.staff_number for fault in faults if fault.staff_number)
    nameless = len({fault.line for fault in faults if not fault.staff_number})
    return Intake(
        filename,
        hashlib.sha256(data).hexdigest(),
        sheet.encoding,
        sheet.delimiter,
        sheet.newline,
        sheet.worksheet,
        columns.header.line,
        dict(columns.headings),
        len(body.rows),
        roster,
        tuple(faults),
        withheld,
        nameless,
        tuple(_sample(row, columns) for row in body.rows[:_SAMPLES]),
    )


def _sheet(data: bytes, mapping: ColumnMapping) -> Sheet:
    if is_workbook(data):
        sheet = read_workbook(data, mapping.sheet, known_count)
        width = max((len(row.cells) for row in sheet.rows), default=0)
        return Sheet(
            tuple(_filled(row, width) for row in sheet.rows), sheet.encoding, worksheet=sheet.worksheet
        )
    text, encoding = decode(data, mapping.encoding, lambda text: known_headings(text, known_count) >= 2)
    return read_text_table(text, encoding, mapping.delimiter, known_count)


def _filled(row: Row, width: int) -> Row:
    """A worksheet leaves out empty cells at the end of a row."""
    missing = width - len(row.cells)
    return Row(row.line, row.cells + ("",) * missing, row.numbers) if missing else row


def _roster(
    body: Body, columns: Columns, mapping: ColumnMapping, effective: date, notes: Notes
) -> tuple[Roster, list[BadRow]]:
    rows, faults = _read_rows(body, columns, mapping, effective, notes)
    faults += check_name_order(rows, columns, mapping, notes)
    departments, wrong_departments = find_departments(rows, columns, notes)
    persons, wrong_persons = find_persons(rows, columns, notes)
    faults = sorted(faults + wrong_departments + wrong_persons, key=lambda fault: fault.line)
    everybody = {row.staff_number for row in rows} | {fault.staff_number for fault in faults}
    _check_total(body, len(everybody - {""}))
    for fault in faults:
        persons.pop(fault.staff_number, None)
        said = fault.sentence()
        notes.odd(
            "row.withheld",
            Text(f"left out, the person stays as is: {said.en}", f"除外 (職員は現状のまま): {said.ja}"),
            f"line {fault.line}",
        )
    if faults:
        departments = in_use(departments, persons.values())
    return Roster(effective, persons, departments, notes.findings()), faults


def _read_rows(
    body: Body, columns: Columns, mapping: ColumnMapping, effective: date, notes: Notes
) -> tuple[list[PersonRow], list[BadRow]]:
    widths = Widths(columns, mapping.digits, notes)
    widths.learn(body.rows)
    cells = Cells(columns, mapping.characters, widths, notes)
    reader = RowReader(cells, columns, mapping, effective, notes)
    rows = [found for row in body.rows if (found := reader.read(row)) is not None]
    refuse_swapped_kana(cells.swapped_kana, len(body.rows), columns)
    if reader.old_orders:
        notes.note(
            "order.old",
            Text(
                f"{reader.old_orders} rows carry an order from before {effective}: taken as in force",
                f"発令日が {effective} より前の行が {reader.old_orders} 行あります (発令済みとして扱います)",
            ),
        )
    return rows, cells.faults


def _check_total(body: Body, people: int) -> None:
    if body.stated is None or body.stated in (len(body.rows), people):
        return
    raise BadInput(
        "people.file.total",
        Text(
            f"line {body.stated_line} states a total of {body.stated}, but there are {len(body.rows)} rows "
            f"of {people} people",
            f"{body.stated_line} 行目の合計は {body.stated} ですが、実際は {len(body.rows)} 行 {people} 名です",
        ),
        Text(
            "rows were lost or added after the file was made: ask for the file again",
            "作成後に行が欠落または追加されています。ファイルの再送を依頼してください",
        ),
    )


def _no_people(filename: str) -> BadInput:
    return BadInput(
        "people.file.nobody",
        Text("there is no row below the headings", "見出しの下にデータ行がありません"),
        Text("ask for the file to be sent again", "ファイルの再送を依頼してください"),
        target=filename,
    )


def _sample(row: Row, columns: Columns) -> dict[str, str]:
    return {
        columns.headings[field]: row.cells[place]
        for field, place in columns.at.items()
        if place < len(row.cells)
    }
