"""Timetables from and to JSON, as the ledger keeps them, and their rules in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.risk import Limits
from unyo.core.schedule import CatchUp, Outside, Overlap, Schedule, Timetable, WhenClosed
from unyo.core.schedule_blackout import blackout_from
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_rule import BeforeMonthEnd, EveryWorkingDays, NthWorkingDay, When
from unyo.core.schedule_time import zone_named
from unyo.core.schedule_window import window_from
from unyo.core.text import Text


def when_from(values: Mapping[str, Any]) -> When:
    """The opposite of a rule's ``as_json``; BadInput for a number that no rule can have."""
    if "cron" in values:
        return Cron(str(values["cron"]))
    at = clock_from(str(values["at"]))
    if "nth_working_day" in values:
        n = int(values["nth_working_day"])
        if n == 0 or abs(n) > 31:
            raise _bad("--nth-working-day", "1 to 31", "1〜31")
        return NthWorkingDay(n, at)
    if "working_days_before_month_end" in values:
        days = int(values["working_days_before_month_end"])
        if not 0 <= days <= 60:
            raise _bad("--working-days-before-month-end", "0 to 60", "0〜60")
        return BeforeMonthEnd(days, at)
    n = int(values["every_working_days"])
    if not 1 <= n <= 250:
        raise _bad("--every-working-days", "1 to 250", "1〜250")
    return EveryWorkingDays(n, date.fromisoformat(str(values["since"])), at)


def clock_from(text: str) -> time:
    """HH:MM."""
    hour, colon, minute = text.strip().partition(":")
    try:
        if colon and hour.isdigit() and minute.isdigit() and len(minute) == 2:
            return time(int(hour), int(minute))
    except ValueError:
        pass
    raise _bad("--at", "a time of day, 02:00", "時刻(02:00 の形)")


def timetable_from(values: Mapping[str, Any]) -> Timetable:
    return Timetable(
        when=when_from(values["when"]),
        zone=zone_named(values["zone"]),
        when_closed=WhenClosed(values["when_closed"]),
        blackouts=tuple(blackout_from(text) for text in values["blackouts"]),
        windows=tuple(window_from(text) for text in values["windows"]),
        outside=Outside(values["outside"]),
    )


def schedule_from(values: Mapping[str, Any]) -> Schedule:
    return Schedule(
        runbook=values["runbook"],
        params=values["params"],
        timetable=timetable_from(values["timetable"]),
        catch_up=CatchUp(values["catch_up"]),
        overlap=Overlap(values["overlap"]),
        limits=Limits(**values["limits"]),
    )


def when_in_words(when: When) -> Text:
    if isinstance(when, Cron):
        return Text(f"cron {when.expression}", f"cron {when.expression}")
    at = f"{when.at:%H:%M}"
    if isinstance(when, NthWorkingDay):
        en = {1: "the first working day", -1: "the last working day"}.get(
            when.n, f"working day {when.n}" if when.n > 0 else f"working day {-when.n} from the end"
        )
        ja = {1: "第 1 開庁日", -1: "最終開庁日"}.get(
            when.n, f"第 {when.n} 開庁日" if when.n > 0 else f"末日から {-when.n} 番目の開庁日"
        )
        return Text(f"{en} of the month, {at}", f"毎月{ja} {at}")
    if isinstance(when, BeforeMonthEnd):
        return Text(
            f"{when.days} working days before the last one of the month, {at}",
            f"毎月最終開庁日の {when.days} 開庁日前 {at}",
        )
    return Text(
        f"every {when.n} working days from {when.since}, {at}", f"{when.since} から {when.n} 開庁日ごと {at}"
    )


def _bad(flag: str, en: str, ja: str) -> BadInput:
    return BadInput(
        "schedule.rule",
        Text("the value cannot be used", "その値は使えません"),
        Text(f"give {en}", f"{ja} を指定"),
        target=flag,
    )
