"""Laws that hold for every timetable: nothing is lost, nothing runs where it must not, the order is right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from unyo.core.schedule import Outside, Timetable, WhenClosed
from unyo.core.schedule_blackout import Blackout
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_rule import BeforeMonthEnd, EveryWorkingDays, NthWorkingDay, When
from unyo.core.schedule_runs import occurrences, planned_occurrences
from unyo.core.schedule_time import Planned, planned_on
from unyo.core.schedule_window import Window
from unyo.core.worktime import WorkCalendar

ZONES = [ZoneInfo(n) for n in ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Apia", "UTC")]
CALENDAR = WorkCalendar()
TIMES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2033, 12, 31))
INSTANTS = st.datetimes(
    min_value=datetime(2018, 1, 1),  # noqa: DTZ001
    max_value=datetime(2033, 1, 1),  # noqa: DTZ001
    timezones=st.just(timezone.utc),
)
RULES: st.SearchStrategy[When] = st.one_of(
    st.builds(
        lambda minute, hour, day: Cron(f"{minute} {hour} {day} * *"),
        st.integers(0, 59),
        st.sampled_from(["*", "2", "3", "0,12", "23"]),
        st.sampled_from(["*", "1", "31", "L", "29-31"]),
    ),
    st.builds(NthWorkingDay, st.sampled_from([1, 2, 15, 22, -1, -3]), TIMES),
    st.builds(BeforeMonthEnd, st.integers(0, 25), TIMES),
    st.builds(EveryWorkingDays, st.integers(1, 20), DAYS, TIMES),
)
BLACKOUTS = st.one_of(
    st.builds(lambda day, n: Blackout(day, day + timedelta(n), "test"), DAYS, st.integers(0, 40)),
    st.just(Blackout(date(2000, 12, 20), date(2000, 1, 5), "test", yearly=True)),
)
WINDOWS = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES)
TIMETABLES = st.builds(
    Timetable,
    RULES,
    st.sampled_from(ZONES),
    st.sampled_from(WhenClosed),
    st.lists(BLACKOUTS, max_size=2).map(tuple),
    st.lists(WINDOWS, max_size=2).map(tuple),
    st.sampled_from(Outside),
)


@settings(max_examples=80, deadline=None)
@given(TIMETABLES, INSTANTS)
def test_every_planned_instant_is_in_exactly_one_run(timetable: Timetable, after: datetime) -> None:
    """No shift, merge, skip or clock change loses one or doubles one."""
    planned = [each.instant for each in islice(timetable.when.planned(CALENDAR, timetable.zone, after), 30)]
    found: list[datetime] = []
    # What is planned may end up to two years later, so enough runs are looked at, and then some.
    for run in islice(planned_occurrences(timetable, CALENDAR, after), 2000):
        found += [run.planned_for, *run.also]
        if set(planned) <= set(found):
            break
    assert set(planned) <= set(found)
    assert len(found) == len(set(found))


@settings(max_examples=80, deadline=None)
@given(TIMETABLES, INSTANTS)
def test_no_run_lies_where_it_must_not_and_every_move_has_a_reason(
    timetable: Timetable, after: datetime
) -> None:
    for run in islice(occurrences(timetable, CALENDAR, after), 15):
        if run.at != run.planned_for or run.also:
            assert run.reasons
        if run.at is None:
            continue
        local = run.at.astimezone(timetable.zone)
        wall = local.replace(tzinfo=None)
        assert not any(blackout.covers(wall) for blackout in timetable.blackouts)
        assert not timetable.windows or any(window.contains(wall) for window in timetable.windows)
        if timetable.when_closed is not WhenClosed.ANYWAY:
            assert CALENDAR.is_working_day(local.date())


@settings(max_examples=100, deadline=None)
@given(TIMETABLES, INSTANTS)
def test_runs_come_in_order_and_no_two_start_at_once(timetable: Timetable, after: datetime) -> None:
    found = list(islice(occurrences(timetable, CALENDAR, after), 15))
    turns = [run.turn for run in found]
    taking_place = [run.at for run in found if run.at is not None]

    assert turns == sorted(turns)
    assert all(turn > after for turn in turns)
    assert len(taking_place) == len(set(taking_place))


@settings(max_examples=80, deadline=None)
@given(TIMETABLES, INSTANTS, st.integers(0, 400))
def test_asking_later_tells_the_same_runs(timetable: Timetable, after: datetime, hours: int) -> None:
    """A worker that looks now and one that looked an hour ago agree, however the runs are shifted."""
    later = after + timedelta(hours=hours)
    until = later + timedelta(days=60)

    def seen(begin: datetime) -> list[datetime]:
        runs = occurrences(timetable, CALENDAR, begin, planned_after=after)
        return [run.planned_for for run in takewhile(lambda run: run.turn <= until, islice(runs, 2500))]

    now = seen(later)
    assert [each for each in seen(after) if each in set(now)] == now


@given(DAYS, TIMES, st.sampled_from(ZONES))
def test_a_local_time_becomes_an_instant_that_the_zone_knows(day: date, clock: time, zone: ZoneInfo) -> None:
    made: Planned = planned_on(day, clock, zone)
    shown = made.instant.astimezone(zone)

    assert (shown.date(), shown.time()) == (day, clock) or made.notes
    assert shown.replace(tzinfo=None) >= datetime.combine(day, clock)
