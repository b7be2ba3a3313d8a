"""One cell at a time: text, code, kana, date, Roman letters, each with its faults and findings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from unyo.core.dates import BadDate, parse_date
from unyo.core.text import Text
from unyo.ledger.intake.characters import Characters, katakana
from unyo.ledger.intake.codes import Widths, fault_of
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.naming import is_kana
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.tables import Row

_ROMAN = re.compile(r"[A-Za-z][A-Za-z '.-]{0,39}")


class Cells:
    """The cells of the row at hand, by field; findings go to the notes, what cannot be used to ``faults``."""

    def __init__(self, columns: Columns, characters: Mapping[str, str], widths: Widths, notes: Notes) -> None:
        self._columns, self._widths, self._notes = columns, widths, notes
        self._characters = Characters(characters)
        self.faults: list[BadRow] = []
        self.swapped_kana = 0
        self._row = Row(0, ())
        self._number = ""

    def turn_to(self, row: Row) -> None:
        """Go to another row and learn whose it is, so that faults can say so."""
        self._row, self._number = row, ""
        if self.raw("staff_number"):
            number = self._widths.read("staff_number", row)
            self._number = "" if fault_of(number) else number

    @property
    def where(self) -> str:
        return f"line {self._row.line}"

    def heading(self, field: str) -> str:
        return self._columns.heading(field)

    def fault(self, field: str, value: str, what: Text, right: Text) -> None:
        heading = self._columns.heading(field)
        self.faults.append(BadRow(self._row.line, heading, value[:80], what, right, self._number))

    def raw(self, field: str) -> str:
        place = self._columns.at.get(field)
        return self._row.cells[place].strip() if place is not None and place < len(self._row.cells) else ""

    def missing(self, field: str) -> None:
        self.fault(field, "", Text("empty", "空欄です"), Text("a value", "値の記入"))

    def code(self, field: str, *, needed: bool) -> str:
        if not self.raw(field):
            if needed:
                self.missing(field)
            return ""
        if field == "staff_number" and self._number:
            return self._number
        code = self._widths.read(field, self._row)
        wrong = fault_of(code)
        if wrong is not None:
            self.fault(field, self.raw(field), wrong, Text("for example 001234", "例: 001234"))
            return ""
        return code

    def text(self, field: str, *, needed: bool = False) -> str:
        raw = self.raw(field)
        if not raw:
            if needed:
                self.missing(field)
            return ""
        tidied = self._characters.tidy(raw)
        for oddity in tidied.oddities:
            heading, said = self._columns.heading(field), oddity.sentence()
            tell = self._notes.odd if oddity.is_grave else self._notes.note
            text = Text(f"{heading}: {said.en}", f"{heading}: {said.ja}")
            tell(f"character.{oddity.kind}", text, self.where, f"{heading} {oddity.points}")
        if tidied.gaiji or raw.startswith("#"):
            points = " ".join(f"U+{ord(character):04X}" for character in tidied.gaiji)
            self.fault(
                field,
                raw,
                Text(f"user-defined character {points}", f"外字 {points} が含まれています")
                if points
                else Text("a formula without a value", "数式のエラー値です"),
                Text(
                    "a standard character, or a replacement under characters: in the mapping file",
                    "標準の文字、または対応表の characters: での置換指定",
                ),
            )
        return tidied.text

    def kana(self, field: str, names: list[str]) -> str:
        raw = self.raw(field)
        kana = katakana(raw)
        if not raw:
            self.missing(field)
        elif not is_kana(kana) or len(kana) > 80:
            swapped = all(is_kana(katakana(name)) for name in names if name)
            self.swapped_kana += swapped
            what = Text("not kana", "カナではありません")
            if swapped:
                what = Text(
                    "not kana, but the name is: the columns look swapped",
                    "氏名欄とカナ欄が入れ替わっているようです",
                )
            self.fault(
                field, raw, what, Text("katakana, for example ヤマダ タロウ", "カタカナ (例: ヤマダ タロウ)")
            )
        elif kana != " ".join(raw.split()):
            kind = "half_kana" if re.search("[\uff61-\uff9f]", raw) else "spelling"
            heading = self._columns.heading(field)
            self._notes.note(
                f"kana.{kind}",
                Text(f"{heading}: {raw} read as {kana}", f"{heading}: {raw} を {kana} として読取り"),
                self.where,
                heading,
            )
        return kana

    def date(self, field: str) -> date | None:
        raw = self.raw(field)
        if not raw:
            return None
        try:
            return day_of(raw)
        except (ValueError, KeyError, OverflowError) as error:
            self.bad_date(field, raw, error)
            return None

    def bad_date(self, field: str, raw: str, error: Exception) -> None:
        what = error.text if isinstance(error, BadDate) else Text("not a date", "日付ではありません")
        self.fault(field, raw, what, Text("2026-04-01 or 令和8年4月1日", "2026-04-01 または令和8年4月1日"))

    def roman(self, field: str) -> str:
        text = " ".join(unicodedata.normalize("NFKC", self.raw(field)).split())
        if text and not _ROMAN.fullmatch(text):
            what = Text("not a name in Roman letters", "ローマ字ではありません")
            self.fault(field, text, what, Text("for example OHNO", "例: OHNO"))
        return text


def day_of(raw: str) -> date:
    """A date, also where a spreadsheet has added midnight to it."""
    return parse_date(re.sub(r"[ T]0?0:00(:00)?$", "", raw.strip()))
