"""Office hours on working days: how much of them has passed, and when a promise is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from unyo.core.dates import JST, in_jst
from unyo.core.text import Text
from unyo.core.workdays import Rule, Shifted, WorkDays

__all__ = ["Deadline", "Measure", "OfficeHours", "Rule", "Shifted", "WorkCalendar"]


class Measure(StrEnum):
    """How a promise of n working days is counted: to the close of the nth day, or in office hours."""

    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """From opening to closing on one day, in Japan time."""

    opens: time = time(9, 30)
    closes: time = time(18, 15)

    @property
    def length(self) -> timedelta:
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise: the instant (UTC) it counts from, the instant it is due, and the closed days between."""

    counted_from: datetime
    due: datetime
    closed: tuple[tuple[date, Text], ...]


@dataclass(frozen=True)
class WorkCalendar(WorkDays):
    """One office's working days and its hours on each of them."""

    hours: OfficeHours = OfficeHours()

    def deadline(self, start: datetime, days: int, measure: Measure = Measure.DAYS) -> Deadline:
        """When something recognised or received at ``start`` is due, ``days`` working days later.

        What arrives while the office is closed counts from its next opening. By DAYS the day it counts
        from is not itself counted, and the close of the last day is due. By HOURS the due instant is
        when so many days' office hours have passed.
        """
        opened = self.next_open(start)
        if measure is Measure.DAYS:
            due = _at(self.add_working_days(in_jst(opened).date(), days), self.hours.closes)
        else:
            due = self.add_working_time(opened, days * self.hours.length)
        closed = self.closed_days(in_jst(start).date(), in_jst(due).date())
        return Deadline(opened, due, tuple(closed.items()))

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself during office hours, else the next opening; UTC."""
        local = in_jst(instant)
        day = local.date()
        if not self.is_working_day(day) or local.time() >= self.hours.closes:
            return _at(self.next_working_day(day), self.hours.opens)
        return max(instant.astimezone(timezone.utc), _at(day, self.hours.opens))

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The office hours that passed from ``start`` to ``end``; negative backwards."""
        if end < start:
            return -self.worked(end, start)
        total = timedelta(0)
        for day in self.working_days(in_jst(start).date(), in_jst(end).date()):
            opens, closes = _at(day, self.hours.opens), _at(day, self.hours.closes)
            total += max(min(end, closes) - max(start, opens), timedelta(0))
        return total

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant (UTC) by which ``amount`` of office hours has passed since ``start``."""
        if amount < timedelta(0):
            raise ValueError("working time is added, not taken away")
        opened = self.next_open(start)
        while True:
            closes = _at(in_jst(opened).date(), self.hours.closes)
            if amount <= closes - opened:
                return opened + amount
            amount -= closes - opened
            opened = self.next_open(closes)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, JST).astimezone(timezone.utc)
