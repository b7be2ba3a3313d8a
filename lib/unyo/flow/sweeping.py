"""Before the next canary: all terminals that are away leave their waves at once, not one after the other."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Min

from unyo.core.outcome import Outcome, StepResult
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.flow.answering import silent_among
from unyo.flow.context import Road
from unyo.flow.defer import DEFERRED, appoint_canary, waiting_values
from unyo.flow.record import event_of
from unyo.ledger.chain import append
from unyo.ledger.models import Job, Step, StepState, WaitingFor

_SILENT = StepResult(
    Outcome.UNREACHABLE,
    code="terminals.silent",
    message=Text("the terminal does not answer", "端末が応答しません"),
    next_step=Text("wait until it is switched on", "電源が入るのを待つ"),
    untouched=True,
)


def sweep(road: Road, job: Job, pace: Pace) -> None:
    """Once a canary was found away, ask every terminal of the job that has not been begun."""
    unfinished = Step.objects.filter(job=job).exclude(state=StepState.ENDED)
    wave = unfinished.aggregate(lowest=Min("wave"))["lowest"]
    if wave is None or wave == DEFERRED or not pace.canary:
        return
    away = unfinished.filter(wave=DEFERRED, waiting_for=WaitingFor.ANSWER)
    fresh = unfinished.filter(state=StepState.WAITING, started_at=None, wave__lt=DEFERRED)
    led = Step.objects.filter(job=job, wave=wave).count() <= pace.canary
    if not led or not fresh.filter(wave=wave).exists() or not away.exists():
        return
    silent = silent_among(list(fresh.order_by("order")), road.tools)
    now = road.tools.clock.now()
    with transaction.atomic():
        gone = []
        for step in silent:
            step.job = job
            values = waiting_values(step, _SILENT, now, pace)
            if Step.objects.filter(pk=step.pk, state=StepState.WAITING, started_at=None).update(**values):
                gone.append(step)
        append([event_of("step.waits", step, _SILENT, "unyo") for step in gone], now)
        led_away = next((step for step in gone if step.wave == wave), None)
        if led_away is not None:
            appoint_canary(led_away, pace)
