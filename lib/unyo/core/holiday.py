"""Days on which offices of the state are closed by law: national holidays and the turn of the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from unyo.core.text import Text

FIRST_YEAR = 1949
LAST_YEAR = 2099
"""The years whose holidays are known; the day of an equinox is a forecast until the cabinet announces it."""


def national_holiday(day: date) -> Text | None:
    """The holiday's name, one-off and substitute holidays included; None on other days and unknown years."""
    return _holidays_of(day.year).get(day)


def turn_of_the_year(day: date) -> Text | None:
    """29 December to 3 January (Act on Holidays of Administrative Organs, article 1)."""
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return Text("the turn of the year", "年末年始の休日")
    return None


def weekend(day: date) -> Text | None:
    if day.weekday() < 5:
        return None
    return Text("a Saturday", "土曜日") if day.weekday() == 5 else Text("a Sunday", "日曜日")


@cache
def _holidays_of(year: int) -> Mapping[date, Text]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    # Imported here: it costs every command line 60 ms and few of them ask.
    from holidays.countries.japan import Japan

    english, japanese = Japan(years=year, language="en_US"), Japan(years=year, language="ja")
    return {day: Text(name, japanese[day]) for day, name in english.items()}
