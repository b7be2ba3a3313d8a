"""Working days as Japanese offices count them, and the deadlines that follow from them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.dates import JST, BadDate, parse_instant
from unyo.core.text import Text
from unyo.core.worktime import Measure, OfficeHours, Rule, Shifted, WorkCalendar

MOVE = Text("the office moves", "庁舎移転")
USUAL = WorkCalendar()
OWN = WorkCalendar(closing={date(2026, 10, 1): MOVE}, opening={date(2026, 3, 28): MOVE})

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
COUNTS = st.integers(min_value=1, max_value=60)
INSTANTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([timezone.utc, JST, timezone(timedelta(hours=-5))]),
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 4, 30), "国民の休日"),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2019, 5, 2), "国民の休日"),
        (date(2019, 5, 6), "振替休日"),
        (date(2019, 10, 22), "即位礼正殿の儀が行われる日"),
        (date(2020, 7, 23), "海の日"),
        (date(2020, 7, 24), "スポーツの日"),
        (date(2020, 8, 10), "山の日"),
        (date(2021, 7, 22), "海の日"),
        (date(2021, 7, 23), "スポーツの日"),
        (date(2021, 8, 9), "振替休日"),
        (date(2026, 5, 6), "振替休日"),
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 9, 23), "秋分の日"),
        (date(2026, 12, 29), "年末年始の休日"),
        (date(2026, 12, 31), "年末年始の休日"),
        (date(2027, 1, 3), "年末年始の休日"),
        (date(2026, 4, 4), "土曜日"),
        (date(2026, 4, 5), "日曜日"),
    ],
)
def test_a_closed_day_says_why(day: date, name: str) -> None:
    reason = USUAL.closed_because(day)
    assert reason is not None
    assert name in reason.ja


@pytest.mark.parametrize(
    "day",
    [
        date(2020, 7, 20),  # the Marine Day that moved for the Olympic Games
        date(2020, 10, 12),
        date(2021, 7, 19),
        date(2021, 8, 11),
        date(2019, 12, 23),  # no longer the Emperor's birthday
        date(2026, 12, 28),
        date(2027, 1, 4),
        date(2018, 10, 22),
    ],
)
def test_a_day_that_was_or_looks_like_a_holiday_is_worked(day: date) -> None:
    assert USUAL.is_working_day(day)


def test_the_ten_days_of_2019_are_one_gap() -> None:
    assert USUAL.next_working_day(date(2019, 4, 26)) == date(2019, 5, 7)
    assert USUAL.previous_working_day(date(2019, 5, 7)) == date(2019, 4, 26)


def test_an_own_closing_day_is_closed_and_an_own_opening_day_is_worked() -> None:
    assert OWN.closed_because(date(2026, 10, 1)) == MOVE
    assert OWN.is_working_day(date(2026, 3, 28))
    assert not USUAL.is_working_day(date(2026, 3, 28))


def test_counting_steps_over_every_kind_of_closed_day() -> None:
    assert USUAL.add_working_days(date(2026, 9, 18), 1) == date(2026, 9, 24)
    assert USUAL.add_working_days(date(2026, 9, 24), -1) == date(2026, 9, 18)
    assert USUAL.add_working_days(date(2026, 12, 28), 3) == date(2027, 1, 6)
    assert OWN.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 2)


def test_counting_zero_days_stays_or_goes_to_the_next_working_day() -> None:
    assert USUAL.add_working_days(date(2026, 4, 1), 0) == date(2026, 4, 1)
    assert USUAL.add_working_days(date(2026, 4, 4), 0) == date(2026, 4, 6)


@given(DAYS, COUNTS)
def test_counting_days_undoes_adding_them(day: date, count: int) -> None:
    assert USUAL.working_days_between(day, USUAL.add_working_days(day, count)) == count


@given(DAYS, COUNTS)
def test_adding_lands_on_a_working_day_and_adds_up(day: date, count: int) -> None:
    landed = USUAL.add_working_days(day, count)
    assert USUAL.is_working_day(landed)
    assert USUAL.next_working_day(landed) == USUAL.add_working_days(day, count + 1)
    assert USUAL.add_working_days(landed, -count + 1) == USUAL.next_working_day(day)


@given(DAYS, COUNTS)
def test_counting_backwards_undoes_going_backwards(day: date, count: int) -> None:
    assert USUAL.working_days_between(day, USUAL.add_working_days(day, -count)) == -count


@given(DAYS)
def test_the_next_working_day_is_the_nearest(day: date) -> None:
    assert list(USUAL.working_days(day + timedelta(days=1), USUAL.next_working_day(day))) == [
        USUAL.next_working_day(day)
    ]


def test_days_of_a_month_count_from_either_end() -> None:
    assert USUAL.nth_working_day(2026, 1, 1) == date(2026, 1, 5)
    assert USUAL.nth_working_day(2026, 5, 3) == date(2026, 5, 8)
    assert USUAL.last_working_day(2026, 12) == date(2026, 12, 28)
    assert USUAL.before_month_end(2026, 12, 0) == date(2026, 12, 28)
    assert USUAL.before_month_end(2026, 12, 3) == date(2026, 12, 23)
    assert USUAL.nth_working_day(2026, 12, -4) == date(2026, 12, 23)


@pytest.mark.parametrize("n", [0, 20, -20])
def test_a_month_has_only_so_many_working_days(n: int) -> None:
    with pytest.raises(BadDate, match="18 working days"):
        USUAL.nth_working_day(2026, 5, n)


def test_what_falls_on_a_working_day_stays_without_a_reason() -> None:
    assert USUAL.shift(date(2026, 4, 1), Rule.NEXT) == Shifted(date(2026, 4, 1), None)


@pytest.mark.parametrize(
    ("rule", "day", "reason"),
    [
        (Rule.NEXT, date(2026, 9, 24), "2026-09-22 は国民の休日のため、翌開庁日の 2026-09-24 に変更します"),
        (
            Rule.PREVIOUS,
            date(2026, 9, 18),
            "2026-09-22 は国民の休日のため、直前の開庁日の 2026-09-18 に変更します",
        ),
        (Rule.SKIP, None, "2026-09-22 は国民の休日のため実施しません"),
    ],
)
def test_a_shift_says_where_it_goes_and_why(rule: Rule, day: date | None, reason: str) -> None:
    shifted = USUAL.shift(date(2026, 9, 22), rule)
    assert shifted.reason is not None
    assert (shifted.day, shifted.reason.ja) == (day, reason)


@pytest.mark.parametrize(
    ("recognised", "days", "due"),
    [
        ("2026-04-01 10:00", 1, "2026-04-02 18:15"),
        ("2026-04-01 18:14", 1, "2026-04-02 18:15"),
        ("2026-04-01 18:15", 1, "2026-04-03 18:15"),
        ("2026-04-01 08:00", 1, "2026-04-02 18:15"),
        ("2026-04-03 17:00", 1, "2026-04-06 18:15"),
        ("2026-04-04 12:00", 1, "2026-04-07 18:15"),
        ("2026-09-18 10:00", 3, "2026-09-28 18:15"),
        ("2026-12-28 16:00", 1, "2027-01-04 18:15"),
        ("2026-04-01T16:00Z", 1, "2026-04-03 18:15"),
    ],
)
def test_a_promise_in_days_is_due_at_the_close_of_the_last(recognised: str, days: int, due: str) -> None:
    assert USUAL.deadline(parse_instant(recognised), days).due == parse_instant(due)


@pytest.mark.parametrize(
    ("recognised", "days", "due"),
    [
        ("2026-04-01 10:00", 1, "2026-04-02 10:00"),
        ("2026-04-03 17:00", 1, "2026-04-06 17:00"),
        ("2026-04-04 12:00", 1, "2026-04-06 18:15"),
        ("2026-09-18 14:00", 3, "2026-09-28 14:00"),
    ],
)
def test_a_promise_in_hours_is_due_after_so_much_office_time(recognised: str, days: int, due: str) -> None:
    assert USUAL.deadline(parse_instant(recognised), days, Measure.HOURS).due == parse_instant(due)


def test_a_deadline_names_the_closed_days_it_stepped_over() -> None:
    deadline = USUAL.deadline(parse_instant("2026-09-18 10:00"), 1)
    assert [f"{day:%m-%d} {reason.ja}" for day, reason in deadline.closed] == [
        "09-19 土曜日",
        "09-20 日曜日",
        "09-21 敬老の日",
        "09-22 国民の休日",
        "09-23 秋分の日",
    ]
    assert deadline.counted_from == parse_instant("2026-09-18 10:00")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-04-01 10:00", "2026-04-01 11:30", 90),
        ("2026-04-01 17:15", "2026-04-02 10:30", 120),
        ("2026-04-03 18:00", "2026-04-06 09:31", 16),
        ("2026-04-04 00:00", "2026-04-05 24:00", 0),
        ("2026-04-01 00:00", "2026-04-01 24:00", 525),
        ("2026-04-01T00:30Z", "2026-04-01T01:30Z", 60),
        ("2026-03-31T23:00Z", "2026-04-01T00:31Z", 1),
    ],
)
def test_only_office_hours_of_working_days_pass(start: str, end: str, minutes: int) -> None:
    assert USUAL.worked(parse_instant(start), parse_instant(end)) == timedelta(minutes=minutes)
    assert USUAL.worked(parse_instant(end), parse_instant(start)) == -timedelta(minutes=minutes)


@given(INSTANTS, INSTANTS, INSTANTS)
def test_office_time_adds_up_over_any_instant_between(a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted([a, b, c])
    assert USUAL.worked(first, middle) + USUAL.worked(middle, last) == USUAL.worked(first, last)


@given(INSTANTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_office_time_added_is_office_time_passed(start: datetime, amount: timedelta) -> None:
    assert USUAL.worked(start, USUAL.add_working_time(start, amount)) == amount


@given(INSTANTS, COUNTS)
def test_both_measures_end_within_a_day_of_each_other(start: datetime, days: int) -> None:
    by_hours = USUAL.deadline(start, days, Measure.HOURS).due
    by_days = USUAL.deadline(start, days).due
    assert by_hours <= by_days
    assert USUAL.worked(by_hours, by_days) <= USUAL.hours.length


def test_other_office_hours_give_other_deadlines() -> None:
    early = WorkCalendar(hours=OfficeHours(time(8, 30), time(17, 15)))
    assert early.deadline(parse_instant("2026-04-01 17:30"), 1).due == parse_instant("2026-04-03 17:15")
    assert early.hours.length == timedelta(hours=8, minutes=45)


def test_office_time_is_not_taken_away() -> None:
    with pytest.raises(ValueError, match="not taken away"):
        USUAL.add_working_time(parse_instant("2026-04-01"), timedelta(minutes=-1))


def test_years_without_holiday_data_are_named_and_known_ones_are_not() -> None:
    assert USUAL.warnings_for(date(1949, 1, 1), date(2099, 12, 31)) == []
    before, after = USUAL.warnings_for(date(1947, 5, 1), date(2100, 1, 1))
    assert (before.where, after.where) == ("1947-1948", "2100")
    assert "2100 年の祝日データがない" in after.text.ja


@pytest.mark.parametrize("year", [1949, 2099])
def test_the_first_and_last_known_years_really_have_holidays(year: int) -> None:
    assert USUAL.closed_because(date(year, 11, 3)) is not None
    assert USUAL.closed_because(date(year, 5, 5)) is not None


def test_an_office_that_never_opens_is_an_error_not_an_endless_search() -> None:
    closed = WorkCalendar(closing={date(2026, 1, 1) + timedelta(days=n): MOVE for n in range(800)})
    with pytest.raises(BadDate, match="closing days"):
        closed.next_working_day(date(2026, 1, 1))
    with pytest.raises(BadDate):
        USUAL.next_working_day(date.max)


def test_holidays_are_not_loaded_before_somebody_asks() -> None:
    script = "import sys, unyo.core.worktime; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
