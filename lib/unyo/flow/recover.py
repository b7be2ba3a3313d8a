"""After a worker died: its steps go back into the queue, or are looked at and named."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from unyo.core.change import Change
from unyo.core.job_state import JobState
from unyo.flow.context import LEASE, Owner, Road
from unyo.flow.record import record
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState


def recover(road: Road, me: Owner) -> int:
    """Take over the running steps of dead workers; how many there were.

    A step of a job that goes on waits again and will be begun by reading its target. A step of a
    cancelled job is read once and gets the outcome that the target shows; nothing is written.
    """
    taken = _take_over(road, me)
    for job_id in sorted({step.job_id for step in taken}):
        job = Job.objects.get(pk=job_id)
        steps = [step for step in taken if step.job_id == job_id]
        if job.cancelled_by:
            _settle(road, me, job, steps)
        else:
            _put_back(road, me, job, steps)
    return len(taken)


def _take_over(road: Road, me: Owner) -> list[Step]:
    now = road.tools.clock.now()
    taken = []
    with transaction.atomic():
        for step in Step.objects.select_for_update().filter(state=StepState.RUNNING):
            if step.owner == me.name or not _is_abandoned(step, now):
                continue
            dead = step.owner
            step.owner = me.name
            Step.objects.filter(pk=step.pk).update(owner=me.name, lease_until=now + LEASE)
            append([NewEvent("step.taken_over", me.name, step.job_id, step.pk, {"from": dead})], now)
            taken.append(step)
    return taken


def _is_abandoned(step: Step, now: datetime) -> bool:
    """On this host the process itself tells; a lease would lie after a step of the clock."""
    owner = Owner.from_name(step.owner)
    if owner.is_on_this_host:
        return owner.is_dead
    return step.lease_until is None or step.lease_until < now


def _put_back(road: Road, me: Owner, job: Job, steps: list[Step]) -> None:
    now = road.tools.clock.now()
    with transaction.atomic():
        if job.state == JobState.RUNNING:
            job.move_to(JobState.INTERRUPTED)
            append([NewEvent("job.interrupted", me.name, job.pk, fields={"steps": len(steps)})], now)
        if job.state == JobState.INTERRUPTED:
            job.move_to(JobState.RUNNING)
        mine = Step.objects.filter(pk__in=[step.pk for step in steps], owner=me.name, state=StepState.RUNNING)
        mine.update(state=StepState.WAITING, owner="", lease_until=None)


def _settle(road: Road, me: Owner, job: Job, steps: list[Step]) -> None:
    runbook = road.find_runbook(job.runbook)
    results = runbook.settle([Change.from_json(step.change) for step in steps], road.tools)
    for step in steps:
        step.job = job
    record(me, list(zip(steps, results, strict=True)), road.tools.clock.now())
