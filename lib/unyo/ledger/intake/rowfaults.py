"""Rows that cannot be used, each named by line, heading, value and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.text import Text

_LISTED = 500


@dataclass(frozen=True, slots=True)
class BadRow:
    """One reason why one row cannot be used; ``staff_number`` is empty where it could not be read."""

    line: int
    heading: str
    value: str
    what: Text
    right: Text
    staff_number: str = ""

    def sentence(self) -> Text:
        number = self.staff_number
        return Text(
            f"line {self.line}{f' (staff number {number})' if number else ''}, "
            f"{self.heading} = {self.value!r}: {self.what.en}. Right would be: {self.right.en}",
            f"{self.line} 行目{f'(職員番号 {number})' if number else ''} {self.heading}「{self.value}」: "
            f"{self.what.ja}。正しくは: {self.right.ja}",
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "heading": self.heading,
            "value": self.value,
            "what": self.what.as_json(),
            "right": self.right.as_json(),
            "staff_number": self.staff_number,
        }


class BadRows(BadInput):
    """The file was refused because of ``rows``; nothing was imported."""

    def __init__(self, filename: str, rows: Sequence[BadRow], rows_read: int) -> None:
        self.rows = tuple(rows)
        lines = len({row.line for row in rows})
        listed = [row.sentence() for row in self.rows[:_LISTED]]
        more = len(self.rows) - len(listed)
        en = [f"{lines} of {rows_read} rows cannot be used; nothing was imported", *(t.en for t in listed)]
        ja = [
            f"{rows_read} 行のうち {lines} 行が使えません。取り込みは行っていません",
            *(t.ja for t in listed),
        ]
        if more:
            en.append(f"and {more} more")
            ja.append(f"ほか {more} 件")
        super().__init__(
            "people.file.bad_rows",
            Text("\n    ".join(en), "\n    ".join(ja)),
            Text(
                "have the rows corrected and import again, or import without them (--skip-bad-rows): "
                "people in bad rows then stay as they are",
                "該当行の訂正を依頼して取り込み直すか、該当行を除いて取り込んでください (--skip-bad-rows)。"
                "除いた行の職員は現状のまま据え置きます",
            ),
            target=filename,
        )

    def as_json(self) -> dict[str, object]:
        return {**super().as_json(), "rows": [row.as_json() for row in self.rows]}
