"""The clock of a promise stands still only while nothing but absent terminals is waited for."""

from __future__ import annotations

from datetime import datetime, timedelta

from unyo.core.dates import JST
from unyo.core.service_time import Interval, Wait, joined, minus, service_time
from unyo.core.worktime import WorkCalendar

CALENDAR = WorkCalendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in July 2026 in Japan; the 13th is a Monday, the 20th a holiday."""
    return datetime(2026, 7, day, hour, minute, tzinfo=JST)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_without_waiting_the_office_hours_are_used() -> None:
    time = service_time(CALENDAR, Interval(at(13, 10), at(14, 10)), at(14, 18, 15), [], [])
    assert (time.used, time.pauses, time.late) == (hours(8.75), (), False)


def test_time_in_which_only_an_absent_terminal_was_waited_for_moves_the_due_time() -> None:
    wait = Wait(Interval(at(13, 12), at(14, 12)), "PC-0007")
    time = service_time(CALENDAR, Interval(at(13, 10), at(15, 10)), at(14, 18, 15), [wait], [])

    assert time.paused == hours(8.75)
    assert time.used == hours(17.5 - 8.75)
    assert time.due == at(15, 18, 15)
    assert time.pauses[0].targets == ("PC-0007",)


def test_other_work_keeps_the_clock_going() -> None:
    wait = Wait(Interval(at(13, 12), at(13, 16)), "PC-0007")
    busy = [Interval(at(13, 10), at(13, 13)), Interval(at(13, 14), at(13, 15))]
    time = service_time(CALENDAR, Interval(at(13, 10), at(13, 17)), None, [wait], busy)

    assert [pause.interval for pause in time.pauses] == [
        Interval(at(13, 13), at(13, 14)),
        Interval(at(13, 15), at(13, 16)),
    ]
    assert (time.used, time.due, time.late) == (hours(5), None, False)


def test_nights_and_holidays_pause_nothing() -> None:
    wait = Wait(Interval(at(17, 18, 30), at(21, 9)), "PC-0007")
    time = service_time(CALENDAR, Interval(at(17, 10), at(21, 12)), at(22, 18, 15), [wait], [])
    assert (time.pauses, time.due) == ((), at(22, 18, 15))


def test_what_was_done_too_late_is_late() -> None:
    assert service_time(CALENDAR, Interval(at(13, 10), at(15, 10)), at(14, 18, 15), [], []).late


def test_intervals_join_and_are_taken_from_each_other() -> None:
    first, second, third = (
        Interval(at(13, 1), at(13, 4)),
        Interval(at(13, 3), at(13, 6)),
        Interval(at(13, 8), at(13, 9)),
    )
    whole = joined([third, second, first])
    assert whole == [Interval(at(13, 1), at(13, 6)), third]
    assert minus(whole, [Interval(at(13, 2), at(13, 3)), Interval(at(13, 5), at(13, 10))]) == [
        Interval(at(13, 1), at(13, 2)),
        Interval(at(13, 3), at(13, 5)),
    ]
