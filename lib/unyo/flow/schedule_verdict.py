"""What becomes of runs that have fallen due: started, caught up, skipped, missed, by the schedule's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from unyo.core.schedule import CatchUp, Run, Schedule
from unyo.core.schedule_runs import Placing
from unyo.core.schedule_time import Planned, shown_instant
from unyo.core.text import Text
from unyo.core.workdays import WorkDays
from unyo.ledger.models import RunState, ScheduleRecord
from unyo.ledger.schedules import GRACE

MOST_LATE = 50
"""Of what a schedule that catches everything up has missed, so many of the newest are run."""


@dataclass
class Seen:
    """The runs whose turn has come and that have no row yet, and when the next turn comes.

    ``too_early`` ones were moved to before the schedule began, ``joined`` ones onto the run beside them.
    """

    due: list[Run] = field(default_factory=list)
    too_early: list[Run] = field(default_factory=list)
    joined: list[tuple[datetime, Run]] = field(default_factory=list)
    instants: set[datetime] = field(default_factory=set)
    next_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What becomes of one run, and why."""

    run: Run
    state: RunState
    late: bool = False
    not_before: datetime | None = None
    why: tuple[Text, ...] = ()


def decided(
    record: ScheduleRecord, schedule: Schedule, seen: Seen, now: datetime, days: WorkDays
) -> list[Verdict]:
    """One verdict for every run seen, and for every one that another stands for."""
    if record.paused_at is not None:
        why = Text(f"paused by {record.paused_by}", f"{record.paused_by} が一時停止中")
        return [Verdict(run, RunState.PAUSED, why=(why,)) for run in seen.due] + _merged(schedule, seen)
    found: list[Verdict] = []
    late: list[Run] = []
    on_time: list[Run] = []
    before = Text(
        "moved to before the schedule began", "スケジュール開始前の日時に変更されたため実施しません"
    )
    found += [Verdict(run, RunState.SKIPPED, why=(before,)) for run in seen.too_early]
    for run in seen.due:
        if run.at is None:
            found.append(Verdict(run, RunState.SKIPPED))
        else:
            (late if now - run.at > GRACE else on_time).append(run)
    found += _caught_up(schedule, late, on_time, seen.next_at, now, days)
    found += [Verdict(run, RunState.QUEUED) for run in on_time]
    return found + _merged(schedule, seen)


def _merged(schedule: Schedule, seen: Seen) -> list[Verdict]:
    found = []
    for instant, host in seen.joined:
        shown = shown_instant(host.planned_for, schedule.timetable.zone)
        why = Text(f"the run of {shown.en} stands for it", f"{shown.ja} の回にまとめました")
        found.append(Verdict(Run(instant, host.at), RunState.MERGED, why=(why,)))
    return found


def _caught_up(
    schedule: Schedule,
    late: Sequence[Run],
    on_time: Sequence[Run],
    next_at: datetime | None,
    now: datetime,
    days: WorkDays,
) -> list[Verdict]:
    """What becomes of runs that fell due while no worker was there, by the schedule's policy."""
    if not late:
        return []
    nobody = Text("no worker was at work", "ワーカーが停止していました")
    if schedule.catch_up is CatchUp.SKIP:
        return [Verdict(run, RunState.MISSED, late=True, why=(nobody,)) for run in late]
    begins = Placing(schedule.timetable, days).place(Planned(now), late=True)
    again = (nobody, *begins.reasons)
    if schedule.catch_up is CatchUp.RUN_ALL and begins.at is not None:
        queued, lost = late[-MOST_LATE:], late[:-MOST_LATE]
        stand_in = Text(f"more than {MOST_LATE} were missed", f"未実施が {MOST_LATE} 回を超えました")
    else:
        comes_first = bool(on_time) or begins.at is None or (next_at is not None and begins.at >= next_at)
        queued, lost = ([], late) if comes_first else (late[-1:], late[:-1])
        stand_in = Text("a later run stands for it", "後の回で代えます")
    return [
        *(Verdict(run, RunState.MISSED, late=True, why=(nobody, stand_in)) for run in lost),
        *(Verdict(run, RunState.QUEUED, late=True, not_before=begins.at, why=again) for run in queued),
    ]
