"""Making a plan, storing it with its steps, and making it again to see whether the world has moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from unyo.core.canonical import plain
from unyo.core.errors import BadInput, Refused, UnyoError
from unyo.core.job_state import JobState
from unyo.core.params import params_from_json
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.resume import resumed_part
from unyo.flow.undo import undo_plan
from unyo.flow.waves import in_waves
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Origin, Step


def make_plan(road: Road, job: Job) -> Plan:
    """What the job would change now; reads live targets, writes nothing."""
    runbook = road.find_runbook(job.runbook)
    if job.origin == Origin.UNDO:
        return undo_plan(road, job, runbook)
    plan = runbook.plan(params_from_json(runbook.Params, job.params), road.tools)
    if job.origin == Origin.RESUME:
        plan = resumed_part(plan, job)
    return plan


def plan_job(road: Road, job: Job) -> Plan:
    """Plan a requested job: PLANNED, or REFUSED or ERRORED with the error in the ledger and raised."""
    runbook = road.find_runbook(job.runbook)
    try:
        plan = make_plan(road, job)
        _refuse_unusable(plan)
    except UnyoError as error:
        state = JobState.REFUSED if isinstance(error, (Refused, BadInput)) else JobState.ERRORED
        end_unplanned(road, job, state, error)
        raise
    store_plan(road, job, runbook, plan)
    return plan


def _refuse_unusable(plan: Plan) -> None:
    for finding in plan.refusals:
        raise Refused(
            finding.code,
            finding.text,
            Text(
                "mend it, then plan again; nothing was done", "原因を直して計画し直す。何も実行していません"
            ),
            target=finding.where or plan.runbook,
        )
    if not plan.changes and not plan.unchanged:
        raise BadInput(
            "plan.no_target",
            Text("no target matched; nothing was done", "対象が1件もありません。何も実行していません"),
            Text("check the parameters: unyo run --help", "指定内容を確認: unyo run --help"),
            target=plan.runbook,
        )


def end_unplanned(road: Road, job: Job, state: JobState, error: UnyoError) -> None:
    """End a requested job for which no plan could be made."""
    now = road.tools.clock.now()
    with transaction.atomic():
        job.move_to(state)
        job.error, job.ended_at = error.as_json(), now
        job.save(update_fields=["error", "ended_at"])
        append([NewEvent("job.not_planned", job.requester, job.pk, fields={"code": error.code})], now)


def store_plan(road: Road, job: Job, runbook: Runbook[Any], plan: Plan) -> None:
    """Store the plan, its digest and one waiting step per change, all or nothing."""
    now = road.tools.clock.now()
    start = max(now, job.not_before or now)
    with transaction.atomic():
        job.move_to(JobState.PLANNED)
        job.digest, job.risk, job.planned_at = plan.digest, plan.risk(runbook.risk), now
        job.expires_at = start + timedelta(hours=road.approval_hours)
        job.plan = summary(plan)
        job.save()
        Step.objects.bulk_create(_steps(job, runbook, plan), batch_size=500)
        fields = {"digest": job.digest, "risk": job.risk, "counts": plan.counts()}
        append([NewEvent("job.planned", job.requester, job.pk, fields=fields)], now)


def _steps(job: Job, runbook: Runbook[Any], plan: Plan) -> list[Step]:
    return [
        Step(
            job=job,
            order=order,
            wave=wave,
            due=change.due,
            lock=change.target.lock,
            label=change.target.label[:200],
            sort=change.sort,
            change=plain(change.as_json()),
        )
        for order, (wave, change) in enumerate(in_waves(plan.changes, runbook.pace), 1)
    ]


def summary(plan: Plan) -> dict[str, Any]:
    """What the job keeps of its plan beside the steps."""
    return {
        "population": plan.population,
        "counts": plan.counts(),
        "changes": len(plan.changes),
        "unchanged": len(plan.unchanged),
        "unchanged_keys": [target.lock for target in plan.unchanged],
        "removals": sum(change.removes for change in plan.changes),
        "not_undoable": sum(not change.undoable for change in plan.changes),
        "foreseen_share": plan.foreseen_share,
        "limits": plan.limits.as_json(),
        "breaches": [breach.text.as_json() for breach in plan.breaches],
        "findings": [finding.as_json() for finding in plan.findings],
        "usual_risk_raised": plan.risk(Risk.ROUTINE) is Risk.GRAVE,
    }
