"""Schedules at work: what is due becomes exactly one job each, with a kill or a second worker at any instant."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Exists, OuterRef, Q

from unyo.core.dates import in_jst
from unyo.core.errors import UnyoError
from unyo.core.job_state import JobState
from unyo.core.params import params_from_json
from unyo.core.risk import Risk
from unyo.core.schedule import CatchUp, Overlap, Schedule
from unyo.core.schedule_file import schedule_from
from unyo.core.schedule_time import shown_instant
from unyo.core.text import Text
from unyo.flow.context import Owner, Road
from unyo.flow.request import prepare_job
from unyo.flow.schedule_approval import standing_approval
from unyo.flow.schedule_notice import notice_all
from unyo.flow.unattended import ON_ITS_WAY, Agreed, Errand, carry_on, claim, end, look_after_waiting
from unyo.ledger.models import Job, RunState, ScheduleRun

log = logging.getLogger("unyo.flow")

_ENDED = [state.value for state in JobState if state.is_end]


def tick(road: Road, me: Owner) -> None:
    """Notice what is due, bring it on its way, and follow what waits for a person."""
    notice_all(road)
    errand = _errand(road)
    for row in _due(road):
        try:
            _bring_on(road, me, errand, row)
            # Planning may have taken long: what fell due meanwhile was not missed.
            notice_all(road)
        except UnyoError as error:
            # One schedule's trouble is not another's.
            log.warning("run not begun", extra={"code": error.code, "target": row.schedule.name})
    waiting = ScheduleRun.objects.filter(state=RunState.WAITING_APPROVAL).exclude(
        job__state=JobState.PLANNED, job__expires_at__gt=road.tools.clock.now()
    )
    look_after_waiting(road, errand, list(waiting.select_related("schedule", "job")))


def _due(road: Road) -> list[ScheduleRun]:
    """What is on its way, the oldest first."""
    now = road.tools.clock.now()
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    rows = ScheduleRun.objects.filter(ready, state__in=ON_ITS_WAY)
    return list(rows.select_related("schedule", "schedule__ticket", "job").order_by("at", "pk"))


def _bring_on(road: Road, me: Owner, errand: Errand[ScheduleRun], row: ScheduleRun) -> None:
    if row.state == RunState.QUEUED and _held_up(road, me, errand, row):
        return
    if claim(row, me, road.tools.clock.now()):
        carry_on(road, errand, row)


def _held_up(road: Road, me: Owner, errand: Errand[ScheduleRun], row: ScheduleRun) -> bool:
    """Whether a queued run must not begin: its schedule ended or paused meanwhile, or an earlier job runs."""
    record, schedule = row.schedule, schedule_from(row.schedule.content)
    if record.ended_at is not None:
        why = Text(f"{record.ended_by} ended the schedule", f"{record.ended_by} がスケジュールを終了しました")
        return _ended(road, me, errand, row, RunState.SKIPPED, why)
    if record.paused_at is not None:
        why = Text(f"paused by {record.paused_by}", f"{record.paused_by} が一時停止中")
        return _ended(road, me, errand, row, RunState.PAUSED, why)
    running = _unended_job_before(row)
    if running is None or schedule.overlap is Overlap.ALLOW:
        return False
    if schedule.overlap is Overlap.SKIP and not (row.late and schedule.catch_up is CatchUp.RUN_ALL):
        state = JobState(running.state)
        why = Text(
            f"{running.number} of an earlier run has not ended: {state}",
            f"前回の {running.number} が終わっていません({state.label.ja})",
        )
        return _ended(road, me, errand, row, RunState.SKIPPED, why)
    _give_way(road, me, errand, row, schedule)
    return True


def _unended_job_before(row: ScheduleRun) -> Job | None:
    others = ScheduleRun.objects.filter(schedule=row.schedule_id, job=OuterRef("pk")).exclude(pk=row.pk)
    return Job.objects.filter(Exists(others)).exclude(state__in=_ENDED).order_by("pk").first()


def _give_way(
    road: Road, me: Owner, errand: Errand[ScheduleRun], row: ScheduleRun, schedule: Schedule
) -> None:
    """A queue holds one run: an older one gives way to a newer, unless everything is to be caught up."""
    if schedule.catch_up is CatchUp.RUN_ALL:
        return
    newer = row.schedule.runs.filter(state=RunState.QUEUED, planned_for__gt=row.planned_for)
    later = newer.order_by("planned_for").first()
    if later is None:
        return
    shown = shown_instant(later.planned_for, schedule.timetable.zone)
    why = Text(f"the run of {shown.en} waits in its place", f"{shown.ja} の回が代わりに待機します")
    _ended(road, me, errand, row, RunState.SKIPPED, why)


def _ended(
    road: Road, me: Owner, errand: Errand[ScheduleRun], row: ScheduleRun, state: RunState, why: Text
) -> bool:
    if claim(row, me, road.tools.clock.now()):
        end(road, errand, row, state, [why])
    return True


def _errand(road: Road) -> Errand[ScheduleRun]:
    return Errand(
        events="schedule",
        named=_named,
        job_of=lambda row: _job_of(road, row),
        agreed=lambda row, job: _agreed(road, row, job),
        begun=lambda row: RunState.CAUGHT_UP if row.late else RunState.STARTED,
    )


def _named(row: ScheduleRun) -> dict[str, Any]:
    return {"schedule": row.schedule.name, "planned_for": row.planned_for, "runs": 1, "late": row.late}


def _job_of(road: Road, row: ScheduleRun) -> Job:
    record = row.schedule
    runbook = road.find_runbook(record.runbook)
    planned = f"{in_jst(row.planned_for):%Y-%m-%d %H:%M}"
    return prepare_job(
        road,
        record.runbook,
        params_from_json(runbook.Params, record.content["params"]),
        record.owner,
        f"{record.reason} [{record.name} {planned}]",
        ticket=record.ticket.number if record.ticket else "",
    )


def _agreed(road: Road, row: ScheduleRun, job: Job) -> Agreed:
    """By rule for a ROUTINE plan, by the schedule's standing approval for a GUARDED one, within its limits."""
    schedule = schedule_from(row.schedule.content)
    counted = job.plan
    breaches = schedule.limits.breaches_of(counted["changes"], counted["removals"], counted["population"])
    passed = [Text.from_json(each) for each in counted["breaches"]] + [each.text for each in breaches]
    if passed:
        en, ja = "; ".join(each.en for each in passed), "、".join(each.ja for each in passed)
        return Agreed("", Text(f"the plan passes a limit: {en}", f"計画が上限を超えています: {ja}"))
    if job.risk == Risk.ROUTINE:
        return Agreed("rule:routine", Text("routine by rule", "定例(規則により承認)"))
    return standing_approval(row.schedule, schedule, road.tools.clock.now())
