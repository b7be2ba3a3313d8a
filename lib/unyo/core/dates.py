"""Dates as Japanese offices write them, and instants between JST at the edge and UTC inside."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone

from unyo.core.text import Text

JST = timezone(timedelta(hours=9), "JST")

# Era, letter, first day; the last day is the day before the next era's first.
ERAS: tuple[tuple[str, str, date], ...] = (
    ("明治", "M", date(1868, 10, 23)),
    ("大正", "T", date(1912, 7, 30)),
    ("昭和", "S", date(1926, 12, 25)),
    ("平成", "H", date(1989, 1, 8)),
    ("令和", "R", date(2019, 5, 1)),
)
_KANJI = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_INSTANT = re.compile(
    r"(?P<day>.+?)[ T]+(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})分?(?::(?P<second>\d{1,2}))?"
)


class BadDate(ValueError):
    """A text that is no date; ``text`` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def parse_date(text: str) -> date:
    """Read 2026-04-01, 2026/4/1, 20260401, 2026年4月1日, 令和8年4月1日, R8.4.1, 令和八年四月一日; else BadDate."""
    plain = _normalised(text)
    found = _ERA.fullmatch(plain)
    if found:
        return _era_date(text, *found.groups())
    found = _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if not found:
        raise BadDate(Text(f"{text!r} is not a date", f"「{text}」は日付ではありません"))
    year, month, day = (int(part) for part in found.groups())
    return _checked(text, year, month, day)


def parse_instant(text: str) -> datetime:
    """Read a date or a date with a time, Japan time where no offset is given; UTC, else BadDate."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        exact = datetime.fromisoformat(plain)
        return exact.replace(tzinfo=exact.tzinfo or JST).astimezone(timezone.utc)
    except ValueError:
        pass
    found = _INSTANT.fullmatch(plain)
    if not found:
        return jst_midnight(parse_date(text))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise BadDate(Text(f"{text!r} has no such time of day", f"「{text}」の時刻は存在しません"))
    day = parse_date(found["day"])
    return datetime.combine(day, time(hour, minute, second), JST).astimezone(timezone.utc)


def jst_midnight(day: date) -> datetime:
    """The first instant of the day in Japan, UTC."""
    return datetime.combine(day, time(), JST).astimezone(timezone.utc)


def in_jst(instant: datetime) -> datetime:
    return instant.astimezone(JST)


def era_text(day: date) -> str:
    """令和8年4月1日; the western form before 1868-10-23."""
    for name, _, first in reversed(ERAS):
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


_EPOCH_1601 = datetime(1601, 1, 1, tzinfo=timezone.utc)


def account_expires(last_day: date) -> int:
    """Active Directory's accountExpires for a last day of use: 100 ns since 1601 to the next JST midnight."""
    end = jst_midnight(last_day + timedelta(days=1))
    return int((end - _EPOCH_1601) / timedelta(microseconds=1)) * 10


def last_day_of(ticks: int) -> date | None:
    """The last day of use that accountExpires means; None where the account never expires."""
    if ticks in (0, 0x7FFFFFFFFFFFFFFF):
        return None
    end = _EPOCH_1601 + timedelta(microseconds=ticks // 10)
    return (in_jst(end) - timedelta(microseconds=1)).date()


def _normalised(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub("[〇一二三四五六七八九十]+", lambda found: str(_kanji_number(found[0])), plain)


def _kanji_number(text: str) -> int:
    if "十" not in text:
        return int("".join(str(_KANJI[letter]) for letter in text))
    tens, _, ones = text.partition("十")
    return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0)


def _era_date(text: str, era: str, year: str, month: str, day: str) -> date:
    place = next(i for i, (name, letter, _) in enumerate(ERAS) if era in (name, letter))
    first = ERAS[place][2]
    found = _checked(text, first.year + (0 if year == "元" else int(year) - 1), int(month), int(day))
    last = ERAS[place + 1][2] - timedelta(days=1) if place + 1 < len(ERAS) else date.max
    if not first <= found <= last:
        right = era_text(found)
        raise BadDate(
            Text(f"{text!r} is outside its era; {right} is meant", f"「{text}」は元号の期間外です({right})")
        )
    return found


def _checked(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDate(Text(f"{text!r} does not exist", f"「{text}」という日付は存在しません")) from error
