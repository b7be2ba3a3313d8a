"""Taking steps to work on: one transaction, one owner, one running step per target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.flow.context import LEASE, Owner
from unyo.flow.defer import DEADLINE, DEFERRED
from unyo.flow.stop import stop_waiting_steps
from unyo.flow.waves import is_canary
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState, WaitingFor

BAD = [outcome.value for outcome in Outcome if outcome.stops_waves]


def claim(job_id: int, owner: Owner, pace: Pace, now: datetime) -> list[Step]:
    """The next batch of steps of a running job, now owned by ``owner``; empty where none may start.

    Only steps of the lowest unfinished wave are given, only such as are due, and none whose target
    another job is working on; where that wave has none, those that have left theirs and whose target is
    back. Trips the stop rule where too much went wrong.
    """
    try:
        return _claim(job_id, owner, pace, now)
    except IntegrityError:
        # Another worker began a step on one of these targets in the same instant.
        return []


def _claim(job_id: int, owner: Owner, pace: Pace, now: datetime) -> list[Step]:
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state != JobState.RUNNING or job.cancelled_by:
            return []
        wave = _current_wave(job)
        if wave is None or _stop_rule_trips(job, wave, pace, now):
            return []
        steps = _free_steps(job, wave, now, pace.batch)
        if not steps and wave != DEFERRED and not _is_led(job, wave, pace):
            steps = _free_steps(job, DEFERRED, now, pace.batch)
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(
            state=StepState.RUNNING,
            owner=owner.name,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            unsure=True,
            started_at=now,
        )
        # To look whether a reboot has come is no beginning.
        begun = [step for step in steps if step.waiting_for != WaitingFor.REBOOT]
        append([_begun(step, owner) for step in begun], now)
    for step in steps:
        # ``unsure`` stays what it was: whether an earlier try may have written.
        step.job, step.state, step.owner, step.attempts = (
            job,
            StepState.RUNNING,
            owner.name,
            step.attempts + 1,
        )
    return steps


def _is_led(job: Job, wave: int, pace: Pace) -> bool:
    """Whether this wave is a canary that all others wait for."""
    return is_canary(Step.objects.filter(job=job, wave=wave).count(), wave, pace)


def _current_wave(job: Job) -> int | None:
    unfinished = Step.objects.filter(job=job).exclude(state=StepState.ENDED)
    lowest = unfinished.aggregate(lowest=Min("wave"))["lowest"]
    return None if lowest is None else int(lowest)


def _free_steps(job: Job, wave: int, now: datetime, most: int) -> list[Step]:
    due = Q(due__isnull=True) | Q(due__lte=now)
    busy = Step.objects.filter(state=StepState.RUNNING).values("lock")
    steps = Step.objects.filter(due, job=job, wave=wave, state=StepState.WAITING).exclude(lock__in=busy)
    if wave == DEFERRED:
        steps = _returned(steps)
    if connection.features.has_select_for_update_skip_locked:
        steps = steps.select_for_update(skip_locked=True)
    first_of_target: dict[str, Step] = {}
    for step in steps.order_by("order")[:most]:
        first_of_target.setdefault(step.lock, step)
    return list(first_of_target.values())


def _returned(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Of steps that have left their waves those whose turn it is: nothing earlier waits for the same target."""
    unfinished = Step.objects.exclude(state=StepState.ENDED)
    earlier = unfinished.filter(job=OuterRef("job"), lock=OuterRef("lock"), order__lt=OuterRef("order"))
    return steps.exclude(waiting_for=WaitingFor.ANSWER).exclude(Exists(earlier))


def _begun(step: Step, owner: Owner) -> NewEvent:
    fields = {"lock": step.lock, "attempt": step.attempts + 1}
    return NewEvent("step.begun", owner.name, step.job_id, step.pk, fields)


def _stop_rule_trips(job: Job, wave: int, pace: Pace, now: datetime) -> bool:
    begun = Step.objects.filter(Q(wave__lte=wave) | Q(wave=DEFERRED), job=job).order_by("wave")
    bad = Count("pk", filter=Q(outcome__in=BAD) & ~Q(code=DEADLINE))
    counted = begun.values("wave").annotate(size=Count("pk"), bad=bad).values_list("wave", "size", "bad")
    reason = _why_stop([WaveCount(*row) for row in counted], pace)
    if reason is not None:
        stop_waiting_steps(job, "job.stopped", reason, now)
    return reason is not None


class WaveCount(NamedTuple):
    """How large a wave is and how many of its steps went wrong so far."""

    wave: int
    size: int
    bad: int


def _why_stop(counts: Sequence[WaveCount], pace: Pace) -> Text | None:
    bad = sum(row.bad for row in counts)
    if bad > pace.stop_after:
        return Text(
            f"stop rule: {bad} steps went wrong, {pace.stop_after} are allowed",
            f"停止規則: 異常 {bad} 件(許容 {pace.stop_after} 件)",
        )
    for row in counts:
        if row.bad and is_canary(row.size, row.wave, pace):
            return Text("stop rule: the canary went wrong", "停止規則: 先行実施(カナリア)で異常")
        if row.size > 1 and row.wave != DEFERRED and row.bad > pace.stop_share * row.size:
            return Text(
                f"stop rule: {row.bad} of {row.size} steps of wave {row.wave} went wrong",
                f"停止規則: 第 {row.wave} 波 {row.size} 件中 {row.bad} 件で異常",
            )
    return None
