"""The clock of a promise: working time used, stopped only while nothing but absent terminals was waited for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from unyo.core.worktime import Measure, WorkCalendar


class Interval(NamedTuple):
    """From ``start`` until just before ``end``; UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """Within so many working days."""

    days: int
    measure: Measure = Measure.DAYS


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which one target did not answer, so that nothing could be done on it."""

    interval: Interval
    target: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count, and the targets that were waited for in it."""

    interval: Interval
    targets: tuple[str, ...]
    worktime: timedelta


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """``used`` is working time without the pauses; ``due`` has moved by them (None: nothing is promised)."""

    counted_from: datetime
    used: timedelta
    due: datetime | None
    promised: datetime | None
    pauses: tuple[Pause, ...]
    late: bool

    @property
    def paused(self) -> timedelta:
        return sum((pause.worktime for pause in self.pauses), timedelta(0))


def service_time(
    calendar: WorkCalendar,
    span: Interval,
    promised: datetime | None,
    waits: Sequence[Wait],
    busy: Iterable[Interval],
) -> ServiceTime:
    """The clock of what was received at ``span.start`` and solved, or looked at, at ``span.end``.

    It stands still while there are ``waits`` and nothing is ``busy``: one terminal that is away excuses
    nobody as long as there is other work to do.
    """
    idle = minus(joined(wait.interval for wait in waits), joined(busy))
    pauses = tuple(
        Pause(stop, _waited_for(stop, waits), calendar.worked(*stop))
        for stop in within(idle, span)
        if calendar.worked(*stop) > timedelta(0)
    )
    paused = sum((pause.worktime for pause in pauses), timedelta(0))
    used = calendar.worked(*span) - paused
    due = promised
    if promised is not None and paused:
        due = calendar.add_working_time(promised, paused)
    late = due is not None and span.end > due
    return ServiceTime(calendar.next_open(span.start), used, due, promised, pauses, late)


def _waited_for(stop: Interval, waits: Sequence[Wait]) -> tuple[str, ...]:
    touching = {
        wait.target for wait in waits if wait.interval.start < stop.end and stop.start < wait.interval.end
    }
    return tuple(sorted(touching))


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same times as few intervals, in order, none touching another."""
    found: list[Interval] = []
    for interval in sorted(interval for interval in intervals if interval.start < interval.end):
        if found and interval.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, interval.end))
        else:
            found.append(interval)
    return found


def minus(intervals: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """What is left of joined ``intervals`` without the joined ``taken`` ones."""
    left = list(intervals)
    for away in taken:
        left = [part for interval in left for part in _around(interval, away)]
    return left


def _around(interval: Interval, away: Interval) -> list[Interval]:
    before = Interval(interval.start, min(interval.end, away.start))
    after = Interval(max(interval.start, away.end), interval.end)
    return [part for part in (before, after) if part.start < part.end]


def within(intervals: Sequence[Interval], span: Interval) -> list[Interval]:
    """The parts of the intervals that lie in ``span``."""
    cut = (Interval(max(start, span.start), min(end, span.end)) for start, end in intervals)
    return [interval for interval in cut if interval.start < interval.end]
