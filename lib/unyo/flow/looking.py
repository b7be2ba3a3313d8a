"""Looking after steps that wait: whose terminal answers again, whose deadline has passed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from unyo.core.runbook import Pace
from unyo.flow.answering import silent_among
from unyo.flow.context import Road
from unyo.flow.defer import at_deadline, last_result, next_look
from unyo.flow.record import end_waiting
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState, WaitingFor


def look(road: Road, job: Job, pace: Pace) -> None:
    """End what is past its deadline; let go on what waits and whose target is back.

    Hundreds of terminals are asked at once whether they answer, which costs seconds; only those that do are
    worked on. A target of another kind is let go on without asking: its step finds out.
    """
    now = road.tools.clock.now()
    # Waiting for a reboot is over only when the terminal has been read, so a look at it is a step's work.
    away = Step.objects.filter(job=job, state=StepState.WAITING).exclude(waiting_for=WaitingFor.NOTHING)
    turn = away.filter(Q(due__lte=now) | Q(deadline__lte=now))
    if not turn.exists():
        return
    _end_late(job, now)
    steps = _taken(job, now, pace)
    if steps:
        silent = {step.pk for step in silent_among(steps, road.tools)}
        back = [step for step in steps if step.pk not in silent]
        _let_go_on(job, back, road.tools.clock.now())


def _end_late(job: Job, now: datetime) -> None:
    with transaction.atomic():
        late = Step.objects.select_for_update().filter(job=job, state=StepState.WAITING, deadline__lte=now)
        waiting = late.exclude(waiting_for=WaitingFor.NOTHING)
        ends = [(step, at_deadline(step, last_result(step))) for step in waiting]
        for step, _ in ends:
            step.job = job
        end_waiting(ends, "unyo", now)


def _taken(job: Job, now: datetime, pace: Pace) -> list[Step]:
    """The steps whose turn it is to be looked at; their next turn is set, so that nobody else looks too."""
    with transaction.atomic():
        waiting = Step.objects.select_for_update().filter(job=job, state=StepState.WAITING, due__lte=now)
        steps = list(waiting.exclude(waiting_for=WaitingFor.NOTHING).order_by("order"))
        for step in steps:
            step.due = next_look(step.waiting_since or now, now, pace)
            if step.deadline is not None:
                step.due = min(step.due, step.deadline)
        Step.objects.bulk_update(steps, ["due"], batch_size=200)
    return steps


def _let_go_on(job: Job, steps: list[Step], now: datetime) -> None:
    with transaction.atomic():
        waiting = Step.objects.filter(job=job, state=StepState.WAITING)
        for step in steps:
            values = {"due": now, "waiting_for": step.waiting_for}
            if step.waiting_for == WaitingFor.ANSWER:
                values["waiting_for"] = WaitingFor.NOTHING
            waiting.filter(pk=step.pk, waiting_for=step.waiting_for).update(**values)
        back = [step for step in steps if step.waiting_for == WaitingFor.ANSWER]
        append(
            [NewEvent("step.answered", "unyo", job.pk, step.pk, {"lock": step.lock}) for step in back], now
        )
