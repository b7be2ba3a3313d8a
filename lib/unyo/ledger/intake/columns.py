"""Which column holds what: the heading row is found, each heading matched, doubts refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.ledger.intake.headings import FIELD_OF, FIELDS, MY_NUMBER, NEEDED, PAIRS, PERSONAL, normal
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.tables import LOOKED_AT, Row


@dataclass(frozen=True, slots=True)
class Columns:
    """``at`` maps a field to the position of its cell (from 0), ``headings`` to its heading as written.

    ``header`` is the heading row, ``index`` its place among the rows read.
    """

    at: Mapping[str, int]
    headings: Mapping[str, str]
    header: Row
    index: int

    def heading(self, field: str) -> str:
        return self.headings.get(field, FIELDS[field][0])


def field_of(heading: str) -> str | None:
    """The field that a heading means; a remark in brackets after it is tolerated."""
    found = FIELD_OF.get(normal(heading))
    if found is None:
        bare = re.sub(r"\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", heading))
        found = FIELD_OF.get(normal(bare))
    return found


def known_count(row: Row) -> int:
    """How many cells of a row are known headings."""
    return sum(1 for cell in row.cells if len(cell) < 40 and field_of(cell) is not None)


def find_columns(rows: Sequence[Row], mapping: ColumnMapping, notes: Notes) -> Columns:
    """Raises BadInput naming the headings seen where a needed column is missing or ambiguous."""
    index = _header_index(rows, mapping)
    header = rows[index]
    candidates: dict[str, list[int]] = {}
    for position, heading in enumerate(header.cells):
        field = field_of(heading)
        if field is not None:
            candidates.setdefault(field, []).append(position)
    at = {field: _one(field, header, places, notes) for field, places in candidates.items()}
    for field, wanted in mapping.columns.items():
        at.pop(field, None)
        if wanted is not None:
            at[field] = _named(field, wanted, header)
    chosen = {field: place for field, place in at.items() if place >= 0}
    _complete(chosen, at, header)
    _tell_unread(header, set(chosen.values()), notes)
    return Columns(chosen, {field: header.cells[place] for field, place in chosen.items()}, header, index)


def _header_index(rows: Sequence[Row], mapping: ColumnMapping) -> int:
    if mapping.header_row is not None:
        for index, row in enumerate(rows):
            if row.line == mapping.header_row:
                return index
        raise _no_headings(rows)
    wanted = {normal(name) for name in mapping.columns.values() if isinstance(name, str)}
    best, best_known = -1, 1
    for index, row in enumerate(rows[:LOOKED_AT]):
        known = known_count(row) + sum(1 for cell in row.cells if cell and normal(cell) in wanted)
        if known > best_known:
            best, best_known = index, known
    if best < 0:
        raise _no_headings(rows)
    return best


def _no_headings(rows: Sequence[Row]) -> BadInput:
    first = next((row.cells for row in rows if not row.is_blank), ())
    return _refused(Text("no row with headings was found", "見出し行が見つかりません"), first)


def _one(field: str, header: Row, places: list[int], notes: Notes) -> int:
    """The preferred of several columns for one field; -1 where a person must say."""
    if len(places) == 1:
        return places[0]
    order = [normal(word) for word in FIELDS[field]]
    ranks = sorted(
        (order.index(word) if (word := normal(header.cells[place])) in order else len(order), place)
        for place in places
    )
    if field in NEEDED or field in sum(PAIRS, ()) or ranks[0][0] == ranks[1][0]:
        return -1
    used, unused = header.cells[ranks[0][1]], ", ".join(header.cells[place] for _, place in ranks[1:])
    notes.odd(
        "column.several",
        Text(f"{used} is used, {unused} is not", f"「{used}」を使用し、「{unused}」は使用しません"),
    )
    return ranks[0][1]


def _named(field: str, wanted: str | int, header: Row) -> int:
    if isinstance(wanted, int):
        places = [wanted - 1] if wanted <= len(header.cells) else []
    else:
        places = [i for i, cell in enumerate(header.cells) if normal(cell) == normal(wanted)]
    if len(places) != 1:
        en = "stands more than once (give its position as a number)" if places else "is not there"
        ja = "が複数あります (列番号で指定してください)" if places else "がありません"
        raise _refused(
            Text(
                f"the mapping file names the column {wanted!r} for {field}; it {en}",
                f"対応表で {field} に指定された列「{wanted}」{ja}",
            ),
            header.cells,
        )
    return places[0]


def _complete(chosen: Mapping[str, int], at: Mapping[str, int], header: Row) -> None:
    unclear = {field for field, place in at.items() if place < 0}
    missing = [field for field in NEEDED if field not in at]
    for whole, first, second in PAIRS:
        group = {whole, first, second}
        if whole in chosen or (first in chosen and second in chosen):
            unclear -= group
        elif not unclear & group:
            missing.append(whole)
    if not missing and not unclear:
        return
    doubts = [
        Text(f"no column for {field} ({FIELDS[field][0]})", f"{FIELDS[field][0]} ({field}) の列がありません")
        for field in missing
    ] + [
        Text(
            f"more than one column for {field} ({FIELDS[field][0]})",
            f"{FIELDS[field][0]} ({field}) に当たる列が複数あります",
        )
        for field in sorted(unclear)
    ]
    what = Text("; ".join(doubt.en for doubt in doubts), "、".join(doubt.ja for doubt in doubts))
    raise _refused(what, header.cells)


def _tell_unread(header: Row, used: set[int], notes: Notes) -> None:
    unread = [cell for place, cell in enumerate(header.cells) if place not in used and cell.strip()]
    names = [normal(cell) for cell in unread]
    mine = [cell for cell, name in zip(unread, names, strict=True) if name in MY_NUMBER]
    personal = [cell for cell, name in zip(unread, names, strict=True) if name in PERSONAL]
    rest = [cell for cell in unread if cell not in mine and cell not in personal and field_of(cell) is None]
    if mine:
        notes.odd(
            "column.my_number",
            Text(
                f"{', '.join(mine)} is not read and must not be in this file; ask for a file without it",
                f"「{'、'.join(mine)}」は読み取りません。提供対象外の項目です。除いたファイルを依頼してください",
            ),
        )
    if personal:
        listed = ", ".join(personal)
        notes.note(
            "column.personal",
            Text(f"not needed and not kept: {listed}", f"不要な個人情報のため保存しない列: {listed}"),
        )
    if rest:
        listed = ", ".join(cell.strip() for cell in rest)
        notes.note("column.unknown", Text(f"not read: {listed}", f"読み取らない列: {listed}"))


def _refused(what: Text, headings: Sequence[str]) -> BadInput:
    seen = ", ".join(cell.strip()[:40] for cell in headings[:60] if cell.strip()) or "-"
    return BadInput(
        "people.file.columns",
        what,
        Text(
            "write a mapping file and give it with --mapping. It names the column of each field, for example\n"
            "      columns:\n        staff_number: 職員番号\n        name: 氏名\n        department_code: 3\n"
            "    (a number is the column's position; see inventory/people/columns.example.yml)",
            "対応表を作成し --mapping で指定してください。項目ごとに列を指定します。例:\n"
            "      columns:\n        staff_number: 職員番号\n        name: 氏名\n        department_code: 3\n"
            "    (数字は列の位置。inventory/people/columns.example.yml を参照)",
        ),
        detail=f"headings / 見出し: {seen}",
    )
