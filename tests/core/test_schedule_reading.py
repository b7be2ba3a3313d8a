"""What people write for a schedule is read, or the wrong part is named."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from unyo.core.errors import BadInput
from unyo.core.risk import Limits
from unyo.core.schedule import CatchUp, Outside, Overlap, Schedule, Timetable, WhenClosed
from unyo.core.schedule_blackout import blackout_from
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_file import clock_from, schedule_from, when_from, when_in_words
from unyo.core.schedule_rule import BeforeMonthEnd, EveryWorkingDays, NthWorkingDay, When
from unyo.core.schedule_time import zone_named
from unyo.core.schedule_window import window_from


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ("61 2 * * *", "minute"),
        ("0 25 * * *", "hour"),
        ("0 2 32 * *", "day of the month"),
        ("0 2 * 13 *", "month"),
        ("0 2 * * 8", "weekday"),
        ("0 2 30 2 *", "day of the month"),
        ("0 2 * * MON-", "weekday"),
        ("0 2 * *", "five fields, not 4"),
        ("0 0 2 * * *", "five fields, not 6"),
        ("@daily", "five fields, not 1"),
    ],
)
def test_the_wrong_field_of_cron_is_named(expression: str, field: str) -> None:
    with pytest.raises(BadInput, match="minute hour day month weekday") as caught:
        Cron(expression)
    assert field in caught.value.what.en
    assert caught.value.detail == expression


@pytest.mark.parametrize("name", ["Tokyo", "Asia/Tokio", "", "../etc/passwd", "Asia"])
def test_an_unknown_time_zone_is_refused_with_what_is_near(name: str) -> None:
    with pytest.raises(BadInput, match="time zone"):
        zone_named(name)


def test_a_misspelt_time_zone_shows_the_right_one() -> None:
    with pytest.raises(BadInput, match="near: Asia/Tokyo"):
        zone_named("Asia/Tokio")


@pytest.mark.parametrize(
    ("text", "first", "last", "yearly"),
    [
        ("2026-12-20..2027-01-05:年末", date(2026, 12, 20), date(2027, 1, 5), False),
        ("令和8年12月20日〜令和9年1月5日:年末", date(2026, 12, 20), date(2027, 1, 5), False),
        ("12-20..01-05:年末", date(2000, 12, 20), date(2000, 1, 5), True),
        (
            "2026-12-20T18:00..2026-12-21T06:00:停電 22:00 から",
            datetime(2026, 12, 20, 18),  # noqa: DTZ001
            datetime(2026, 12, 21, 6),  # noqa: DTZ001
            False,
        ),
    ],
)
def test_a_blackout_is_read_and_written_alike(text: str, first: date, last: date, yearly: bool) -> None:
    made = blackout_from(text)

    assert (made.first, made.last, made.yearly) == (first, last, yearly)
    assert blackout_from(str(made)) == made


@pytest.mark.parametrize(
    "text",
    ["2026-12-20", "2026-12-20..2027-01-05", "2027-01-05..2026-12-20:x", "13-01..01-05:x", "..:x", "a..b:c"],
)
def test_a_blackout_without_reason_or_sense_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="--blackout"):
        blackout_from(text)


def test_a_yearly_blackout_over_new_year_covers_both_ends() -> None:
    made = blackout_from("12-20..01-05:年末")
    covered = [date(2030, 12, 20), date(2030, 12, 31), date(2031, 1, 1), date(2031, 1, 5)]

    assert all(made.touches(day) for day in covered)
    assert not made.touches(date(2030, 12, 19))
    assert not made.touches(date(2031, 1, 6))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri 19:00-06:00", {0, 1, 2, 3, 4}),
        ("月-金 19:00-06:00", {0, 1, 2, 3, 4}),
        ("Sat,Sun 00:00-24:00", {5, 6}),
        ("Sat-Mon 00:00-24:00", {5, 6, 0}),
        ("daily 01:00-05:00", set(range(7))),
        ("土,日 1:00〜5:00", {5, 6}),
    ],
)
def test_a_window_is_read_and_written_alike(text: str, days: set[int]) -> None:
    made = window_from(text)

    assert made.weekdays == days
    assert window_from(str(made)) == made


@pytest.mark.parametrize(
    "text", ["Mon-Fri", "Mo 1:00-2:00", "Mon 25:00-26:00", "19:00", "Mon--Fri 1:00-2:00"]
)
def test_a_window_without_sense_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="--window"):
        window_from(text)


def test_a_window_of_the_whole_day_has_no_hole_at_midnight() -> None:
    made = window_from("Sat 00:00-24:00")

    assert made.contains(datetime(2026, 12, 5, 23, 59))  # noqa: DTZ001
    assert not made.contains(datetime(2026, 12, 6))  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2", "24:00", "2:5", "02:60", "", "noon"])
def test_a_time_of_day_is_hours_and_minutes(text: str) -> None:
    with pytest.raises(BadInput, match="--at"):
        clock_from(text)


@pytest.mark.parametrize(
    "values",
    [
        {"nth_working_day": 0, "at": "02:00"},
        {"nth_working_day": 40, "at": "02:00"},
        {"working_days_before_month_end": -1, "at": "02:00"},
        {"every_working_days": 0, "since": "2026-04-01", "at": "02:00"},
    ],
)
def test_numbers_that_no_month_has_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"schedule\.rule"):
        when_from(values)


RULES: list[When] = [
    Cron("0 2 * * 1"),
    NthWorkingDay(-1, time(2)),
    NthWorkingDay(3, time(2)),
    BeforeMonthEnd(5, time(23, 30)),
    EveryWorkingDays(10, date(2026, 4, 1), time(2)),
]


@pytest.mark.parametrize("when", RULES, ids=lambda when: type(when).__name__)
def test_a_schedule_comes_back_from_the_ledger_as_it_was(when: When) -> None:
    timetable = Timetable(
        when,
        ZoneInfo("Asia/Tokyo"),
        WhenClosed.PREVIOUS,
        (blackout_from("12-20..01-05:年末"),),
        (window_from("Mon-Fri 19:00-06:00"),),
        Outside.SKIP,
    )
    made = Schedule("policy.audit", {"everything": True}, timetable, CatchUp.SKIP, Overlap.QUEUE, Limits(5))

    assert schedule_from(made.as_json()) == made
    assert schedule_from(made.as_json()).digest == made.digest


def test_the_digest_moves_with_everything_that_is_approved() -> None:
    made = Schedule("policy.audit", {"everything": True}, Timetable(RULES[0], ZoneInfo("Asia/Tokyo")))
    others = [
        Schedule("policy.apply", made.params, made.timetable),
        Schedule(made.runbook, {"everything": False}, made.timetable),
        Schedule(made.runbook, made.params, Timetable(RULES[1], ZoneInfo("Asia/Tokyo"))),
        Schedule(made.runbook, made.params, Timetable(RULES[0], ZoneInfo("UTC"))),
        Schedule(made.runbook, made.params, made.timetable, limits=Limits(targets=5)),
    ]
    assert len({made.digest, *(other.digest for other in others)}) == 6


def test_rules_are_told_in_words() -> None:
    assert [when_in_words(when).ja for when in RULES] == [
        "cron 0 2 * * 1",
        "毎月最終開庁日 02:00",
        "毎月第 3 開庁日 02:00",
        "毎月最終開庁日の 5 開庁日前 23:30",
        "2026-04-01 から 10 開庁日ごと 02:00",
    ]
