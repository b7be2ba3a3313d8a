"""Steps whose target is away or must restart: they leave their wave and wait, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from unyo.core.canonical import plain
from unyo.core.outcome import Outcome, StepResult
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState, WaitingFor

DEFERRED = 1_000_000
"""The number of the wave above all others, for steps that have left theirs."""

LONGEST_LOOK = timedelta(hours=1)
DEADLINE = "step.deadline"


def may_wait(result: StepResult, pace: Pace) -> bool:
    """Whether a step with this result waits instead of ending."""
    return pace.waits_hours > 0 and result.outcome in (Outcome.UNREACHABLE, Outcome.PENDING_REBOOT)


def waiting_values(step: Step, result: StepResult, now: datetime, pace: Pace) -> dict[str, Any]:
    """The columns of a step that waits from ``now`` on, or goes on waiting."""
    reboot = result.outcome is Outcome.PENDING_REBOOT or step.waiting_for == WaitingFor.REBOOT
    waiting_for = WaitingFor.REBOOT if reboot else WaitingFor.ANSWER
    begins = step.waiting_since is None or (reboot and step.waiting_for != WaitingFor.REBOOT)
    since = now if begins or step.waiting_since is None else step.waiting_since
    deadline = step.deadline or step.job.deadline or now + timedelta(hours=pace.waits_hours)
    seen = {} if result.seen is None else {"seen": plain(result.seen)}
    return {
        "wave": DEFERRED,
        "waiting_for": waiting_for,
        "waiting_since": since,
        "deadline": deadline,
        "due": min(next_look(since, now, pace), deadline),
        "code": result.code,
        "message": result.message.as_json() if result.message else None,
        "next_step": result.next_step.as_json() if result.next_step else None,
        "detail": result.detail,
        **seen,
    }


def next_look(since: datetime, now: datetime, pace: Pace) -> datetime:
    """The longer a target has been away, the rarer it is looked at: up to once an hour."""
    often = timedelta(seconds=pace.look_every)
    return now + max(often, min((now - since) / 8, LONGEST_LOOK))


def look_now(road: Road, operator: str, job: Job | None = None) -> int:
    """Let what waits fall due at once, of one job or of all; how many steps there were."""
    now = road.tools.clock.now()
    steps = Step.objects.filter(state=StepState.WAITING, waiting_since__isnull=False)
    if job is not None:
        steps = steps.filter(job=job)
    with transaction.atomic():
        count = steps.update(due=now)
        fields = {"steps": count}
        append([NewEvent("steps.looked_for", operator, job.pk if job else None, fields=fields)], now)
    return count


def leave_wave(step: Step, values: Mapping[str, Any], pace: Pace) -> None:
    """After ``step`` has left its wave: later steps of its target follow it, and a canary is replaced.

    A canary that only waits for its reboot has sung already.
    """
    if step.wave == DEFERRED:
        return
    waiting = Step.objects.filter(job=step.job_id, state=StepState.WAITING)
    later = waiting.filter(lock=step.lock, order__gt=step.order)
    later.update(wave=DEFERRED, deadline=values["deadline"])
    if values["waiting_for"] == WaitingFor.ANSWER:
        appoint_canary(step, pace)


def appoint_canary(gone: Step, pace: Pace) -> None:
    """Where nobody of the phase of ``gone`` has gone ahead yet, the next in turn leads in its place."""
    steps = Step.objects.filter(job=gone.job_id)
    if steps.filter(wave=gone.wave).count() >= pace.canary:
        return
    phase = steps.filter(change__phase=gone.change["phase"], change__due=gone.change["due"])
    if phase.filter(Q(state=StepState.ENDED) | Q(waiting_for=WaitingFor.REBOOT)).exists():
        return
    waiting = phase.filter(state=StepState.WAITING, wave__gt=gone.wave, wave__lt=DEFERRED)
    successor = waiting.order_by("order").first()
    if successor is not None:
        waiting.filter(pk=successor.pk).update(wave=gone.wave)


def at_deadline(step: Step, result: StepResult) -> StepResult:
    """The honest end of a step whose time to wait is over."""
    if result.outcome is Outcome.PENDING_REBOOT or step.waiting_for == WaitingFor.REBOOT:
        return replace(
            result,
            outcome=Outcome.PENDING_REBOOT,
            seen=step.seen if result.seen is None else result.seen,
            code=DEADLINE,
            message=Text(
                "written, but the terminal was not restarted by the deadline",
                "書込み済みですが、期限までに再起動されませんでした",
            ),
            next_step=Text(
                "have it restarted (unyo run terminals.restart), then unyo jobs resume",
                "再起動 (unyo run terminals.restart) してから unyo jobs resume を実行",
            ),
        )
    # What an earlier try may have written is not to be called untouched.
    outcome = Outcome.UNVERIFIED if step.unsure else Outcome.UNREACHABLE
    return replace(
        result,
        outcome=outcome,
        code=DEADLINE,
        message=Text("it did not answer until the deadline", "期限まで応答がありませんでした"),
        next_step=Text(
            "find out where the terminal is, then: unyo jobs resume",
            "端末の所在を確認してから unyo jobs resume を実行",
        ),
    )


def last_result(step: Step) -> StepResult:
    """What is known of a waiting step, as a result."""
    outcome = Outcome.PENDING_REBOOT if step.waiting_for == WaitingFor.REBOOT else Outcome.UNREACHABLE
    return StepResult(outcome, step.seen, detail=step.detail)
