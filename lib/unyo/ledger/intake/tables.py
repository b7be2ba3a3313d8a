"""Rows and cells of a text file, before anything is known about their meaning."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from unyo.core.errors import BadInput
from unyo.core.text import Text

_DELIMITERS = (",", "\t", ";")
LOOKED_AT = 30
"""How many rows from the top may hold the headings."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``line`` is the line of the file (or the row of the worksheet), from 1.

    ``numbers`` are positions of cells that a workbook stores as numbers, not as text.
    """

    line: int
    cells: tuple[str, ...]
    numbers: frozenset[int] = frozenset()

    @property
    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was read. ``delimiter`` and ``newline`` are empty for a workbook."""

    rows: tuple[Row, ...]
    encoding: str
    delimiter: str = ""
    newline: str = ""
    worksheet: str = ""


def read_text_table(text: str, encoding: str, fixed: str | None, knows: Callable[[Row], int]) -> Sheet:
    """Split text into rows; ``knows`` counts the known headings of a row and so decides the delimiter."""
    delimiter = fixed or max(_DELIMITERS, key=lambda mark: _best(text, mark, knows))
    return Sheet(tuple(_rows(text, delimiter)), encoding, delimiter, _newline(text))


def first_rows(text: str, delimiter: str) -> list[Row]:
    """The rows that may hold the headings, as far as they can be split."""
    top = "".join(text[:60_000].splitlines(keepends=True)[:LOOKED_AT])
    rows: list[Row] = []
    with suppress(BadInput):
        rows.extend(_rows(top, delimiter))
    return rows


def known_headings(text: str, knows: Callable[[Row], int]) -> int:
    """The largest number of known headings in one row, whatever the delimiter."""
    return max(_best(text, delimiter, knows) for delimiter in _DELIMITERS)


def _best(text: str, delimiter: str, knows: Callable[[Row], int]) -> int:
    return max(map(knows, first_rows(text, delimiter)), default=0)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Row(begins, tuple(cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            "people.file.quotes",
            Text(
                f"the row that begins at line {begins} cannot be split into cells (a quotation mark is open?)",
                f"{begins} 行目から始まる行を列に分けられません (引用符が閉じていない可能性があります)",
            ),
            Text(
                "correct the quotation marks in that line",
                '該当行の引用符 (") を修正してください',
            ),
            detail=str(error),
        ) from None


def _newline(text: str) -> str:
    kinds = {"\r\n": "CRLF", "\r": "CR", "\n": "LF"}
    found = {kinds[mark] for mark in re.findall("\r\n|\r|\n", text)}
    return found.pop() if len(found) == 1 else "mixed" if found else "none"
