"""Dates and times as people write them in Japan, and the instants they stand for."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from unyo.core.eras import BadDate, calendar_day, era_day, era_named, era_text
from unyo.core.text import Text

__all__ = [
    "JST",
    "NEVER_EXPIRES",
    "BadDate",
    "account_expires",
    "era_text",
    "in_jst",
    "jst_midnight",
    "last_day_of",
    "parse_date",
    "parse_instant",
]

JST = timezone(timedelta(hours=9), "JST")

NEVER_EXPIRES = 0x7FFF_FFFF_FFFF_FFFF
"""What a directory holds in accountExpires for an account without an end; 0 means the same."""

_TICKS_FROM = datetime(1601, 1, 1, tzinfo=timezone.utc)
_TICKS_A_SECOND = 10_000_000
_WEEKDAYS = "月火水木金土日"
_DIGITS = "〇一二三四五六七八九"
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−ー", "-"))
_NUMERAL = rf"[{_DIGITS}十百]"

_DAY = re.compile(
    rf"""(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR]\.?(?=[\d元]))(?P<era_year>\d{{1,3}}|元)|(?P<year>\d{{4}}))
    (?:年(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})日|(?P<mark>[-/.])(?P<m2>\d{{1,2}})(?P=mark)(?P<d2>\d{{1,2}})
    |(?P<m3>\d\d)(?P<d3>\d\d))(?:\((?P<weekday>[{_WEEKDAYS}])(?:曜日?)?\))?""",
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(
    r"""T?(?P<half>午前|午後)?(?P<hour>\d{1,2})
    (?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?
    |(?<=\d\d)(?P<minute_c>\d\d)(?P<second_c>\d\d)?
    |時(?:(?P<minute_ja>\d{1,2})分(?:(?P<second_ja>\d{1,2})秒)?)?)
    (?P<offset>Z|JST|[+-]\d\d:?\d\d)?""",
    re.VERBOSE | re.IGNORECASE,
)


def parse_date(text: str) -> date:
    """A day written as 2026-04-01, 2026/4/1, 20260401, 2026年4月1日, 令和8年4月1日, R8.4.1 and the like.

    Full-width and Chinese numerals are read; a weekday in brackets is checked; a time is allowed only
    where it is 0:00. Raises BadDate, which says what would be right.
    """
    plain = _tidied(text)
    day, rest = _leading_day(plain, text)
    if rest:
        time = _TIME.fullmatch(rest)
        if time is None or time["offset"] or _since_midnight(time, text):
            raise _not_a_date(text)
    return day


def parse_instant(text: str) -> datetime:
    """A day, or a day and a time, as a UTC time; Japan Standard Time where no offset is written.

    24:00 is the end of the day. Raises BadDate.
    """
    plain = _tidied(text)
    day, rest = _leading_day(plain, text)
    if not rest:
        return jst_midnight(day)
    time = _TIME.fullmatch(rest)
    if time is None:
        raise _not_a_date(text)
    try:
        local = datetime.combine(day, datetime.min.time(), _zone(time["offset"], text))
        return (local + _since_midnight(time, text)).astimezone(timezone.utc)
    except OverflowError:
        raise _not_a_date(text) from None


def jst_midnight(day: date) -> datetime:
    """The instant at which a day begins in Japan, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=JST).astimezone(timezone.utc)


def in_jst(instant: datetime) -> datetime:
    """The same instant on a clock in Japan; a time without a zone is a ValueError."""
    if instant.tzinfo is None:
        raise ValueError("a time without a time zone is no instant")
    return instant.astimezone(JST)


def account_expires(last_day: date) -> int:
    """The directory's accountExpires for an account that works to the end of ``last_day`` in Japan.

    Counted in 100 ns from 1601-01-01 UTC to 0:00 JST of the next day (MS-ADTS, accountExpires).
    """
    end = jst_midnight(last_day) + timedelta(days=1)
    ticks = (end - _TICKS_FROM) // timedelta(microseconds=1) * 10
    if ticks <= 0:
        raise BadDate(
            Text(
                f"the directory knows no day before 1601, not {last_day}",
                f"{last_day} はディレクトリで扱えない日付です",
            )
        )
    return ticks


def last_day_of(account_expires: int) -> date | None:
    """The last day in Japan on which an account with this accountExpires still works; None: no end."""
    if account_expires in (0, NEVER_EXPIRES):
        return None
    try:
        instant = _TICKS_FROM + timedelta(microseconds=(account_expires - 1) // 10)
        return in_jst(instant).date()
    except OverflowError:
        return None


def _tidied(text: str) -> str:
    """One spelling: half-width, no blanks, plain hyphens, Arabic numerals."""
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    plain = re.sub(r"(?<=\d)\s+(?=\d{1,2}[:時])", "T", plain.strip())
    return re.sub(rf"{_NUMERAL}+(?=[年月日時分秒])", _arabic, re.sub(r"\s+", "", plain))


def _arabic(match: re.Match[str]) -> str:
    numeral = match[0]
    if not set(numeral) & set("十百"):
        return "".join(str(_DIGITS.index(sign)) for sign in numeral)
    total = unit = 0
    for sign in numeral:
        if sign in "十百":
            total += (unit or 1) * (10 if sign == "十" else 100)
            unit = 0
        else:
            unit = _DIGITS.index(sign)
    return str(total + unit)


def _leading_day(plain: str, text: str) -> tuple[date, str]:
    match = _DAY.match(plain)
    if match is None:
        raise _not_a_date(text)
    month = int(match["m1"] or match["m2"] or match["m3"])
    day = int(match["d1"] or match["d2"] or match["d3"])
    if match["era"]:
        year = 1 if match["era_year"] == "元" else int(match["era_year"])
        found = era_day(era_named(match["era"].rstrip(".")), year, month, day)
    else:
        found = calendar_day(int(match["year"]), month, day)
    right = _WEEKDAYS[found.weekday()]
    if match["weekday"] and match["weekday"] != right:
        raise BadDate(
            Text(
                f"{found} is a {found:%A}, not ({match['weekday']})",
                f"{found} は{right}曜日です({match['weekday']}曜日ではありません)",
            )
        )
    return found, plain[match.end() :]


def _since_midnight(time: re.Match[str], text: str) -> timedelta:
    hour, minute = int(time["hour"]), int(time["minute"] or time["minute_ja"] or time["minute_c"] or 0)
    second = int(time["second"] or time["second_ja"] or time["second_c"] or 0)
    micro = int((time["fraction"] or "").ljust(6, "0")[:6])
    if minute > 59 or second > 59 or hour > (12 if time["half"] else 24):
        raise _no_such_time(text)
    if time["half"] == "午後":
        hour += 12
    passed = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
    if passed > timedelta(days=1):
        raise _no_such_time(text)
    return passed


def _zone(offset: str | None, text: str) -> timezone:
    if offset is None or offset.upper() == "JST":
        return JST
    if offset.upper() == "Z":
        return timezone.utc
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise _no_such_time(text)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if offset[0] == "-" else distance)


def _no_such_time(text: str) -> BadDate:
    return BadDate(Text(f"there is no such time: {text!r}", f"存在しない時刻です: {text!r}"))


def _not_a_date(text: str) -> BadDate:
    return BadDate(
        Text(
            f"cannot read {text!r} as a date; write 2026-04-01 or 令和8年4月1日",
            f"{text!r} を日付として読めません。2026-04-01 や 令和8年4月1日 のように記入してください",
        )
    )
