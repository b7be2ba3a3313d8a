"""Questions to the ledger about schedules: by name, what came of their runs, what needs somebody."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from unyo.core.canonical import digest
from unyo.core.errors import NotFound
from unyo.core.text import Text
from unyo.core.workdays import WorkDays
from unyo.ledger.models import RunState, ScheduleRecord, ScheduleRun

GRACE = timedelta(minutes=10)
"""A run that starts within so much of its time is not late; beyond it no worker was there."""

LOST = (RunState.MISSED, RunState.FAILED_TO_PLAN, RunState.NOT_APPROVED)


def find_schedule(name: str) -> ScheduleRecord:
    """The living schedule of that name, else the last ended one; NotFound with what is near."""
    found = ScheduleRecord.objects.filter(name=name).order_by("-ended_at", "-pk")
    alive = found.filter(ended_at__isnull=True).first() or found.first()
    if alive is None:
        names = sorted(set(ScheduleRecord.objects.values_list("name", flat=True)))
        near = ", ".join(difflib.get_close_matches(name, names, 3, 0.4)) or ", ".join(names[:10]) or "-"
        raise NotFound(
            "schedule.unknown",
            Text("there is no such schedule", "その名前のスケジュールはありません"),
            Text(
                f"near: {near}; list them: unyo schedule list", f"近い名前: {near}。一覧: unyo schedule list"
            ),
            target=name,
        )
    return alive


def living() -> list[ScheduleRecord]:
    return list(ScheduleRecord.objects.filter(ended_at__isnull=True).order_by("name"))


class Account(NamedTuple):
    """How a schedule's runs went: the last one, and how many were lost since some instant."""

    last: ScheduleRun | None
    lost: int


def account_of(record: ScheduleRecord, since: datetime) -> Account:
    runs = record.runs.select_related("job")
    last = runs.exclude(state=RunState.MERGED).order_by("-planned_for").first()
    return Account(last, runs.filter(state__in=LOST, planned_for__gte=since).count())


def overdue(now: datetime) -> list[ScheduleRecord]:
    """Living schedules whose turn is over by more than the grace: no worker has looked at them."""
    late = ScheduleRecord.objects.filter(ended_at__isnull=True, next_at__lt=now - GRACE)
    return list(late.order_by("next_at"))


def lost_since(since: datetime) -> Sequence[ScheduleRun]:
    """Runs that did not take place, the newest first."""
    runs = ScheduleRun.objects.filter(state__in=LOST, planned_for__gte=since)
    return list(runs.select_related("schedule", "job").order_by("-planned_for"))


def calendar_digest(days: WorkDays) -> str:
    """Tells one calendar from another, the holidays' data included."""
    return digest(
        {
            "closing": {str(day): why.ja for day, why in days.closing.items()},
            "opening": [str(day) for day in sorted(days.opening)],
            "holidays": _holidays_version(),
        }
    )


@cache
def _holidays_version() -> str:
    from importlib.metadata import version

    return version("holidays")
