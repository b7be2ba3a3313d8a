"""Cron expressions in any time zone, with the field named that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from unyo.core.errors import BadInput
from unyo.core.schedule_time import Planned, jumped_over
from unyo.core.text import Text
from unyo.core.workdays import WorkDays


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields, understood as by Debian's cron; L, LW and #n besides."""

    expression: str

    def __post_init__(self) -> None:
        check_cron(self.expression)

    def planned(self, days: WorkDays, zone: ZoneInfo, after: datetime) -> Iterator[Planned]:
        for instant, same in groupby(self._instants(zone, after), key=lambda found: found[0]):
            yield Planned(instant, tuple(note for _, note in same if note is not None))

    def _instants(self, zone: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, Text | None]]:
        from cronsim import CronSim

        sim = CronSim(self.expression, after.astimezone(zone))
        for local in sim:
            instant = local.astimezone(timezone.utc)
            # Of an hour that comes twice the library names the first, which may be over already.
            if instant > after:
                stayed = local.hour in sim.hours and local.minute in sim.minutes
                yield instant, None if stayed else jumped_over(local)

    @property
    def skips_months(self) -> bool:
        """Whether only days are named that some months do not have."""
        from cronsim import CronSim

        sim = CronSim(self.expression, datetime(2000, 1, 1, tzinfo=timezone.utc))
        return sim.day_and and min(sim.days) > 28

    def as_json(self) -> dict[str, Any]:
        return {"cron": self.expression}


_FIELDS = {
    "minute": Text("the minute (first field)", "分(1 番目の欄)"),
    "hour": Text("the hour (second field)", "時(2 番目の欄)"),
    "day-of-month": Text("the day of the month (third field)", "日(3 番目の欄)"),
    "month": Text("the month (fourth field)", "月(4 番目の欄)"),
    "day-of-week": Text("the weekday (fifth field)", "曜日(5 番目の欄)"),
}


def check_cron(expression: str) -> None:
    """BadInput that names the field which is wrong."""
    from cronsim import CronSim, CronSimError

    count = len(expression.split())
    if count != 5:
        raise _bad_cron(
            expression, Text(f"cron has five fields, not {count}", f"cron は 5 欄です({count} 欄あります)")
        )
    try:
        CronSim(expression, datetime(2000, 1, 1, tzinfo=timezone.utc))
    except (CronSimError, AssertionError, ValueError) as error:
        field = _FIELDS.get(str(error).removeprefix("Bad "), Text("a field", "いずれかの欄"))
        wrong = Text(f"{field.en} cannot be used", f"{field.ja}の指定が使えません")
        raise _bad_cron(expression, wrong) from None


def _bad_cron(expression: str, what: Text) -> BadInput:
    return BadInput(
        "schedule.cron",
        what,
        Text(
            'minute hour day month weekday: "0 2 * * 1" is Mondays at 02:00',
            '分 時 日 月 曜日の順: "0 2 * * 1" は毎週月曜 02:00',
        ),
        target="--cron",
        detail=expression,
    )
