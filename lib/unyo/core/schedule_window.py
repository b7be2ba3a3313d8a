"""Maintenance windows: the weekly hours in which alone a schedule may run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from unyo.core.errors import BadInput
from unyo.core.text import Text

_DAY = timedelta(days=1)
_EN, _JA = ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "月火水木金土日"
_HOURS = re.compile(r"(.*?)\s*(\d{1,2}:\d\d)\s*[-~〜～]\s*(\d{1,2}:\d\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """Weekdays (0 is Monday) and hours; one that ends at or before its beginning ends on the next day."""

    weekdays: frozenset[int]
    opens: time
    closes: time

    def contains(self, local: datetime) -> bool:
        return any(begin <= local < end for begin, end in self._around(local, -1, 0))

    def next_opening(self, local: datetime) -> datetime:
        """The first beginning after a clock's time; without zone, as it was given."""
        return min(begin for begin, _ in self._around(local, 0, 7) if begin > local)

    def _around(self, local: datetime, first: int, last: int) -> list[tuple[datetime, datetime]]:
        found = []
        for offset in range(first, last + 1):
            day = local.date() + offset * _DAY
            if day.weekday() in self.weekdays:
                ends = day if self.closes > self.opens else day + _DAY
                found.append((datetime.combine(day, self.opens), datetime.combine(ends, self.closes)))
        return found

    def __str__(self) -> str:
        """As ``window_from`` reads it."""
        days = ",".join(_EN[day].title() for day in sorted(self.weekdays))
        return f"{days} {self.opens:%H:%M}-{self.closes:%H:%M}"


def window_from(text: str) -> Window:
    """Read ``Mon-Fri 19:00-06:00``, ``Sat,Sun 00:00-24:00``, ``月-金 19:00-06:00``, ``daily 01:00-05:00``."""
    match = _HOURS.fullmatch(text.strip())
    weekdays = _weekdays(match[1].lower().replace("〜", "-").replace("曜", "")) if match else None
    try:
        if match and weekdays:
            return Window(weekdays, _clock(match[2]), _clock(match[3]))
    except ValueError:
        pass
    raise BadInput(
        "schedule.window",
        Text("the maintenance window is not understood", "作業時間帯を解釈できません"),
        Text(
            'write "Mon-Fri 19:00-06:00" or "Sat,Sun 00:00-24:00"',
            "「Mon-Fri 19:00-06:00」「月-金 19:00-06:00」のように書く",
        ),
        target="--window",
        detail=text,
    )


def _clock(text: str) -> time:
    """24:00 is the midnight that ends the day."""
    hour, minute = map(int, text.split(":"))
    return time(0 if (hour, minute) == (24, 0) else hour, minute)


def _weekdays(text: str) -> frozenset[int] | None:
    if text in ("", "daily", "毎日"):
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        ends = [_weekday(name.strip()) for name in part.split("-")]
        if None in ends or len(ends) > 2:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {day % 7 for day in range(first, last + 1 + (7 if last < first else 0))}
    return frozenset(found)


def _weekday(name: str) -> int | None:
    if name in list(_JA):
        return _JA.index(name)
    return next((i for i, day in enumerate(_EN) if len(name) >= 3 and name.startswith(day)), None)
