"""Dates as people write them become days, or are refused with what would be right."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.dates import (
    NEVER_EXPIRES,
    BadDate,
    account_expires,
    era_text,
    in_jst,
    jst_midnight,
    last_day_of,
    parse_date,
    parse_instant,
)

FIRST_OF_APRIL = date(2026, 4, 1)
PRESENT_CALENDAR = st.dates(min_value=date(1873, 1, 1), max_value=date(2999, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "2026-04-01",
        "2026/4/1",
        "2026.4.1",
        "20260401",
        "2026年4月1日",
        "２０２６／０４／０１",
        "2026ー04ー01",
        " 2026 年 4 月 1 日 ",
        "令和8年4月1日",
        "令和 ８年 ４月 １日",
        "㋿8年4月1日",
        "R8.4.1",
        "r8.4.1",
        "R.8.4.1",
        "R08/04/01",
        "R080401",
        "令和八年四月一日",
        "二〇二六年四月一日",
        "令和8年4月1日(水)",
        "令和8年4月1日（水曜日）",
        "2026/04/01 0:00:00",
    ],
)
def test_every_usual_spelling_of_one_day_is_that_day(written: str) -> None:
    assert parse_date(written) == FIRST_OF_APRIL


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("明治45年7月30日", date(1912, 7, 30)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("昭和六十四年一月七日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H31.4.30", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("昭和三十九年十月十日", date(1964, 10, 10)),
        ("S39/10/10", date(1964, 10, 10)),
        ("令和6年2月29日", date(2024, 2, 29)),
        ("明治6年1月1日", date(1873, 1, 1)),
    ],
)
def test_eras_are_read_up_to_their_very_boundaries(written: str, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("平成32年4月1日", "令和2年4月1日"),
        ("平成31年5月1日", "令和元年5月1日"),
        ("令和元年4月30日", "平成31年4月30日"),
        ("昭和64年1月8日", "平成元年1月8日"),
        ("昭和元年12月24日", "大正15年12月24日"),
        ("大正元年7月29日", "明治45年7月29日"),
    ],
)
def test_a_day_outside_its_era_is_refused_with_the_right_name(written: str, right: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse_date(written)
    assert f"would be {right}" in refused.value.text.en
    assert f"正しくは{right}" in refused.value.text.ja


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("平成28年11月31日", "11月は30日まで"),
        ("2026-02-29", "2月は28日まで"),
        ("2026年13月1日", "13月はありません"),
        ("2026-04-00", "4月は30日まで"),
        ("令和0年4月1日", "最初の年は令和元年"),
        ("明治5年1月1日", "明治6年1月1日から"),
        ("0000-01-01", "0年はありません"),
        ("令和8年4月1日(木)", "水曜日です"),
    ],
)
def test_an_impossible_day_is_refused_with_its_reason(written: str, reason: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse_date(written)
    assert reason in refused.value.text.ja


@pytest.mark.parametrize(
    "written",
    [
        "",
        "4月1日",
        "4/1/2026",
        "26/4/1",
        "2026-4/1",
        "X8.4.1",
        "R8",
        "2026-04-01 9:00",
        "2026-04-01x",
        "令和百年",
        "あした",
    ],
)
def test_what_is_no_day_or_could_be_two_is_not_guessed(written: str) -> None:
    with pytest.raises(BadDate, match="cannot read"):
        parse_date(written)


@given(PRESENT_CALENDAR)
def test_every_day_reads_back_from_its_official_form(day: date) -> None:
    assert parse_date(era_text(day)) == day


@given(PRESENT_CALENDAR)
def test_every_day_reads_back_from_its_iso_form(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@given(st.text())
def test_any_text_at_all_is_a_day_or_a_bad_date(text: str) -> None:
    with contextlib.suppress(BadDate):
        parse_date(text)
    with contextlib.suppress(BadDate):
        parse_instant(text)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-04-01", "2026-03-31T15:00:00+00:00"),
        ("令和8年4月1日", "2026-03-31T15:00:00+00:00"),
        ("2026-04-01T00:00", "2026-03-31T15:00:00+00:00"),
        ("2026-04-01 9:30", "2026-04-01T00:30:00+00:00"),
        ("2026-04-01 09:30:15.25", "2026-04-01T00:30:15.250000+00:00"),
        ("20260401T0930", "2026-04-01T00:30:00+00:00"),
        ("2026-04-01T09:30Z", "2026-04-01T09:30:00+00:00"),
        ("2026-04-01T09:30+09:00", "2026-04-01T00:30:00+00:00"),
        ("2026-04-01T09:30-0500", "2026-04-01T14:30:00+00:00"),
        ("2026-04-01 09:30 JST", "2026-04-01T00:30:00+00:00"),
        ("2026年4月1日9時", "2026-04-01T00:00:00+00:00"),
        ("令和8年4月1日 午後3時15分", "2026-04-01T06:15:00+00:00"),
        ("令和8年4月1日午前九時三十分", "2026-04-01T00:30:00+00:00"),
        ("2026-03-31 24:00", "2026-03-31T15:00:00+00:00"),
    ],
)
def test_an_instant_is_japan_time_unless_it_says_otherwise(written: str, instant: str) -> None:
    assert parse_instant(written) == datetime.fromisoformat(instant)
    assert parse_instant(written).tzinfo is timezone.utc


@pytest.mark.parametrize(
    "written",
    [
        "2026-04-01 25:00",
        "2026-04-01 24:01",
        "2026-04-01 9:60",
        "2026-04-01 9",
        "2026-04-01T09:30+15:00",
        "x",
    ],
)
def test_an_impossible_time_is_refused(written: str) -> None:
    with pytest.raises(BadDate):
        parse_instant(written)


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(timezone.utc)))  # noqa: DTZ001
def test_an_instant_reads_back_from_its_iso_form(instant: datetime) -> None:
    assert parse_instant(instant.isoformat()) == instant


def test_a_day_begins_nine_hours_before_utc() -> None:
    assert jst_midnight(FIRST_OF_APRIL) == datetime(2026, 3, 31, 15, tzinfo=timezone.utc)
    assert in_jst(jst_midnight(FIRST_OF_APRIL)).isoformat() == "2026-04-01T00:00:00+09:00"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_jst(datetime(2026, 4, 1))  # noqa: DTZ001


def test_a_day_before_the_present_calendar_has_no_era_form() -> None:
    with pytest.raises(BadDate):
        era_text(date(1872, 12, 31))


def test_an_account_ends_when_its_last_day_in_japan_is_over() -> None:
    # 134194428000000000: [DateTime]::FromFileTimeUtc gives 2026-03-31T15:00:00Z.
    assert account_expires(date(2026, 3, 31)) == 134194428000000000


@given(st.dates(min_value=date(1601, 1, 2)))
def test_the_last_day_reads_back_from_the_directory(day: date) -> None:
    assert last_day_of(account_expires(day)) == day


@pytest.mark.parametrize("ticks", [0, NEVER_EXPIRES, NEVER_EXPIRES - 1])
def test_no_end_is_no_last_day(ticks: int) -> None:
    assert last_day_of(ticks) is None


def test_an_end_in_the_middle_of_a_day_still_counts_that_day() -> None:
    nine_hours = timedelta(hours=9) // timedelta(microseconds=1) * 10
    assert last_day_of(account_expires(date(2026, 3, 31)) + nine_hours) == FIRST_OF_APRIL


def test_the_directory_knows_no_day_before_its_epoch() -> None:
    with pytest.raises(BadDate):
        account_expires(date(1600, 1, 1))
