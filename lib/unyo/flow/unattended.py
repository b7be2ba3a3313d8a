"""A job that nobody sits in front of: requested, planned, then approved by what was agreed, or left to a person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import Error as DatabaseError
from django.db import transaction

from unyo.core.errors import Refused, Unreachable, UnyoError
from unyo.core.job_state import JobState
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.flow.approval import approve_by_rule, approve_unattended, expire_if_late
from unyo.flow.context import Owner, Road
from unyo.flow.planning import end_unplanned, plan_job
from unyo.flow.request import record_request
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, RunState, ScheduleRun, TriggeredRun

log = logging.getLogger("unyo.flow")

R = TypeVar("R", ScheduleRun, TriggeredRun)

HOLD = timedelta(minutes=15)
"""Planning a fleet takes minutes. A worker that died on this host is noticed at once all the same."""

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60))
ON_ITS_WAY = (RunState.QUEUED, RunState.REQUESTED)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A yes given beforehand, by whom, and why it covers the plan; ``approver`` is empty where none does."""

    approver: str
    reason: Text


@dataclass(frozen=True)
class Errand(Generic[R]):
    """What a kind of unattended run has of its own.

    ``events`` is the first word of its event kinds, ``named`` their fields, ``job_of`` the job to request (not
    yet recorded), ``agreed`` what was approved beforehand of a GUARDED plan, ``begun`` its state once its plan
    is approved.
    """

    events: str
    named: Callable[[R], dict[str, Any]]
    job_of: Callable[[R], Job]
    agreed: Callable[[R, Job], Agreed]
    begun: Callable[[R], RunState]


def claim(row: R, me: Owner, now: datetime) -> bool:
    """Take a run that is on its way; at most one worker has it. What a dead worker left is free."""
    if row.owner not in ("", me.name) and not _given_up(row, now):
        return False
    rows = type(row)._default_manager.filter(pk=row.pk, owner=row.owner, state=row.state)
    if not rows.update(owner=me.name, lease_until=now + HOLD):
        return False
    row.owner, row.lease_until = me.name, now + HOLD
    return True


def _given_up(row: R, now: datetime) -> bool:
    owner = Owner.from_name(row.owner)
    if owner.is_on_this_host:
        return owner.is_dead
    # A lease that ends later than any could was given before the clock was put back.
    return row.lease_until is None or not now <= row.lease_until <= now + 2 * HOLD


def carry_on(road: Road, errand: Errand[R], row: R) -> None:
    """Bring a claimed run as far as it goes now; every step of it is found again after a kill."""
    if row.state == RunState.QUEUED and not _request(road, errand, row):
        return
    job = row.job
    assert job is not None
    job.refresh_from_db()
    try:
        if job.state == JobState.REQUESTED:
            _plan(road, job)
        if job.state == JobState.PLANNED:
            _approve(road, errand, row, job)
        elif job.state == JobState.ERRORED:
            # Cut off after planning broke and before this was noted; what it broke of is not known here.
            _again_or_failed(road, errand, row, _error_of(job), may_try_again=True)
        elif job.state in (JobState.REFUSED, JobState.CANCELLED):
            end(road, errand, row, RunState.FAILED_TO_PLAN, [_error_of(job)])
        else:
            end(road, errand, row, errand.begun(row))
    except UnyoError as error:
        _not_planned(road, errand, row, error)


def _request(road: Road, errand: Errand[R], row: R) -> bool:
    """The run's job, recorded together with the run's knowing of it."""
    try:
        job = errand.job_of(row)
    except UnyoError as error:
        _not_planned(road, errand, row, error)
        return False
    with transaction.atomic():
        mine = type(row)._default_manager.select_for_update().get(pk=row.pk)
        if (mine.state, mine.owner) != (row.state, row.owner):
            return False
        record_request(road, job)
        row.state, row.job = RunState.REQUESTED, job
        row.save(update_fields=["state", "job"])
    return True


def _plan(road: Road, job: Job) -> None:
    """PLANNED, or ended with its error, which is raised."""
    try:
        plan_job(road, job)
    except (UnyoError, DatabaseError):
        raise
    except Exception as error:
        # The type only: an outside exception's text may quote what was sent.
        log.error("planning %s broke: %s", job.number, type(error).__name__)
        broken = UnyoError(
            "plan.broken",
            Text(f"planning broke ({type(error).__name__})", f"計画の作成中に異常({type(error).__name__})"),
            Text("report it with the job's number", "ジョブ番号を添えて報告する"),
            target=job.number,
        )
        end_unplanned(road, job, JobState.ERRORED, broken)
        raise broken from None


def _approve(road: Road, errand: Errand[R], row: R, job: Job) -> None:
    agreed = _by_rule(job) or errand.agreed(row, job)
    with transaction.atomic():
        if not agreed.approver:
            end(road, errand, row, RunState.WAITING_APPROVAL, [agreed.reason])
            return
        if job.risk == Risk.ROUTINE:
            approve_by_rule(road, job)
        else:
            approve_unattended(road, job, agreed.approver, agreed.reason.en)
        end(road, errand, row, errand.begun(row))


def _by_rule(job: Job) -> Agreed | None:
    if job.risk != Risk.GRAVE and not job.plan["changes"]:
        return Agreed("rule:nothing", Text("nothing is to be changed", "変更対象なし"))
    return None


def _not_planned(road: Road, errand: Errand[R], row: R, error: UnyoError) -> None:
    if error.code == "job.move":
        # Another worker was faster; the next round sees how far it came.
        return
    why = Text(f"[{error.code}] {error.what.en}", f"[{error.code}] {error.what.ja}")
    _again_or_failed(road, errand, row, why, isinstance(error, Unreachable))


def _again_or_failed(road: Road, errand: Errand[R], row: R, why: Text, may_try_again: bool) -> None:
    """Tried again later where something did not answer; else that was it, visibly."""
    if not may_try_again or row.attempts >= len(RETRIES):
        end(road, errand, row, RunState.FAILED_TO_PLAN, [why])
        return
    now = road.tools.clock.now()
    again = now + RETRIES[row.attempts]
    with transaction.atomic():
        row.state, row.not_before, row.attempts, row.owner = RunState.QUEUED, again, row.attempts + 1, ""
        row.reasons = [*row.reasons, why.as_json()]
        row.save(update_fields=["state", "not_before", "attempts", "owner", "reasons"])
        fields = {**errand.named(row), "reasons": [why.en], "again": again}
        append([NewEvent(f"{errand.events}.run_postponed", "unyo", row.job_id, fields=_plain(fields))], now)


_EVENTS = {
    RunState.STARTED: "run_started",
    RunState.CAUGHT_UP: "run_started",
    RunState.WAITING_APPROVAL: "waits_approval",
    RunState.FAILED_TO_PLAN: "run_failed",
    RunState.NOT_APPROVED: "run_failed",
    RunState.MISSED: "run_missed",
    RunState.SKIPPED: "run_skipped",
    RunState.PAUSED: "run_paused",
}


def end(road: Road, errand: Errand[R], row: R, state: RunState, reasons: Sequence[Text] = ()) -> None:
    """Give a run the state it keeps, with its event; nothing happens where another worker did so before."""
    now = road.tools.clock.now()
    with transaction.atomic():
        rows = type(row)._default_manager.filter(pk=row.pk, state=row.state)
        written = [*row.reasons, *(reason.as_json() for reason in reasons)]
        if not rows.update(state=state, reasons=written, owner="", lease_until=None):
            return
        row.state, row.reasons = state, written
        fields = {**errand.named(row), "state": state.value, "reasons": [each["en"] for each in written]}
        if row.job is not None:
            fields |= {"risk": row.job.risk, "counts": row.job.plan.get("counts", {})}
        append(
            [NewEvent(f"{errand.events}.{_EVENTS[state]}", "unyo", row.job_id, fields=_plain(fields))], now
        )


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    from unyo.core.canonical import plain

    made = plain(fields)
    assert isinstance(made, dict)
    return made


def _error_of(job: Job) -> Text:
    if job.error:
        return Text.from_json(job.error["what"])
    state = JobState(job.state)
    return Text(f"the job was ended: {state}", f"ジョブは終了しました: {state.label.ja}")


def look_after_waiting(road: Road, errand: Errand[R], rows: Sequence[R]) -> None:
    """Follow runs whose plans wait for a person: approved, refused, or too late."""
    for row in rows:
        job = row.job
        assert job is not None
        try:
            expire_if_late(road, job)
        except Refused:
            job.refresh_from_db()
        state = JobState(job.state)
        if state is JobState.PLANNED:
            continue
        refused = state in (JobState.REFUSED, JobState.EXPIRED, JobState.CANCELLED)
        if refused:
            why = Text(f"{job.number}: {state}", f"{job.number}: {state.label.ja}")
            end(road, errand, row, RunState.NOT_APPROVED, [why])
        else:
            end(road, errand, row, errand.begun(row))
