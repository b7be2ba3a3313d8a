"""Periods in which a schedule must not run, in one year or in every year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from unyo.core.dates import BadDate, parse_date
from unyo.core.errors import BadInput
from unyo.core.text import Text

_DAY = timedelta(days=1)
_LEAP_YEAR = 2000
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Blackout:
    """From ``first`` to ``last``: days (both included) or times without a zone (the last one excluded).

    ``yearly`` days lie in a leap year and count in every year; then the last may lie before the first.
    """

    first: date | datetime
    last: date | datetime
    reason: str
    yearly: bool = False

    def covers(self, local: datetime) -> bool:
        """``local`` is what a clock on the wall shows, without a zone."""
        if isinstance(self.first, datetime) and isinstance(self.last, datetime):
            return self.first <= local < self.last
        return self._covers_day(local.date())

    def touches(self, day: date) -> bool:
        """Whether any time of the day lies within."""
        if isinstance(self.first, datetime) and isinstance(self.last, datetime):
            begin = datetime.combine(day, time())
            return self.first < begin + _DAY and begin < self.last
        return self._covers_day(day)

    def _covers_day(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        first, last, this = ((each.month, each.day) for each in (self.first, self.last, day))
        return first <= this <= last if first <= last else this >= first or this <= last

    def __str__(self) -> str:
        """As ``blackout_from`` reads it."""
        form = (
            "%m-%d" if self.yearly else "%Y-%m-%dT%H:%M" if isinstance(self.first, datetime) else "%Y-%m-%d"
        )
        return f"{self.first.strftime(form)}..{self.last.strftime(form)}:{self.reason}"


def blackout_from(text: str) -> Blackout:
    """Read FROM..TO:reason; BadInput where it is not.

    Days: 2026-12-20, or 12-20 for every year. Times: 2026-12-20T18:00, on the clocks of the schedule's zone.
    """
    begin, _, rest = text.replace("〜", "..").partition("..")
    for colon in [match.start() for match in re.finditer("[:：]", rest)][::-1]:
        reason = rest[colon + 1 :].strip()
        period = _period(begin.strip(), rest[:colon].strip())
        if reason and period is not None:
            first, last, yearly = period
            if first > last and not yearly:
                raise _bad_blackout(text, Text("it ends before it begins", "終了が開始より前です"))
            return Blackout(first, last, reason, yearly)
    raise _bad_blackout(text, Text("the blackout is not understood", "実施禁止期間を解釈できません"))


def _period(begin: str, end: str) -> tuple[date, date, bool] | None:
    if (yearly := (_every_year(begin), _every_year(end))) and yearly[0] and yearly[1]:
        return yearly[0], yearly[1], True
    try:
        if "T" in begin and "T" in end:
            first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
            return None if first.tzinfo or last.tzinfo else (first, last, False)
        return parse_date(begin), parse_date(end), False
    except (BadDate, ValueError):
        return None


def _every_year(text: str) -> date | None:
    match = _MONTH_AND_DAY.fullmatch(text)
    try:
        return date(_LEAP_YEAR, int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def _bad_blackout(text: str, what: Text) -> BadInput:
    return BadInput(
        "schedule.blackout",
        what,
        Text(
            "write FROM..TO:reason; days 2026-12-20 or, every year, 12-20; times 2026-12-20T18:00",
            "「開始..終了:理由」と書く。日は 2026-12-20(毎年なら 12-20)、時刻は 2026-12-20T18:00",
        ),
        target="--blackout",
        detail=text,
    )
