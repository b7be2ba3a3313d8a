"""Turning a job of the ledger into the record that reports are made of, and writing the report."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from unyo.core.change import Change
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook, StepEnd
from unyo.core.text import Language, Text
from unyo.ledger.models import Event, Job, Step
from unyo.reports.record import ApprovalRecord, EventRecord, JobRecord, StepRecord


def job_record(job: Job, runbook: Runbook[Any], organisation: str = "") -> JobRecord:
    """The whole job as plain rows, with what its runbook tells of them."""
    rows = list(job.steps.order_by("order"))
    approvals = tuple(
        ApprovalRecord(a.approver, a.at, a.reason, a.digest, Risk(a.risk))
        for a in job.approvals.order_by("at")
    )
    events = Event.objects.filter(job_id=job.pk).order_by("seq")
    plan: dict[str, Any] = job.plan
    return JobRecord(
        id=job.number,
        runbook=job.runbook,
        title=runbook.title,
        requester=job.requester,
        reason=job.reason,
        state=JobState(job.state),
        digest=job.digest,
        requested=job.requested_at,
        population=int(plan.get("population", 0)),
        steps=tuple(_step(step) for step in rows),
        tables=tuple(runbook.tables([step_end(step) for step in rows])),
        ticket=job.ticket.number if job.ticket else "",
        risk=Risk(job.risk) if job.risk else None,
        planned=job.planned_at,
        approved=approvals[-1].at if approvals else None,
        started=job.started_at,
        ended=job.ended_at,
        unchanged=tuple(plan.get("unchanged_keys", ())),
        breaches=tuple(Text.from_json(item) for item in plan.get("breaches", ())),
        findings=tuple(Finding.from_json(item) for item in plan.get("findings", ())),
        approvals=approvals,
        events=tuple(EventRecord(e.seq, e.at, e.kind, e.actor, e.hash, e.step_id) for e in events),
        parent=job.parent.number if job.parent else "",
        origin=job.origin,
        stop_reason=Text(job.stop_reason["en"], job.stop_reason["ja"]) if job.stop_reason else None,
        organisation=organisation,
    )


def _step(step: Step) -> StepRecord:
    change = Change.from_json(step.change)
    return StepRecord(
        id=step.pk,
        target=change.target,
        sort=step.sort,
        phase=change.phase,
        wave=step.wave,
        action=change.action,
        outcome=Outcome(step.outcome) if step.outcome else None,
        code=step.code,
        message=Text.from_json(step.message) if step.message else None,
        next_step=Text.from_json(step.next_step) if step.next_step else None,
        detail=step.detail,
        before=change.before,
        after=change.after,
        seen=_without_hidden(step.seen),
        attempts=step.attempts,
        recovered=step.attempts > 1,
        due=step.due,
        started=step.started_at,
        ended=step.ended_at,
    )


def step_end(step: Step) -> StepEnd:
    """The step as its runbook's own tables need it."""
    change = Change.from_json(step.change)
    return StepEnd(
        change.target,
        Outcome(step.outcome) if step.outcome else None,
        step.seen,
        change.after,
        step.code,
        Text.from_json(step.message) if step.message else None,
        step.waiting_since,
    )


def _without_hidden(seen: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if seen is None else {key: value for key, value in seen.items() if not key.startswith("_")}


def write_job_report(
    job: Job, runbook: Runbook[Any], path: Path, language: Language, organisation: str = ""
) -> None:
    """Write HTML, XLSX or CSV by the file's ending; the file is complete or not there."""
    record = job_record(job, runbook, organisation)
    if path.suffix == ".xlsx":
        from unyo.reports.sheets import job_report_xlsx

        content = job_report_xlsx(record, language)
    elif path.suffix == ".csv":
        from unyo.reports.sheets import job_report_csv

        content = job_report_csv(record, language)
    else:
        from unyo.reports.job_report import job_report_html

        content = job_report_html(record, language).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".report-")
    with os.fdopen(handle, "wb") as written:
        written.write(content)
    Path(fresh).replace(path)
