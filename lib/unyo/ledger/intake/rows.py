"""One row of the file as typed values, or the reasons why it cannot be used."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from unyo.core.dates import jst_midnight, parse_instant
from unyo.core.person import Standing
from unyo.core.text import Text
from unyo.ledger.intake.cells import Cells
from unyo.ledger.intake.characters import fold
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.naming import FullName, full_name, is_name
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.tables import Row
from unyo.ledger.intake.words import ORDER_WORDS, POST_WORDS, STANDING_WORDS, PostKind


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One usable row; empty texts where the file has no such column."""

    line: int
    staff_number: str
    name: FullName
    department_code: str
    department_name: str
    parent_code: str
    parent_name: str
    title: str
    kind: PostKind | None
    standing: Standing
    employment: str
    order: str
    effective: datetime | None
    handover_until: date | None
    family_roman: str
    given_roman: str


class RowReader:
    """Reads rows of one file; ``cells.faults`` grows by what cannot be used."""

    def __init__(
        self, cells: Cells, columns: Columns, mapping: ColumnMapping, effective: date, notes: Notes
    ) -> None:
        self._cells, self._columns, self._mapping, self._notes = cells, columns, mapping, notes
        self._effective = effective
        self._standings = {**STANDING_WORDS, **mapping.standing_words}
        self._orders = {**ORDER_WORDS, **mapping.order_words}
        self._posts = {**POST_WORDS, **mapping.post_words}
        self.old_orders = 0

    def read(self, row: Row) -> PersonRow | None:
        """None where the row has faults."""
        cells = self._cells
        before = len(cells.faults)
        cells.turn_to(row)
        if not self._is_whole(row):
            return None
        number = cells.code("staff_number", needed=True)
        name = self._name()
        order, ordered = self._order()
        day = cells.date("order_date")
        standing = self._standing(order, ordered, day)
        needs_place = standing not in (Standing.LEFT, Standing.SECONDED_OUT)
        department = cells.code("department_code", needed=needs_place)
        result = PersonRow(
            row.line,
            number,
            name or FullName("", "", "", ""),
            department,
            self._cells.text("department_name", needed=bool(department)),
            self._cells.code("parent_code", needed=False),
            self._cells.text("parent_name"),
            self._cells.text("title"),
            self._kind(order),
            standing,
            self._cells.text("employment"),
            order,
            self._instant(day),
            self._handover(),
            self._cells.roman("family_roman"),
            self._cells.roman("given_roman"),
        )
        return result if len(cells.faults) == before else None

    def _is_whole(self, row: Row) -> bool:
        """Every cell of the row stands under its heading."""
        have, want = len(row.cells), len(self._columns.header.cells)
        extra = any(cell.strip() for cell in row.cells[want:])
        torn = any(cell.count("\n") > 2 for cell in row.cells)
        if have >= want and not extra and not torn:
            return True
        what = Text(
            f"the row has {have} cells, the headings {want}",
            f"列数が {have} で、見出しの {want} と異なります",
        )
        if torn:
            what = Text(
                "a quotation mark swallows following lines", "引用符の不備で後続の行を取り込んでいます"
            )
        right = Text(
            f"{want} cells; a value that holds the delimiter stands in quotation marks",
            f"{want} 列。区切り文字を含む値は引用符で囲む",
        )
        self._cells.fault("staff_number", self._cells.raw("staff_number"), what, right)
        return False

    def _name(self) -> FullName | None:
        at, order = self._columns.at, self._mapping
        split = "family_name" in at and "given_name" in at
        split_kana = "family_kana" in at and "given_kana" in at
        name_fields = ("family_name", "given_name") if split else ("name",)
        kana_fields = ("family_kana", "given_kana") if split_kana else ("name_kana",)
        before = len(self._cells.faults)
        names = [self._cells.text(field, needed=True) for field in name_fields]
        kana = [self._cells.kana(field, names) for field in kana_fields]
        for field, text in zip(name_fields, names, strict=True):
            if text and not is_name(text):
                what = Text("characters that no name has", "氏名に使えない文字があります")
                right = Text("the name only, without brackets or digits", "括弧・数字等を含まない氏名のみ")
                self._cells.fault(field, text, what, right)
        if len(self._cells.faults) > before:
            return None
        found = full_name(
            names if split else names[0].split(),
            kana if split_kana else kana[0].split(),
            order.name_order == "given_first",
            order.kana_order == "given_first",
        )
        if found is None:
            self._cells.fault(
                name_fields[0],
                f"{' '.join(names)} / {' '.join(kana)}",
                Text("where the family name ends is not certain", "姓と名の区切りを特定できません"),
                Text(
                    "one blank between family and given name, in name and kana",
                    "氏名・カナとも姓と名の間に空白を 1 つ",
                ),
            )
        elif found.doubt is not None:
            self._notes.odd("name.split", found.doubt, self._cells.where)
        return found

    def _order(self) -> tuple[str, Standing | None]:
        """The order's word, and the standing that it leads to, if any."""
        text = self._cells.text("order")
        if not text:
            return "", None
        if fold(text) not in self._orders:
            self._notes.odd(
                "order.unknown",
                Text(
                    f"unknown kind of order {text!r}: no effect",
                    f"不明な発令区分「{text}」は処理に影響させません",
                ),
                self._cells.where,
                text,
            )
        return text, self._orders.get(fold(text))

    def _standing(self, order: str, ordered: Standing | None, day: date | None) -> Standing:
        text = self._cells.text("standing")
        if not text:
            return ordered or Standing.ACTIVE
        stated = self._standings.get(fold(text))
        if stated is None:
            known = "在職 出向中 受入 休職 退職"
            self._cells.fault(
                "standing",
                text,
                Text("unknown standing", "不明な在籍区分です"),
                Text(
                    f"one of {known}, or a line under standing_words: in the mapping file",
                    f"{known} のいずれか、または対応表の standing_words: への追加",
                ),
            )
            return Standing.ACTIVE
        if ordered is None or ordered is stated or (day is not None and day < self._effective):
            return stated
        if day is not None and day > self._effective:
            return ordered
        if Standing.LEFT in (ordered, stated):
            what = Text(f"contradicts the order {order}", f"発令区分「{order}」と矛盾しています")
            right = Text("the standing after the order takes effect", "発令後の在籍区分")
            self._cells.fault("standing", text, what, right)
        else:
            self._notes.odd(
                "standing.contradiction",
                Text(
                    f"{text} is used although the order is {order}",
                    f"発令区分「{order}」に対し「{text}」を採用しました",
                ),
                self._cells.where,
            )
        return stated

    def _kind(self, order: str) -> PostKind | None:
        text = self._cells.text("post_kind")
        if not text:
            return self._posts.get(fold(order)) if "post_kind" not in self._columns.at else None
        kind = self._posts.get(fold(text))
        if kind is None:
            what = Text("neither main nor concurrent", "本務・兼務のいずれでもありません")
            self._cells.fault("post_kind", text, what, Text("本務 or 兼務", "本務または兼務"))
        elif kind is PostKind.CONCURRENT and self._posts.get(fold(order)) is PostKind.RELEASED:
            return PostKind.RELEASED
        return kind

    def _instant(self, ordered_on: date | None) -> datetime | None:
        """The row's own time; an order's date counts only where it lies after the file's date."""
        raw = self._cells.raw("effective")
        if not raw:
            if ordered_on is not None and ordered_on < self._effective:
                self.old_orders += 1
            return jst_midnight(ordered_on) if ordered_on and ordered_on > self._effective else None
        try:
            return parse_instant(unicodedata.normalize("NFKC", raw))
        except (ValueError, KeyError, OverflowError) as error:
            self._cells.bad_date("effective", raw, error)
            return None

    def _handover(self) -> date | None:
        until = self._cells.date("handover_until")
        if until is not None and until < self._effective:
            what = Text("the handover ends before it begins", "引継期限が基準日より前です")
            right = Text(f"{self._effective} or later", f"{self._effective} 以降")
            self._cells.fault("handover_until", self._cells.raw("handover_until"), what, right)
        return until
