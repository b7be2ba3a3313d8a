"""Runs of schedules on the Japanese calendar: where each goes, why, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from unyo.core.schedule import Outside, Run, Timetable, WhenClosed
from unyo.core.schedule_blackout import blackout_from
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_rule import BeforeMonthEnd, EveryWorkingDays, NthWorkingDay, When
from unyo.core.schedule_runs import occurrences, warnings
from unyo.core.schedule_window import window_from
from unyo.core.text import Text
from unyo.core.worktime import WorkCalendar

TOKYO = ZoneInfo("Asia/Tokyo")
CALENDAR = WorkCalendar()
NIGHT = time(2, 0)


def timetable(
    when: When,
    when_closed: WhenClosed = WhenClosed.ANYWAY,
    *,
    blackouts: Sequence[str] = (),
    windows: Sequence[str] = (),
    outside: Outside = Outside.NEXT,
    zone: ZoneInfo = TOKYO,
) -> Timetable:
    periods = tuple(blackout_from(text) for text in blackouts)
    hours = tuple(window_from(text) for text in windows)
    return Timetable(when, zone, when_closed, periods, hours, outside)


def runs(made: Timetable, after: date, number: int, calendar: WorkCalendar = CALENDAR) -> list[Run]:
    begin = datetime.combine(after, time(), made.zone).astimezone(timezone.utc)
    return list(islice(occurrences(made, calendar, begin), number))


def starts(made: Timetable, after: date, number: int, calendar: WorkCalendar = CALENDAR) -> list[str]:
    """``01-04 02:00`` of each run, ``-`` where it is skipped."""
    found = runs(made, after, number, calendar)
    return [f"{run.at.astimezone(made.zone):%m-%d %H:%M}" if run.at else "-" for run in found]


def reasons(run: Run) -> str:
    return " / ".join(reason.ja for reason in run.reasons)


def test_the_first_working_day_after_new_year_is_the_fourth_and_says_why() -> None:
    made = timetable(NthWorkingDay(1, NIGHT))

    assert starts(made, date(2026, 12, 20), 3) == ["01-04 02:00", "02-01 02:00", "03-01 02:00"]
    assert "2027-01-01(金) 元日" in reasons(runs(made, date(2026, 12, 20), 1)[0])


def test_the_last_working_day_of_december_is_the_28th() -> None:
    (run,) = runs(timetable(NthWorkingDay(-1, NIGHT)), date(2026, 12, 1), 1)

    assert run.at == datetime(2026, 12, 27, 17, tzinfo=timezone.utc)
    assert "2026-12-31(木) 年末年始の休日" in reasons(run)


def test_working_days_before_the_end_of_a_month_may_lie_in_the_month_before() -> None:
    assert starts(timetable(BeforeMonthEnd(3, NIGHT)), date(2026, 12, 1), 2) == ["12-23 02:00", "01-26 02:00"]
    assert starts(timetable(BeforeMonthEnd(20, NIGHT)), date(2026, 12, 1), 1) == ["12-25 02:00"]


def test_a_month_without_an_nth_working_day_is_named_and_not_passed_over() -> None:
    found = runs(timetable(NthWorkingDay(22, NIGHT)), date(2026, 12, 1), 4)

    assert [run.at is None for run in found] == [True, True, True, False]
    assert "開庁日は 20 日" in reasons(found[0])


def test_every_fifth_working_day_counts_over_the_turn_of_the_year() -> None:
    made = timetable(EveryWorkingDays(5, date(2026, 12, 1), NIGHT))

    assert starts(made, date(2026, 12, 20), 3) == ["12-22 02:00", "01-04 02:00", "01-12 02:00"]


def test_the_ten_days_of_2019_become_one_run_that_stands_for_all() -> None:
    daily = Cron("0 2 * * *")
    after = runs(timetable(daily, WhenClosed.NEXT), date(2019, 4, 26), 2)[1]
    before = runs(timetable(daily, WhenClosed.PREVIOUS), date(2019, 4, 26), 2)[0]

    assert (after.at, before.at) == (
        datetime(2019, 5, 6, 17, tzinfo=timezone.utc),
        datetime(2019, 4, 25, 17, tzinfo=timezone.utc),
    )
    assert len(after.also) == len(before.also) == 10
    assert "天皇の即位の日" in reasons(after)


def test_sandwiched_days_move_behind_the_whole_gap() -> None:
    made = timetable(Cron("0 2 22 9 *"), WhenClosed.NEXT)
    (run,) = runs(made, date(2026, 9, 1), 1)

    assert starts(made, date(2026, 9, 1), 1) == ["09-24 02:00"]
    assert "国民の休日" in reasons(run)


def test_a_holiday_on_a_saturday_does_not_close_the_monday() -> None:
    """National Foundation Day of 2023: a yearly calendar of fixed dates gets the next year wrong."""
    made = timetable(Cron("0 2 11 2 *"), WhenClosed.NEXT)

    assert starts(made, date(2023, 1, 1), 2) == ["02-13 02:00", "02-13 02:00"]
    assert "建国記念の日" in reasons(runs(made, date(2024, 1, 1), 1)[0])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (WhenClosed.NEXT, ["02-01 02:00", "03-01 02:00"]),
        (WhenClosed.PREVIOUS, ["01-29 02:00", "02-26 02:00"]),
        (WhenClosed.SKIP, ["-", "-"]),
        (WhenClosed.ANYWAY, ["01-31 02:00", "02-28 02:00"]),
    ],
)
def test_a_closed_month_end_is_crossed_or_not_as_asked(rule: WhenClosed, expected: list[str]) -> None:
    assert starts(timetable(Cron("0 2 L * *"), rule), date(2027, 1, 10), 2) == expected


def test_cron_on_the_31st_runs_in_seven_months_and_the_preview_warns() -> None:
    made = timetable(Cron("0 2 31 * *"))

    assert starts(made, date(2027, 1, 1), 3) == ["01-31 02:00", "03-31 02:00", "05-31 02:00"]
    (warning,) = warnings(made, CALENDAR, date(2027, 1, 1), date(2027, 12, 31))
    assert warning.code == "schedule.short_months"


def test_a_leap_day_comes_every_four_years_and_not_in_2100() -> None:
    found = runs(timetable(Cron("0 2 29 2 *")), date(2092, 1, 1), 3)
    assert [run.planned_for.year for run in found] == [2092, 2096, 2104]


def test_years_without_holiday_data_are_warned_of() -> None:
    made = timetable(NthWorkingDay(1, NIGHT))
    (warning,) = warnings(made, CALENDAR, date(2099, 6, 1), date(2101, 6, 1))
    assert (warning.code, warning.where) == ("calendar.no_holidays", "2100-2101")


def test_an_own_closing_and_an_own_opening_day_count() -> None:
    moving = Text("the office moves", "庁舎移転")
    office = WorkCalendar(closing={date(2027, 2, 1): moving}, opening={date(2027, 2, 27): moving})

    assert starts(timetable(NthWorkingDay(1, NIGHT)), date(2027, 1, 20), 1, office) == ["02-02 02:00"]
    assert starts(timetable(NthWorkingDay(-1, NIGHT)), date(2027, 2, 1), 1, office) == ["02-27 02:00"]


def test_a_yearly_blackout_moves_runs_behind_it_every_year() -> None:
    made = timetable(Cron("0 2 25 12 *"), WhenClosed.NEXT, blackouts=["12-20..01-05:年末処理"])

    assert starts(made, date(2026, 12, 1), 2) == ["01-06 02:00", "01-06 02:00"]
    assert "実施禁止期間(年末処理)" in reasons(runs(made, date(2026, 12, 1), 1)[0])


def test_a_blackout_skips_even_what_runs_on_closed_days() -> None:
    made = timetable(Cron("0 2 * * *"), blackouts=["2026-12-26..2026-12-27:点検"])
    assert starts(made, date(2026, 12, 25), 4) == ["12-25 02:00", "-", "-", "12-28 02:00"]


def test_a_blackout_of_hours_blocks_only_them() -> None:
    made = timetable(
        Cron("0 * * * *"), WhenClosed.NEXT, blackouts=["2026-12-21T02:00..2026-12-21T04:00:停電"]
    )
    begin = datetime(2026, 12, 20, 16, 30, tzinfo=timezone.utc)
    found = list(islice(occurrences(made, CALENDAR, begin), 24))

    assert f"{found[0].planned_for.astimezone(TOKYO):%d %H:%M}" == "21 04:00"
    assert [len(run.also) for run in found if run.also] == [1, 1]


def test_a_run_outside_the_window_waits_for_its_opening_or_is_skipped() -> None:
    noon, night = Cron("0 12 * * 5"), ["Mon-Fri 19:00-06:00"]

    assert starts(timetable(noon, windows=night), date(2026, 12, 4), 1) == ["12-04 19:00"]
    assert starts(timetable(noon, windows=night, outside=Outside.SKIP), date(2026, 12, 4), 1) == ["-"]
    assert starts(timetable(Cron("0 3 * * 6"), windows=night), date(2026, 12, 4), 1) == ["12-05 03:00"]


def test_a_shift_back_and_a_window_do_not_chase_each_other() -> None:
    made = timetable(Cron("0 12 31 12 *"), WhenClosed.PREVIOUS, windows=["Mon-Fri 19:00-06:00"])
    assert starts(made, date(2026, 12, 1), 1) == ["12-28 19:00"]


def test_a_window_that_never_lies_on_an_open_day_is_named() -> None:
    made = timetable(Cron("0 12 * * 1"), WhenClosed.NEXT, windows=["Sat 01:00-05:00"])
    (run,) = runs(made, date(2026, 12, 1), 1)

    assert run.at is None
    assert "実施できる日時がありません" in reasons(run)


def test_the_clocks_of_summer_jump_over_a_run_and_it_says_so() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for rule in (Cron("30 2 * * *"), EveryWorkingDays(1, date(2026, 3, 2), time(2, 30))):
        office = WorkCalendar(opening={date(2026, 3, 29): Text("moving", "移転")})
        made = timetable(rule, zone=berlin)
        run = runs(made, date(2026, 3, 29), 1, office)[0]
        assert run.at == datetime(2026, 3, 29, 1, tzinfo=timezone.utc)
        assert "時計の切替" in reasons(run)


def test_an_hour_that_comes_twice_has_one_run() -> None:
    made = timetable(Cron("30 2 * * *"), zone=ZoneInfo("Europe/Berlin"))
    found = runs(made, date(2026, 10, 25), 2)

    assert [run.at for run in found] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc),
        datetime(2026, 10, 26, 1, 30, tzinfo=timezone.utc),
    ]
    # Asked within the second of the two hours, the first one's run does not come again.
    within = datetime(2026, 10, 25, 1, 10, tzinfo=timezone.utc)
    assert next(occurrences(made, CALENDAR, within)).at == found[1].at


def test_two_times_that_the_clocks_throw_together_are_one_run() -> None:
    made = timetable(Cron("0 2,3 * * *"), zone=ZoneInfo("Europe/Berlin"))
    found = runs(made, date(2026, 3, 29), 2)

    assert [run.at for run in found] == [
        datetime(2026, 3, 29, 1, tzinfo=timezone.utc),
        datetime(2026, 3, 30, 0, tzinfo=timezone.utc),
    ]
