"""Japanese eras: from an era year to a calendar year and back, with checked boundaries."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from unyo.core.text import Text


class BadDate(ValueError):
    """A text that is no date; ``text`` says why and what would be right, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Era:
    """One era by its name, its letter and its first and last day, both included."""

    name: str
    letter: str
    first: date
    last: date

    @property
    def offset(self) -> int:
        """What is added to the era's year to get the calendar year."""
        return _FIRST_YEARS.get(self.name, self.first.year) - 1


# The lunisolar calendar was in force until 明治5年: earlier days have no Gregorian date of the same name.
# The days on which 大正 and 昭和 began carry both names, as civil registers do.
ERAS = (
    Era("明治", "M", date(1873, 1, 1), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)
_FIRST_YEARS = {"明治": 1868}


def era_named(name: str) -> Era:
    """The era of a name (令和) or a letter (R, r); KeyError where there is none."""
    for era in ERAS:
        if name.upper() in (era.name, era.letter):
            return era
    raise KeyError(name)


def era_text(day: date) -> str:
    """A day as official papers write it: 令和8年4月1日, 令和元年5月1日; BadDate before 明治6年 (1873)."""
    for era in reversed(ERAS):
        if era.first <= day <= era.last:
            year = day.year - era.offset
            return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise BadDate(
        Text(
            f"{day} is before 1873-01-01, the first day of the present calendar",
            f"{day} は現行の暦(明治6年1月1日から)より前の日付です",
        )
    )


def era_day(era: Era, year: int, month: int, day: int) -> date:
    """The calendar day of an era date; BadDate says what would be right outside the era."""
    if year < 1:
        raise BadDate(
            Text(
                f"{era.name} has no year {year}; the first one is {era.name}元年",
                f"{era.name}{year}年はありません(最初の年は{era.name}元年です)",
            )
        )
    found = calendar_day(year + era.offset, month, day)
    if era.first <= found <= era.last:
        return found
    written = f"{era.name}{year}年{month}月{day}日"
    if found < ERAS[0].first:
        era_text(found)
    right = era_text(found)
    bound = era.last if found > era.last else era.first
    verb, ja_verb = ("ended", "まで") if found > era.last else ("began", "から")
    raise BadDate(
        Text(
            f"there is no {written}: {era.name} {verb} on {bound}; this day would be {right} ({found})",
            f"{written}はありません({era.name}は{era_text(bound)}{ja_verb})。正しくは{right}({found})です",
        )
    )


def calendar_day(year: int, month: int, day: int) -> date:
    """The Gregorian day; BadDate names an impossible year, month or day."""
    if not 1 <= year <= 9999:
        raise BadDate(Text(f"there is no year {year}", f"{year}年はありません"))
    if not 1 <= month <= 12:
        raise BadDate(
            Text(
                f"there is no month {month}; months are 1 to 12", f"{month}月はありません(1 月から 12 月まで)"
            )
        )
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise BadDate(
            Text(
                f"there is no {year}-{month:02}-{day:02}: that month has {length} days",
                f"{year}年{month}月{day}日はありません({month}月は{length}日までです)",
            )
        )
    return date(year, month, day)
