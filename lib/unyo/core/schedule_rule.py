"""The instants that a schedule's rule names by itself: cron or working days; before any shift."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from unyo.core.dates import BadDate
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_time import Planned, planned_on, shown_day
from unyo.core.text import Text
from unyo.core.workdays import WorkDays

_END_OF_TIME = 9000


@dataclass(frozen=True, slots=True)
class NthWorkingDay:
    """The nth working day of every month; -1 is the last one."""

    n: int
    at: time

    def planned(self, days: WorkDays, zone: ZoneInfo, after: datetime) -> Iterator[Planned]:
        """What falls due after an instant, in order; so for every rule."""
        for first, last in _months_from(after.astimezone(zone).date()):
            try:
                day = days.nth_working_day(first.year, first.month, self.n)
                found = planned_on(day, self.at, zone, self._passed_over(days, day, first, last))
            except BadDate as error:
                found = Planned(planned_on(last, self.at, zone).instant, (error.text,), missing=True)
            if found.instant > after:
                yield found

    def _passed_over(self, days: WorkDays, day: date, first: date, last: date) -> tuple[Text, ...]:
        """The closed days at the month's edge that made this the first or last working day."""
        if self.n == 1:
            return _closed(days, first, day)
        return _closed(days, day, last) if self.n == -1 else ()

    def as_json(self) -> dict[str, Any]:
        return {"nth_working_day": self.n, "at": f"{self.at:%H:%M}"}


@dataclass(frozen=True, slots=True)
class BeforeMonthEnd:
    """So many working days before the last working day of every month."""

    days: int
    at: time

    def planned(self, days: WorkDays, zone: ZoneInfo, after: datetime) -> Iterator[Planned]:
        for first, last in _months_from(after.astimezone(zone).date()):
            try:
                day = days.before_month_end(first.year, first.month, self.days)
                found = planned_on(day, self.at, zone)
            except BadDate as error:
                found = Planned(planned_on(last, self.at, zone).instant, (error.text,), missing=True)
            if found.instant > after:
                yield found

    def as_json(self) -> dict[str, Any]:
        return {"working_days_before_month_end": self.days, "at": f"{self.at:%H:%M}"}


@dataclass(frozen=True, slots=True)
class EveryWorkingDays:
    """Every nth working day, counted from ``since`` or the first working day after it."""

    n: int
    since: date
    at: time

    def planned(self, days: WorkDays, zone: ZoneInfo, after: datetime) -> Iterator[Planned]:
        day, yesterday = self.since, after.astimezone(zone).date() - timedelta(days=1)
        try:
            day = days.add_working_days(day, 0)
            passed = days.working_days_between(day, max(day, yesterday))
            day = days.add_working_days(day, passed // self.n * self.n)
            while day.year < _END_OF_TIME:
                found = planned_on(day, self.at, zone)
                if found.instant > after:
                    yield found
                day = days.add_working_days(day, self.n)
        except BadDate as error:
            # Nothing can follow a year without a working day.
            end = max(planned_on(day, self.at, zone).instant, after + timedelta(days=1))
            yield Planned(end, (error.text,), missing=True)

    def as_json(self) -> dict[str, Any]:
        return {"every_working_days": self.n, "since": str(self.since), "at": f"{self.at:%H:%M}"}


When = Cron | NthWorkingDay | BeforeMonthEnd | EveryWorkingDays


def _closed(days: WorkDays, first: date, last: date) -> tuple[Text, ...]:
    closed = days.closed_days(first, last)
    if not closed:
        return ()
    en = ", ".join(f"{shown_day(day).en} {why.en}" for day, why in closed.items())
    ja = "、".join(f"{shown_day(day).ja} {why.ja}" for day, why in closed.items())
    return (Text(f"closed: {en}", f"閉庁日: {ja}"),)


def _months_from(day: date) -> Iterator[tuple[date, date]]:
    """First and last day of this month and of every later one."""
    for number in range(day.year * 12 + day.month - 1, _END_OF_TIME * 12):
        year, month = number // 12, number % 12 + 1
        yield date(year, month, 1), date(year, month, months.monthrange(year, month)[1])
