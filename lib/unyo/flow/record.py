"""Writing down how steps ended, once, and only by the worker that owns them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from unyo.core.canonical import digest, plain
from unyo.core.outcome import Outcome, StepResult
from unyo.flow.context import Owner
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Account, Step, StepState


def record(
    owner: Owner,
    results: Sequence[tuple[Step, StepResult]],
    now: datetime,
    retry_after: Sequence[float] = (),
) -> int:
    """Store the results in one transaction; how many were accepted.

    A result is refused where the step is no longer this owner's: whoever took it over will read the
    target again. A target that did not answer waits for its next try as long as ``retry_after`` has one.
    """
    accepted = 0
    with transaction.atomic():
        events: list[NewEvent] = []
        accounts: list[Account] = []
        for step, result in results:
            again = result.outcome is Outcome.UNREACHABLE and step.attempts <= len(retry_after)
            values = _put_off(now, retry_after[step.attempts - 1]) if again else _ended(result, now)
            mine = Step.objects.filter(pk=step.pk, owner=owner.name, state=StepState.RUNNING)
            if not mine.update(**values):
                events.append(NewEvent("step.result_refused", owner.name, step.job_id, step.pk))
                continue
            accepted += 1
            events.append(_event(step, result, owner, again))
            if result.outcome.is_good and step.lock.startswith("account:"):
                accounts.append(_account(step, result, now))
        Account.objects.bulk_create(
            accounts,
            update_conflicts=True,
            unique_fields=["staff_number"],
            update_fields=["state", "step", "seen_at"],
        )
        append(events, now)
    return accepted


def _ended(result: StepResult, now: datetime) -> dict[str, Any]:
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
    }


def _put_off(now: datetime, seconds: float) -> dict[str, Any]:
    due = now + timedelta(seconds=seconds)
    return {"state": StepState.WAITING, "owner": "", "lease_until": None, "due": due}


def _event(step: Step, result: StepResult, owner: Owner, again: bool) -> NewEvent:
    fields = {
        "lock": step.lock,
        "outcome": result.outcome,
        "code": result.code,
        "seen": None if result.seen is None else digest(result.seen),
        "attempt": step.attempts,
    }
    return NewEvent(
        "step.put_off" if again else "step.ended", owner.name, step.job_id, step.pk, plain(fields)
    )


def _account(step: Step, result: StepResult, now: datetime) -> Account:
    state = None if result.seen is None else plain(result.seen)
    return Account(staff_number=step.lock.removeprefix("account:"), state=state, step=step, seen_at=now)
