"""Made-up staff as the personnel office would send it: CSV or XLSX, with the usual oddities."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import jaconv

from unyo.core.dates import era_text, in_jst
from unyo.core.person import Person, Roster, Standing

HEADINGS = (
    "職員番号",
    "氏名",
    "氏名カナ",
    "部コード",
    "部名",
    "所属コード",
    "所属名",
    "役職",
    "兼務区分",
    "在籍区分",
    "雇用区分",
    "発令区分",
    "発令日",
    "適用日時",
    "引継期限",
    "ローマ字姓",
    "ローマ字名",
    "内線番号",
)
_STANDINGS = {
    Standing.ACTIVE: "在職",
    Standing.SECONDED_OUT: "出向中",
    Standing.SECONDED_IN: "出向受入",
    Standing.ON_LEAVE: "育児休業",
    Standing.LEFT: "退職",
}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def as_csv(roster: Roster, encoding: str = "cp932") -> bytes:
    """CRLF, a title above, a total below; some rows have half-width kana, full-width digits, era dates.

    ``encoding`` is Python's name (``utf-8-sig`` and ``utf-16`` write a byte-order mark).
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n").writerow
    write(_padded(f"{era_text(roster.effective)}付 職員一覧"))
    write(HEADINGS)
    for row in _rows(roster):
        write(
            [_date_text(value, int(str(row[0]))) if isinstance(value, date) else value for value in _odd(row)]
        )
    write(_padded("合計", f"{len(roster.people)}名"))
    return text.getvalue().encode(encoding)


def as_xlsx(roster: Roster) -> bytes:
    """One worksheet with real dates; every fifth staff number is a number shown with leading zeros."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("職員一覧")
    sheet.append([f"{era_text(roster.effective)}付 職員一覧"])
    sheet.append(HEADINGS)
    for row in _rows(roster):
        cells: list[object] = [None if value == "" else value for value in row]
        staff_number = str(row[0])
        if int(staff_number) % 5 == 0:
            number = WriteOnlyCell(sheet, value=int(staff_number))
            number.number_format = "0" * len(staff_number)
            cells[0] = number
        sheet.append(cells)
    sheet.append(["合計", f"{len(roster.people)}名"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _rows(roster: Roster) -> Iterator[list[str | date]]:
    """By department and staff number, the concurrent posts below the main one."""
    people = sorted(roster.people.values(), key=lambda p: (p.main_post.department_code, p.staff_number))
    for person in people:
        for i in range(max(1, len(person.posts))):
            yield _row(person, i, roster)


def _row(person: Person, place: int, roster: Roster) -> list[str | date]:
    post = person.posts[place] if person.posts else person.main_post
    office = roster.departments.get(post.department_code)
    above = roster.departments.get(office.parent_code or office.code) if office else None
    own = in_jst(person.effective) if person.effective else None
    ordered: str | date = (own.date() if own else roster.effective) if person.order else ""
    return [
        person.staff_number,
        f"{person.family_name}　{person.given_name}",
        f"{person.family_kana}　{person.given_kana}",
        above.code if above else "",
        above.name if above else "",
        post.department_code,
        office.name if office else "",
        post.title,
        "兼務" if place else "本務",
        _STANDINGS[person.standing],
        person.employment,
        person.order,
        ordered,
        own.strftime("%Y/%m/%d %H:%M") if own else "",
        person.handover_until or "",
        person.family_roman,
        person.given_roman,
        f"{int(person.staff_number) % 9000 + 1000}",
    ]


def _odd(row: list[str | date]) -> list[str | date]:
    """What years of typing by hand have left: every seventh and every eleventh person differs."""
    number, kana = str(row[0]), str(row[2])
    if int(number) % 7 == 0:
        kana = jaconv.z2h(kana, kana=True).replace("　", " ")
    written = number.translate(_WIDE) if int(number) % 11 == 0 else number
    return [written, row[1], kana, *row[3:]]


def _date_text(day: date, choice: int) -> str:
    era = day.year - 2018
    forms = (era_text(day), f"R{era}.{day.month}.{day.day}", f"{day.year}/{day.month}/{day.day}")
    return forms[choice % 3]


def _padded(*cells: str) -> list[str]:
    return [*cells, *("" for _ in range(len(HEADINGS) - len(cells)))]
