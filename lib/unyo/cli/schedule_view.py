"""How schedules and their runs are shown, to people and to scripts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from unyo.cli.screen import Screen, show
from unyo.core.job_state import JobState
from unyo.core.schedule import CatchUp, Overlap, Run, Schedule, WhenClosed
from unyo.core.schedule_file import schedule_from, when_in_words
from unyo.core.schedule_runs import occurrences, warnings
from unyo.core.schedule_time import shown_instant
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import RunState, ScheduleRecord, ScheduleRun

LOOKED_BACK = timedelta(days=30)
_SKIPPED_SHOWN = 60

STATES = {
    RunState.QUEUED: Text("waits its turn", "順番待ち"),
    RunState.REQUESTED: Text("being planned", "計画中"),
    RunState.WAITING_APPROVAL: Text("waits for approval", "承認待ち"),
    RunState.STARTED: Text("started", "実施"),
    RunState.CAUGHT_UP: Text("caught up", "遅れて実施"),
    RunState.MERGED: Text("another run stands for it", "他の回に統合"),
    RunState.MISSED: Text("MISSED", "未実施"),
    RunState.SKIPPED: Text("skipped", "見送り"),
    RunState.PAUSED: Text("paused", "一時停止中"),
    RunState.FAILED_TO_PLAN: Text("FAILED: no plan", "計画失敗"),
    RunState.NOT_APPROVED: Text("not approved", "承認されず"),
}

POLICIES = {
    (WhenClosed, WhenClosed.ANYWAY.value): Text(
        "run on closed days, skip in blackouts", "閉庁日も実施、禁止期間は見送り"
    ),
    (WhenClosed, WhenClosed.PREVIOUS.value): Text("the day before", "前の開庁日に変更"),
    (WhenClosed, WhenClosed.NEXT.value): Text("the next day", "翌開庁日に変更"),
    (WhenClosed, WhenClosed.SKIP.value): Text("skip", "見送り"),
    (CatchUp, CatchUp.RUN_ONCE.value): Text("run once", "1 回だけ実施"),
    (CatchUp, CatchUp.RUN_ALL.value): Text("run all", "すべて実施"),
    (CatchUp, CatchUp.SKIP.value): Text("leave them missed", "実施しない"),
    (Overlap, Overlap.SKIP.value): Text("skip", "見送り"),
    (Overlap, Overlap.QUEUE.value): Text("wait", "終了を待って実施"),
    (Overlap, Overlap.ALLOW.value): Text("run all the same", "並行して実施"),
}
"""Keyed by (kind, value): members of different kinds may be equal as strings."""


def policy(choice: WhenClosed | CatchUp | Overlap) -> str:
    return show(POLICIES[type(choice), choice.value])


def coming(road: Road, record: ScheduleRecord, most: int) -> list[Run]:
    """The next runs, and those that are skipped between them."""
    schedule = schedule_from(record.content)
    found: list[Run] = []
    runs = occurrences(schedule.timetable, road.calendar(), road.tools.clock.now(), record.settled_until)
    for run in islice(runs, most + _SKIPPED_SHOWN):
        found.append(run)
        most -= run.at is not None
        if most == 0:
            break
    return found


def show_preview(screen: Screen, road: Road, record: ScheduleRecord, most: int) -> None:
    schedule = schedule_from(record.content)
    zone, runs, now = schedule.timetable.zone, coming(road, record, most), road.tools.clock.now()
    screen.line(f"{record.name}: {show(when_in_words(schedule.timetable.when))} ({zone.key})")
    screen.table(
        [Text("planned", "予定"), Text("runs at", "実施日時"), Text("why", "理由")],
        [
            (
                show(shown_instant(run.planned_for, zone)),
                show(shown_instant(run.at, zone)) if run.at else show(STATES[RunState.SKIPPED]),
                "\n".join(show(why) for why in run.reasons),
            )
            for run in runs
        ],
    )
    last = (runs[-1].turn if runs else now).astimezone(zone).date()
    found = warnings(schedule.timetable, road.calendar(), now.astimezone(zone).date(), last)
    for finding in found:
        screen.line(f"? {show(finding.text)}")
    screen.data(
        {
            **record_json(record, schedule),
            "runs": [run_json(run, zone) for run in runs],
            "warnings": [each.as_json() for each in found],
        }
    )


def run_json(run: Run, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "planned_for": run.planned_for,
        "at": run.at,
        "shown": shown_instant(run.turn, zone).as_json(),
        "reasons": [why.as_json() for why in run.reasons],
        "also": list(run.also),
    }


def record_json(record: ScheduleRecord, schedule: Schedule) -> dict[str, Any]:
    fields = ("name", "version", "owner", "reason", "created_at", "changed_at", "paused_at", "paused_by")
    more = ("ended_at", "approved_by", "approved_at", "approved_until", "approved_digest")
    return {
        **{name: getattr(record, name) for name in (*fields, *more)},
        **record.content,
        "digest": schedule.digest,
        "rule": when_in_words(schedule.timetable.when).as_json(),
        "ticket": record.ticket.number if record.ticket else None,
    }


def show_runs(screen: Screen, runs: Iterable[ScheduleRun], zone: ZoneInfo) -> None:
    runs = list(runs)
    if not runs:
        screen.say("no run yet", "実施履歴はまだありません")
        return
    screen.table(
        [Text("planned", "予定"), Text("state", "状態"), Text("job", "ジョブ"), Text("why", "理由")],
        [
            (
                show(shown_instant(run.planned_for, zone)),
                show(STATES[RunState(run.state)]),
                f"{run.job.number} {show(JobState(run.job.state).label)}" if run.job else "",
                "\n".join(show(Text.from_json(why)) for why in run.reasons),
            )
            for run in runs
        ],
    )


def past_json(run: ScheduleRun) -> dict[str, Any]:
    names = (
        "planned_for",
        "at",
        "state",
        "late",
        "reasons",
        "noticed_at",
        "not_before",
        "attempts",
        "version",
    )
    job = {"job": run.job_id, "job_state": run.job.state if run.job else None}
    return {name: getattr(run, name) for name in names} | job


def shown(instant: datetime | None, zone: ZoneInfo) -> str:
    return show(shown_instant(instant, zone)) if instant else ""
