"""Working days (開庁日): which days they are, counting them, and where something on a closed day goes."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from unyo.core.dates import BadDate
from unyo.core.holiday import FIRST_YEAR, LAST_YEAR, national_holiday, turn_of_the_year, weekend
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 366


class Rule(StrEnum):
    """Where something goes that falls on a closed day."""

    PREVIOUS = "previous"
    NEXT = "next"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Shifted:
    """Where a day went and why; ``day`` is None where it is skipped, ``reason`` None where it stayed."""

    day: date | None
    reason: Text | None


@dataclass(frozen=True)
class WorkDays:
    """One office's days: the state's closed days, its own ``closing`` days, its own ``opening`` days.

    Both map a day to the reason. An opening day is worked even on a holiday.
    """

    closing: Mapping[date, Text] = field(default_factory=dict)
    opening: Mapping[date, Text] = field(default_factory=dict)

    def closed_because(self, day: date) -> Text | None:
        """Why the office is closed, or None on a working day."""
        if day in self.opening:
            return None
        return self.closing.get(day) or national_holiday(day) or turn_of_the_year(day) or weekend(day)

    def is_working_day(self, day: date) -> bool:
        return self.closed_because(day) is None

    def next_working_day(self, day: date) -> date:
        """The first working day after ``day``; BadDate where there is none within a year."""
        return self._search(day, _DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before ``day``; BadDate where there is none within a year."""
        return self._search(day, -_DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after ``day``, or before it for a negative count.

        ``day`` itself is not counted; a count of 0 gives ``day``, or the next working day if it is closed.
        """
        if count == 0 and not self.is_working_day(day):
            return self.next_working_day(day)
        for _ in range(abs(count)):
            day = self._search(day, _DAY if count > 0 else -_DAY)
        return day

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """The working days from ``first`` to ``last``, both included."""
        return (day for day in _days(first, last) if self.is_working_day(day))

    def closed_days(self, first: date, last: date) -> dict[date, Text]:
        """The closed days from ``first`` to ``last``, both included, with their reasons."""
        reasons = {day: self.closed_because(day) for day in _days(first, last)}
        return {day: reason for day, reason in reasons.items() if reason is not None}

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days ``end`` lies after ``start``: what add_working_days was given to get there."""
        if end < start:
            return -sum(1 for _ in self.working_days(end, start - _DAY))
        return sum(1 for _ in self.working_days(start, end)) - self.is_working_day(start)

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """The nth working day of a month, from 1; -1 is the last, -2 the one before it; BadDate beyond."""
        last = date(year, month, calendar.monthrange(year, month)[1])
        days = list(self.working_days(date(year, month, 1), last))
        if n == 0 or abs(n) > len(days):
            raise BadDate(
                Text(
                    f"{year}-{month:02} has {len(days)} working days, no number {n}",
                    f"{year}年{month}月の開庁日は {len(days)} 日です({n} 番目はありません)",
                )
            )
        return days[n - 1 if n > 0 else n]

    def last_working_day(self, year: int, month: int) -> date:
        return self.nth_working_day(year, month, -1)

    def before_month_end(self, year: int, month: int, days: int) -> date:
        """``days`` working days before the month's last working day."""
        return self.add_working_days(self.last_working_day(year, month), -days)

    def shift(self, day: date, rule: Rule) -> Shifted:
        """Where something planned for ``day`` goes, and why."""
        closed = self.closed_because(day)
        if closed is None:
            return Shifted(day, None)
        if rule is Rule.SKIP:
            return Shifted(
                None, Text(f"{day} is closed: {closed.en}; skipped", f"{day} は{closed.ja}のため実施しません")
            )
        moved = self.next_working_day(day) if rule is Rule.NEXT else self.previous_working_day(day)
        en, ja = ("next", "翌開庁日") if rule is Rule.NEXT else ("previous", "直前の開庁日")
        return Shifted(
            moved,
            Text(
                f"{day} is closed: {closed.en}; moved to the {en} working day, {moved}",
                f"{day} は{closed.ja}のため、{ja}の {moved} に変更します",
            ),
        )

    def warnings_for(self, first: date, last: date) -> list[Finding]:
        """What is not known about the days from ``first`` to ``last``: years without holiday data."""
        gaps = [
            (first.year, min(last.year, FIRST_YEAR - 1)),
            (max(first.year, LAST_YEAR + 1), last.year),
        ]
        return [_no_holidays(begin, end) for begin, end in gaps if begin <= end]

    def _search(self, day: date, step: timedelta) -> date:
        found = day
        for _ in range(_LONGEST_CLOSURE):
            try:
                found += step
            except OverflowError:
                break
            if self.is_working_day(found):
                return found
        raise BadDate(
            Text(
                f"no working day within a year of {day}; check the closing days",
                f"{day} から 1 年以内に開庁日がありません。休業日の設定を確認してください",
            )
        )


def _no_holidays(begin: int, end: int) -> Finding:
    years = str(begin) if begin == end else f"{begin}-{end}"
    return Finding(
        "calendar.no_holidays",
        Weight.ODD,
        Text(
            f"national holidays are not known for {years}; only weekends and the turn of the year are closed",
            f"{years} 年の祝日データがないため、土日と年末年始だけを休日として扱います",
        ),
        years,
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
