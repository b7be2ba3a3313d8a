"""Staff numbers and department codes: one spelling, leading zeros kept or put back."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from unyo.core.text import Text
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.tables import Row

CODE_FIELDS = ("staff_number", "department_code", "parent_code")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_DAMAGED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)


@lru_cache(maxsize=65536)
def bare_code(raw: str) -> str:
    """Half-width, without blanks, without Excel's ways to force text (="01", '01) or numbers (12.0)."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))
    forced = re.fullmatch(r'="(.*)"', text)
    text = forced.group(1) if forced else text.lstrip("'")
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def fault_of(code: str) -> Text | None:
    """Why a bare code cannot be used, or None."""
    if _CODE.fullmatch(code):
        return None
    if _DAMAGED.fullmatch(code):
        return Text(
            "a spreadsheet has turned the code into a number with an exponent",
            "表計算ソフトによりコードが指数表記に変わっています",
        )
    return Text("a code has 1 to 40 letters, digits, - or _", "コードは英数字・ハイフン等 1～40 文字です")


class Widths:
    """The width of each code column, found once for the whole file, and what was padded."""

    def __init__(self, columns: Columns, fixed: Mapping[str, int], notes: Notes) -> None:
        self._columns, self._fixed, self._notes = columns, fixed, notes
        self._width: dict[str, int] = {}

    def learn(self, rows: Sequence[Row]) -> None:
        """Take the majority's width; a column of numbers has lost its zeros and is padded likewise."""
        for field in CODE_FIELDS:
            place = self._columns.at.get(field)
            if place is None:
                continue
            codes = [bare_code(row.cells[place]) for row in rows if place < len(row.cells)]
            digits = [code for code in codes if code.isascii() and code.isdigit()]
            numbers = sum(1 for row in rows if place in row.numbers)
            lengths = Counter(map(len, digits))
            width = self._fixed.get(field)
            if width is None:
                width = _width(field, digits, lengths, numbers)
            self._width[field] = width
            self._tell(field, numbers, width, lengths)

    def _tell(self, field: str, numbers: int, width: int, lengths: Counter[int]) -> None:
        heading = self._columns.heading(field)
        if numbers:
            self._notes.odd(
                "code.numbers",
                Text(
                    f"{heading}: {numbers} codes are stored as numbers, so leading zeros may be lost "
                    f"(width used: {width or 'as they are'}; digits: in the mapping file fixes it)",
                    f"{heading}: {numbers} 件が数値として保存され、先頭のゼロが失われている可能性があります "
                    f"(桁数: {width or '原文のまま'}。対応表の digits: で指定できます)",
                ),
                heading,
            )
        elif len(lengths) > 1 and not width and field not in self._fixed:
            seen = ", ".join(map(str, sorted(lengths)))
            self._notes.odd(
                "code.widths",
                Text(
                    f"{heading}: codes of {seen} digits, left as they are",
                    f"{heading}: 桁数が {seen} と不揃いです (補正なし)",
                ),
                heading,
            )

    def read(self, field: str, row: Row) -> str:
        """The code in its one spelling; whatever was changed is noted."""
        place = self._columns.at[field]
        raw = row.cells[place].strip()
        code = bare_code(raw)
        if code != raw:
            self._note("code.spelling", field, row, raw, code, odd=False)
        width = self._width.get(field, 0)
        if len(code) < width and code.isascii() and code.isdigit():
            padded = code.zfill(width)
            self._note("code.padded", field, row, code, padded, odd=True)
            return padded
        return code

    def _note(self, code: str, field: str, row: Row, before: str, after: str, *, odd: bool) -> None:
        heading = self._columns.heading(field)
        text = Text(f"{heading}: {before} read as {after}", f"{heading}: {before} を {after} として読取り")
        tell = self._notes.odd if odd else self._notes.note
        tell(code, text, f"line {row.line}", heading)


def _width(field: str, digits: Sequence[str], lengths: Counter[int], numbers: int) -> int:
    if len(lengths) < 2:
        return 0
    width, count = max(lengths.items(), key=lambda item: (item[1], item[0]))
    if count * 2 >= len(digits):
        keeps_zeros = any(code.startswith("0") for code in digits if len(code) == width)
        # Department codes may be hierarchical: 100 above 10010 is not 00100.
        return width if field == "staff_number" or keeps_zeros or numbers else 0
    return max(lengths) if numbers else 0
