"""Which rows are people: titles above, totals and remarks below, repeated headings are set aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from unyo.core.dates import parse_date
from unyo.core.text import Text
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.tables import Row

_TOTAL = re.compile(r"(合計|総計|計|件数|人数|総人数|総数|以上|小計)[:\s]*([\d,]+)?\s*(名|人|件|行)?")
_COUNT = re.compile(r"([\d,]+)\s*(?:名|人|件|行)?")
_DATE = re.compile(r"(?:令和|平成)(?:元|\d{1,2})年\d{1,2}月\d{1,2}日|\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}日?")


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of people, and the number of people that the file itself states (with its line)."""

    rows: tuple[Row, ...]
    stated: int | None = None
    stated_line: int = 0


def find_body(rows: Sequence[Row], columns: Columns, effective: date, notes: Notes) -> Body:
    """Everything below the headings that is not blank and no remark; what is set aside is noted."""
    for row in rows[: columns.index]:
        if not row.is_blank:
            _tell_title(row, effective, notes)
    people: list[Row] = []
    stated, stated_line = None, 0
    for row in rows[columns.index + 1 :]:
        if row.is_blank:
            continue
        if row.cells == columns.header.cells:
            notes.note("row.headings_again", Text("headings repeated", "見出しの繰返し"), _line(row))
            continue
        remark = _remark(row, columns.at["staff_number"])
        if remark is None:
            people.append(row)
            continue
        notes.note(
            "row.set_aside", Text(f"not a person: {_shown(row)}", f"職員以外の行: {_shown(row)}"), _line(row)
        )
        if remark:
            stated, stated_line = int(remark), row.line
    return Body(tuple(people), stated, stated_line)


def _remark(row: Row, staff_at: int) -> str | None:
    """None for a person; for a remark the total it states, or nothing."""
    staff = row.cells[staff_at] if staff_at < len(row.cells) else ""
    filled = [text for cell in row.cells if (text := unicodedata.normalize("NFKC", cell).strip())]
    found = next((match for text in filled[:3] if (match := _TOTAL.fullmatch(text))), None)
    if found is None:
        return "" if len(filled) == 1 and re.match(r"※|\*|注|\(注", filled[0]) else None
    if staff.strip() and _TOTAL.fullmatch(unicodedata.normalize("NFKC", staff).strip()) is None:
        return None
    if found.group(1) in ("小計", "以上"):
        return ""
    counts = (
        [found.group(2)] if found.group(2) else [m.group(1) for t in filled if (m := _COUNT.fullmatch(t))]
    )
    digits = counts[0].replace(",", "") if len(counts) == 1 else ""
    return digits if digits.isdecimal() and len(digits) < 10 else ""


def _tell_title(row: Row, effective: date, notes: Notes) -> None:
    notes.note(
        "row.title",
        Text(f"above the headings: {_shown(row)}", f"見出しより上の行: {_shown(row)}"),
        _line(row),
    )
    for found in _DATE.findall(unicodedata.normalize("NFKC", " ".join(row.cells))):
        try:
            said = parse_date(found)
        except (ValueError, KeyError):
            continue
        if said != effective:
            notes.odd(
                "file.other_date",
                Text(
                    f"the title says {said}, the import is for {effective}",
                    f"表題の日付は {said}、取込みの基準日は {effective} です",
                ),
                _line(row),
            )


def _shown(row: Row) -> str:
    return " ".join(cell.strip() for cell in row.cells if cell.strip())[:80]


def _line(row: Row) -> str:
    return f"line {row.line}"
