"""Cancelling one job or stopping everything: what has not begun is named, what has begun may end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome, StepResult
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.record import end_waiting
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState, WaitingFor

_RESUME = Text("run what was not reached: unyo jobs resume", "未実施分を実行: unyo jobs resume")


def stop_waiting_steps(job: Job, code: str, reason: Text, now: datetime) -> int:
    """End every waiting step: SKIPPED, or what its earlier tries have left; how many there were."""
    waiting = Step.objects.filter(job=job, state=StepState.WAITING)
    begun = list(waiting.exclude(started_at=None).select_related("job"))
    end_waiting([(step, _stopped(step, code, reason)) for step in begun], "unyo", now)
    skipped = len(begun) + waiting.update(
        state=StepState.ENDED,
        outcome=Outcome.SKIPPED,
        code=code,
        message=reason.as_json(),
        next_step=_RESUME.as_json(),
        ended_at=now,
    )
    if skipped:
        Job.objects.filter(pk=job.pk).update(stop_reason={"code": code, **reason.as_json()})
        fields = {"code": code, "skipped": skipped, "reason": reason.en}
        append([NewEvent("job.stopped", "unyo", job.pk, fields=fields)], now)
    return skipped


def _stopped(step: Step, code: str, reason: Text) -> StepResult:
    """The honest end of a step that was tried before: what may have been written is not called untouched."""
    outcome = Outcome.UNVERIFIED if step.unsure else Outcome.SKIPPED
    if step.waiting_for == WaitingFor.REBOOT:
        outcome = Outcome.PENDING_REBOOT
    seen = step.seen if outcome is Outcome.PENDING_REBOOT else None
    return StepResult(outcome, seen, code, reason, _RESUME)


def cancel(road: Road, job: Job, actor: str, reason: str) -> None:
    """Cancel a job. One that runs ends CANCELLED as soon as the steps under way have an outcome."""
    now = road.tools.clock.now()
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        append([NewEvent("job.cancel_asked", actor, job.pk, fields={"reason": reason})], now)
        if job.state in (JobState.RUNNING, JobState.INTERRUPTED):
            Job.objects.filter(pk=job.pk).update(cancelled_by=actor)
            text = Text(f"cancelled by {actor}: {reason}", f"{actor} が取消: {reason}")
            stop_waiting_steps(job, "job.cancelled", text, now)
        else:
            job.move_to(JobState.CANCELLED)
            Job.objects.filter(pk=job.pk).update(cancelled_by=actor, ended_at=now)


def emergency_stop(road: Road, actor: str, reason: str) -> list[Job]:
    """Cancel every job that runs or is about to; the jobs that were stopped."""
    active = [JobState.APPROVED, JobState.RUNNING, JobState.INTERRUPTED]
    jobs = list(Job.objects.filter(state__in=active).order_by("pk"))
    for job in jobs:
        cancel(road, job, actor, reason)
    return jobs
