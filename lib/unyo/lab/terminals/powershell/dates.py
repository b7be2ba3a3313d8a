"""[datetime] and [timespan]: reading them, writing them by .NET's format strings.

A Python datetime without zone is Kind Unspecified, one in UTC is Kind Utc, any other zone is Kind Local.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from unyo.lab.terminals.powershell.errors import cast_error

ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?\Z",
    re.IGNORECASE,
)
SLASHED = re.compile(
    r"(\d\d?)/(\d\d?)/(\d{4})(?:\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\s*([AP])M)?)?\Z", re.IGNORECASE
)
JAPANESE = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)(?:\s+(\d\d?):(\d\d)(?::(\d\d))?)?\Z")
TOKEN = re.compile(
    r"yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt|t|zzz|zz|z|K|'[^']*'|\\.|%.|.",
    re.DOTALL,
)
SPAN = re.compile(r"(-)?(?:(\d+)\.)?(\d+):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?\Z")
JST = timezone(timedelta(hours=9))
STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def parse_date(text: str) -> datetime:
    """[datetime]"text" by the invariant culture; a zone in the text makes the result local, as .NET does."""
    cleaned = text.strip()
    found = ISO.match(cleaned) or JAPANESE.match(cleaned)
    try:
        if found is not None:
            year, month, day, hour, minute, second, *rest = found.groups()
            fraction = int(((rest[0] if rest else None) or "0").ljust(7, "0")) // 10
            zone = _zone(rest[1]) if len(rest) > 1 and rest[1] else None
            value = datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                fraction,
                zone,
            )
            return value.astimezone(JST) if zone is not None else value
        found = SLASHED.match(cleaned)
        if found is not None:
            month, day, year, hour, minute, second, half = found.groups()
            hours = int(hour or 0)
            if half:
                hours = hours % 12 + (12 if half.lower() == "p" else 0)
            return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        pass
    raise cast_error(
        f'Cannot convert value "{text}" to type "System.DateTime". '
        'Error: "String was not recognized as a valid DateTime."'
    )


def _zone(text: str) -> timezone:
    if text.upper() == "Z":
        return timezone.utc
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def parse_span(text: str) -> timedelta:
    """[timespan]"d.hh:mm:ss.fff"; a bare number is days."""
    cleaned = text.strip()
    if cleaned.lstrip("-").isdigit():
        return timedelta(days=int(cleaned))
    found = SPAN.match(cleaned)
    if found is None:
        raise cast_error(
            f'Cannot convert value "{text}" to type "System.TimeSpan". '
            'Error: "String was not recognized as a valid TimeSpan."'
        )
    sign, days, hours, minutes, seconds, fraction = found.groups()
    value = timedelta(
        days=int(days or 0),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(7, "0")) // 10,
    )
    return -value if sign else value


def kind(value: datetime) -> str:
    """Utc, Local or Unspecified."""
    if value.tzinfo is None:
        return "Unspecified"
    return "Utc" if value.tzinfo is timezone.utc else "Local"


def local(value: datetime) -> datetime:
    """ToLocalTime(): a time of unknown kind counts as UTC."""
    return (value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)).astimezone(JST)


def universal(value: datetime) -> datetime:
    """ToUniversalTime(): a time of unknown kind counts as local."""
    return (value if value.tzinfo is not None else value.replace(tzinfo=JST)).astimezone(timezone.utc)


def ticks_apart(left: datetime, right: datetime) -> timedelta:
    """left - right, as .NET computes it: the clock faces, whatever their kinds."""
    return left.replace(tzinfo=None) - right.replace(tzinfo=None)


def format_date(value: datetime, pattern: str) -> str:
    """value.ToString(pattern), invariant culture."""
    if not pattern:
        pattern = "G"
    pattern = STANDARD.get(pattern, pattern) if len(pattern) == 1 else pattern
    return "".join(_date_part(value, token) for token in TOKEN.findall(pattern))


def _date_part(value: datetime, token: str) -> str:
    simple = DATE_PARTS.get(token)
    if simple is not None:
        return simple(value)
    if token[0] in "fF":
        digits = f"{value.microsecond:06}0"[: len(token)]
        return digits if token[0] == "f" else digits.rstrip("0")
    if token[0] in "zK":
        return _offset(value, token)
    if token[0] == "'":
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    if token[0] == "%":
        return _date_part(value, token[1:])
    return token


def _offset(value: datetime, token: str) -> str:
    if token == "K" and value.tzinfo is None:
        return ""
    if token == "K" and value.tzinfo is timezone.utc:
        return "Z"
    offset = value.utcoffset() if value.tzinfo is not None else JST.utcoffset(None)
    minutes = int((offset or timedelta()).total_seconds()) // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    if token in ("K", "zzz"):
        return f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{sign}{minutes // 60:02}" if token == "zz" else f"{sign}{minutes // 60}"


DATE_PARTS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda value: f"{value.year:04}",
    "yy": lambda value: f"{value.year % 100:02}",
    "MMMM": lambda value: MONTHS[value.month - 1],
    "MMM": lambda value: MONTHS[value.month - 1][:3],
    "MM": lambda value: f"{value.month:02}",
    "M": lambda value: str(value.month),
    "dddd": lambda value: DAYS[value.weekday()],
    "ddd": lambda value: DAYS[value.weekday()][:3],
    "dd": lambda value: f"{value.day:02}",
    "d": lambda value: str(value.day),
    "HH": lambda value: f"{value.hour:02}",
    "H": lambda value: str(value.hour),
    "hh": lambda value: f"{value.hour % 12 or 12:02}",
    "h": lambda value: str(value.hour % 12 or 12),
    "mm": lambda value: f"{value.minute:02}",
    "m": lambda value: str(value.minute),
    "ss": lambda value: f"{value.second:02}",
    "s": lambda value: str(value.second),
    "tt": lambda value: "AM" if value.hour < 12 else "PM",
    "t": lambda value: "A" if value.hour < 12 else "P",
}
