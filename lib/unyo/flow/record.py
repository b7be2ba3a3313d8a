"""Writing down how steps ended, once, and only by the worker that owns them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from unyo.core.canonical import digest, plain
from unyo.core.outcome import Outcome, StepResult
from unyo.core.runbook import Pace
from unyo.flow.aftermath import note_sightings, remember
from unyo.flow.context import Owner
from unyo.flow.defer import at_deadline, leave_wave, may_wait, waiting_values
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Step, StepState


def record(
    owner: Owner, results: Sequence[tuple[Step, StepResult]], now: datetime, pace: Pace | None = None
) -> int:
    """Store the results in one transaction; how many were accepted.

    A result is refused where the step is no longer this owner's: whoever took it over will read the
    target again. With a ``pace``, a target that did not answer waits for its next try, and then leaves its
    wave; so does one that must restart.
    """
    accepted = 0
    with transaction.atomic():
        events: list[NewEvent] = []
        ended: list[tuple[Step, StepResult]] = []
        for step, came_back in results:
            values, kind, result = _fate(step, came_back, now, pace)
            mine = Step.objects.filter(pk=step.pk, owner=owner.name, state=StepState.RUNNING)
            if not mine.update(**values):
                events.append(NewEvent("step.result_refused", owner.name, step.job_id, step.pk))
                continue
            accepted += 1
            if pace is not None and kind == "step.waits":
                leave_wave(step, values, pace)
            # An event a look would fill the log with what everybody knows.
            if kind != "step.waits" or values["waiting_for"] != step.waiting_for:
                events.append(event_of(kind, step, result, owner.name))
            if kind == "step.ended":
                ended.append((step, result))
        remember(ended, now)
        note_sightings(ended, now)
        append(events, now)
    return accepted


def _fate(
    step: Step, result: StepResult, now: datetime, pace: Pace | None
) -> tuple[dict[str, Any], str, StepResult]:
    """The step's new values, the event's kind, and the result as it counts."""
    if pace is not None and result.outcome is Outcome.UNREACHABLE and step.attempts <= len(pace.retry_after):
        due = now + timedelta(seconds=pace.retry_after[step.attempts - 1])
        return {**_released(step, result), "due": due}, "step.put_off", result
    if pace is not None and may_wait(result, pace):
        waiting = waiting_values(step, result, now, pace)
        if waiting["deadline"] > now:
            return {**_released(step, result), **waiting}, "step.waits", result
        result = at_deadline(step, result)
    return ended_values(result, now), "step.ended", result


def _released(step: Step, result: StepResult) -> dict[str, Any]:
    unsure = step.unsure or not result.untouched
    return {"state": StepState.WAITING, "owner": "", "lease_until": None, "unsure": unsure}


def ended_values(result: StepResult, now: datetime) -> dict[str, Any]:
    """The columns of a step that has this end."""
    return {
        "state": StepState.ENDED,
        "outcome": result.outcome,
        "seen": None if result.seen is None else plain(result.seen),
        "code": result.code,
        "message": result.message.as_json() if result.message else None,
        "next_step": result.next_step.as_json() if result.next_step else None,
        "detail": result.detail,
        "ended_at": now,
        "lease_until": None,
        "waiting_for": "",
    }


def event_of(kind: str, step: Step, result: StepResult, actor: str) -> NewEvent:
    """The event that vouches for a step's end, its next try or its waiting."""
    fields = {
        "lock": step.lock,
        "outcome": result.outcome,
        "code": result.code,
        "seen": None if result.seen is None else digest(result.seen),
        "attempt": step.attempts,
    }
    return NewEvent(kind, actor, step.job_id, step.pk, plain(fields))


def end_waiting(ends: Sequence[tuple[Step, StepResult]], actor: str, now: datetime) -> None:
    """End steps that nobody is working on, one by one with their events; inside a transaction."""
    ended = [
        (step, result)
        for step, result in ends
        if Step.objects.filter(pk=step.pk, state=StepState.WAITING).update(**ended_values(result, now))
    ]
    remember(ended, now)
    append([event_of("step.ended", step, result, actor) for step, result in ended], now)
