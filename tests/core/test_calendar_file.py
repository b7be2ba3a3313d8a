"""The office's calendar file becomes a calendar, or names the entry that is wrong."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
import yaml

from unyo.core.calendar_file import calendar_from
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.worktime import OfficeHours, WorkCalendar
from unyo.settings import shipped

FILE = """
hours: {opens: "08:30", closes: "17:15"}
closing:
  - {date: 2026-10-01, reason: {en: the office moves, ja: 庁舎移転}}
  - {date: 令和8年10月2日, reason: 庁舎移転}
opening:
  - {date: 2026-03-28, reason: 人事異動対応}
"""


def test_days_and_hours_are_read_in_both_calendars_and_both_languages() -> None:
    made = calendar_from(yaml.safe_load(FILE))
    assert made.closing == {
        date(2026, 10, 1): Text("the office moves", "庁舎移転"),
        date(2026, 10, 2): Text("庁舎移転", "庁舎移転"),
    }
    assert made.opening == {date(2026, 3, 28): Text("人事異動対応", "人事異動対応")}
    assert made.hours == OfficeHours(time(8, 30), time(17, 15))


def test_an_empty_file_is_the_usual_calendar() -> None:
    assert calendar_from({}) == WorkCalendar()


def test_the_shipped_file_is_the_usual_calendar() -> None:
    shipped_file = shipped("inventory") / "calendar" / "office.yml"
    assert calendar_from(yaml.safe_load(shipped_file.read_text(encoding="utf-8"))) == WorkCalendar()


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"closed": []}, "office.yml closed"),
        ({"closing": {"date": "2026-10-01"}}, "office.yml: closing"),
        ({"closing": ["2026-10-01"]}, "office.yml: closing [1]"),
        ({"closing": [{"date": "2026-10-01"}]}, "office.yml: closing [1]"),
        ({"closing": [{"date": "2026-11-31", "reason": "x"}]}, "office.yml: closing [1]"),
        ({"opening": [{"date": "2026-10-01", "reason": ""}]}, "office.yml: opening [1]"),
        ({"closing": [{"date": "2026-10-01", "reason": "x"}] * 2}, "office.yml: closing [2]"),
        (
            {
                "closing": [{"date": "2026-10-01", "reason": "x"}],
                "opening": [{"date": "2026-10-01", "reason": "y"}],
            },
            "office.yml 2026-10-01",
        ),
        ({"hours": {"opens": "25:00"}}, "office.yml: hours"),
        ({"hours": {"opens": "18:15", "closes": "09:30"}}, "office.yml: hours"),
        ({"hours": yaml.safe_load("{opens: 12:00, closes: 17:15}")}, "office.yml: hours"),
        ({"hours": {"lunch": "12:00"}}, "office.yml: hours"),
    ],
)
def test_a_wrong_entry_is_named(values: dict[str, Any], where: str) -> None:
    with pytest.raises(BadSetting) as refused:
        calendar_from(values, "office.yml")
    assert refused.value.target == where
