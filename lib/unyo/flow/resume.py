"""Going on with what failed or was not reached, in a new job that knows its parent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from unyo.core.canonical import plain
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.plan import Plan
from unyo.flow.context import Road
from unyo.flow.refusal import refused
from unyo.flow.request import active_operator, record_request
from unyo.ledger.models import Approval, Job, Origin, Step, StepState

UNFINISHED = [outcome.value for outcome in Outcome if not outcome.is_good]


def request_resume(road: Road, job: Job, requester: str, reason: str) -> Job:
    """A new job for the parent's unfinished targets; Refused while the parent runs or where all is done."""
    if not JobState(job.state).is_end:
        raise refused(job, "resume.running", "the job has not ended", "ジョブがまだ終わっていません")
    if not unfinished(job).exists():
        raise refused(job, "resume.nothing", "every step is done", "未完了のステップはありません")
    active_operator(requester)
    still_open = job.deadline is not None and job.deadline > road.tools.clock.now()
    return record_request(
        road,
        Job(
            deadline=job.deadline if still_open else None,
            runbook=job.runbook,
            params=job.params,
            origin=Origin.RESUME,
            parent=job,
            requester=requester,
            reason=reason or job.reason,
            ticket=job.ticket,
        ),
    )


def unfinished(job: Job) -> Any:
    """The steps of an ended job that are not as wanted."""
    return job.steps.filter(Q(outcome__in=UNFINISHED) | ~Q(state=StepState.ENDED))


def resumed_part(plan: Plan, job: Job) -> Plan:
    """The part of a fresh plan that concerns the parent's unfinished targets."""
    if job.parent is None:
        raise ValueError("a resumed job has a parent")
    locks = set(unfinished(job.parent).values_list("lock", flat=True))
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if change.target.lock in locks),
        unchanged=tuple(target for target in plan.unchanged if target.lock in locks),
    )


def approval_that_covers(job: Job) -> Approval | None:
    """The parent's approval, where every change of the resumed job stands unaltered in the approved plan.

    A target that was left half-way differs from the plan and needs a new approval.
    """
    if job.origin != Origin.RESUME or job.parent is None:
        return None
    approval = job.parent.approvals.filter(digest=job.parent.digest).order_by("-at").first()
    if approval is None:
        return None
    approved = {step.lock + str(step.due): plain(step.change) for step in Step.objects.filter(job=job.parent)}
    steps = Step.objects.filter(job=job)
    same = all(approved.get(step.lock + str(step.due)) == plain(step.change) for step in steps)
    return approval if same else None
