"""Which column of an asset register holds what; doubts are refused, columns that are not read are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.ledger.intake.headings import normal
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.tables import LOOKED_AT, Row
from unyo.ledger.intake.terminal_headings import FIELDS, HEADINGS, TERMINALS, field_of


@dataclass(frozen=True, slots=True)
class Columns:
    """``at`` maps a field to its cell (from 0); ``unread`` are the headings that nobody asked for."""

    at: Mapping[str, int]
    header: Row
    unread: tuple[str, ...]

    def heading(self, field: str) -> str:
        return self.header.cells[self.at[field]]


def known_count(row: Row) -> int:
    """How many cells of a row are known headings."""
    return sum(1 for cell in row.cells if len(cell) < 40 and field_of(cell) is not None)


def find_columns(rows: Sequence[Row], mapping: ColumnMapping) -> Columns:
    """Raises BadInput naming the headings seen where the serial number's column is missing or doubtful."""
    header = _header(rows, mapping)
    at: dict[str, int] = {}
    for field in FIELDS:
        place = _place(field, header, mapping)
        if place is not None:
            at[field] = place
    if "serial" not in at:
        raise _refused(
            Text("there is no column for the serial number", "製造番号の列がありません"), header.cells
        )
    unread = [cell.strip() for i, cell in enumerate(header.cells) if i not in at.values() and cell.strip()]
    return Columns(at, header, tuple(unread))


def _header(rows: Sequence[Row], mapping: ColumnMapping) -> Row:
    if mapping.header_row is not None:
        named = [row for row in rows if row.line == mapping.header_row]
    else:
        wanted = {normal(name) for name in mapping.columns.values() if isinstance(name, str)}
        named = [row for row in rows[:LOOKED_AT] if known_count(row) + _count(row, wanted) >= 2]
        named.sort(key=lambda row: -known_count(row) - _count(row, wanted))
    if not named:
        first = next((row.cells for row in rows if not row.is_blank), ())
        raise _refused(Text("no row with headings was found", "見出し行が見つかりません"), first)
    return named[0]


def _count(row: Row, wanted: set[str]) -> int:
    return sum(1 for cell in row.cells if cell and normal(cell) in wanted)


def _place(field: str, header: Row, mapping: ColumnMapping) -> int | None:
    if field in mapping.columns:
        wanted = mapping.columns[field]
        return None if wanted is None else _named(field, wanted, header)
    order = [normal(word) for word in FIELDS[field]]
    places = sorted(
        (order.index(word) if (word := normal(cell)) in order else len(order), i)
        for i, cell in enumerate(header.cells)
        if field_of(cell) == field
    )
    if len(places) > 1 and places[0][0] == places[1][0]:
        raise _refused(
            Text(
                f"more than one column for {HEADINGS[field].en}",
                f"{HEADINGS[field].ja} に当たる列が複数あります",
            ),
            header.cells,
        )
    return places[0][1] if places else None


def _named(field: str, wanted: str | int, header: Row) -> int:
    if isinstance(wanted, int):
        places = [wanted - 1] if wanted <= len(header.cells) else []
    else:
        places = [i for i, cell in enumerate(header.cells) if normal(cell) == normal(wanted)]
    if len(places) != 1:
        raise _refused(
            Text(
                f"the mapping names the column {wanted!r} for {field}; it is there {len(places)} times",
                f"対応表で {field} に指定された列「{wanted}」は {len(places)} 個あります",
            ),
            header.cells,
        )
    return places[0]


def _refused(what: Text, headings: Sequence[str]) -> BadInput:
    seen = ", ".join(cell.strip()[:40] for cell in headings[:60] if cell.strip()) or "-"
    return BadInput(
        "terminals.file.columns",
        what,
        Text(
            f"name the columns in a mapping file and give it with --columns (see {TERMINALS.example})",
            f"対応表を作成し --columns で指定してください({TERMINALS.example} を参照)",
        ),
        detail=f"headings / 見出し: {seen}",
    )
