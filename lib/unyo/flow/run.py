"""Running a job: planned again and compared, then batch after batch, each written down as it ends."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import Error as DatabaseError
from django.db import connections, transaction

from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.job_state import JobState, state_of
from unyo.core.outcome import Outcome, StepResult
from unyo.core.runbook import Pace, Runbook
from unyo.core.state_runbook import StateRunbook, result_of
from unyo.core.text import Text
from unyo.flow.approval import expire_if_late
from unyo.flow.claim import claim
from unyo.flow.concluding import conclude
from unyo.flow.context import LEASE, Owner, Road
from unyo.flow.looking import look
from unyo.flow.planning import make_plan
from unyo.flow.record import record
from unyo.flow.sweeping import sweep
from unyo.flow.unforeseen import note_unforeseen
from unyo.ledger.anchor import note_head
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Step, StepState

log = logging.getLogger("unyo.flow")

RECORD_TRIES = 10


def start(road: Road, job: Job, owner: Owner) -> bool:
    """Move an approved job to RUNNING if its plan still holds; True where it runs now.

    STALE where the world has moved, EXPIRED where its time is over, ERRORED where planning broke; in each
    case nothing was written. A directory that does not answer leaves the job APPROVED and raises.
    """
    expire_if_late(road, job)
    # A runbook whose steps each compare their own target with the plan starts without reading them all.
    checked_later = road.find_runbook(job.runbook).checks_each_step
    digest = job.digest if checked_later else make_plan(road, job).digest
    now = road.tools.clock.now()
    with transaction.atomic():
        if digest != job.digest:
            job.move_to(JobState.STALE)
            Job.objects.filter(pk=job.pk).update(ended_at=now)
            fields = {"approved": job.digest, "now": digest}
            append([NewEvent("job.stale", owner.name, job.pk, fields=fields)], now)
            return False
        job.move_to(JobState.RUNNING)
        Job.objects.filter(pk=job.pk).update(started_at=now)
        append([NewEvent("job.started", owner.name, job.pk, fields={"digest": job.digest})], now)
    return True


def work(road: Road, job: Job, owner: Owner, stop: threading.Event) -> int:
    """Carry out all steps of a running job that may be carried out now, then end it if none is left.

    Returns how many steps were carried out; 0 means that the job waits for something.
    """
    runbook = road.find_runbook(job.runbook)
    broken = threading.Event()
    with ThreadPoolExecutor(runbook.pace.parallel, thread_name_prefix="step") as pool:
        lanes = [
            pool.submit(_lane, road, job, owner, runbook, stop, broken) for _ in range(runbook.pace.parallel)
        ]
        carried_out = sum(lane.result() for lane in lanes)
    end_if_finished(road, job)
    return carried_out


def _lane(
    road: Road,
    job: Job,
    owner: Owner,
    runbook: Runbook[Any],
    stop: threading.Event,
    broken: threading.Event,
) -> int:
    """``broken``: a lane could not write down how its steps ended; nobody must wait for them."""
    carried_out = 0
    try:
        while not (stop.is_set() or broken.is_set()):
            if runbook.pace.waits_hours:
                look(road, job, runbook.pace)
                sweep(road, job, runbook.pace)
            steps = claim(job.pk, owner, runbook.pace, road.tools.clock.now())
            if steps:
                _carry_out(road, owner, runbook, steps)
                carried_out += len(steps)
            elif _others_at_work(job, owner):
                time.sleep(0.02)
            else:
                break
    except BaseException:
        broken.set()
        raise
    finally:
        connections.close_all()
    return carried_out


def _others_at_work(job: Job, owner: Owner) -> bool:
    """Whether another lane of this worker may yet open the next wave."""
    return job.steps.filter(state=StepState.RUNNING, owner=owner.name).exists()


def _carry_out(road: Road, owner: Owner, runbook: Runbook[Any], steps: Sequence[Step]) -> None:
    results: list[tuple[Step, StepResult]] = []
    # A step begun before may have been cut off anywhere, so its batch must not be mixed with fresh ones.
    for recovering in (True, False):
        part = [step for step in steps if step.unsure is recovering]
        if part:
            with _LeaseKeeper(road, owner, part):
                results += zip(part, _applied(road, runbook, part, recovering), strict=True)
    _record_surely(road, owner, results, runbook.pace)


def _applied(road: Road, runbook: Runbook[Any], steps: Sequence[Step], recovering: bool) -> list[StepResult]:
    changes = [Change.from_json(step.change) for step in steps]
    try:
        if not recovering and isinstance(runbook, StateRunbook):
            note_unforeseen(runbook, steps, road.tools)
        results = runbook.apply(changes, road.tools, recovering)
    except UnyoError as error:
        return [result_of(error)] * len(steps)
    except Exception as error:
        # The places only, never the exception's text: an outside library may quote what was sent.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s broke in %s:\n%s", runbook.name, type(error).__name__, places)
        return [_broken(error)] * len(steps)
    if len(results) != len(steps):
        return [_broken(ValueError("results and changes differ in number"))] * len(steps)
    return results


def _broken(error: Exception) -> StepResult:
    # Only the type is kept: an outside exception's text may quote what was sent.
    return StepResult(
        Outcome.ERRORED,
        code="step.broken",
        message=Text(
            f"unyo broke ({type(error).__name__})", f"unyo の内部で異常が発生しました({type(error).__name__})"
        ),
        next_step=Text("report it with the job's number, then resume", "ジョブ番号を添えて報告し、再開する"),
    )


def _record_surely(road: Road, owner: Owner, results: Sequence[tuple[Step, StepResult]], pace: Pace) -> None:
    """Record, trying again for a while where the ledger refuses (full disk, restarting server)."""
    for attempt in range(1, RECORD_TRIES + 1):
        try:
            record(owner, results, road.tools.clock.now(), pace)
            return
        except DatabaseError:
            connections.close_all()
            if attempt == RECORD_TRIES:
                raise
            time.sleep(min(0.05 * 2**attempt, 5))


class _LeaseKeeper:
    """Renews the leases of a batch while it is under way, however long a target takes."""

    def __init__(self, road: Road, owner: Owner, steps: Sequence[Step]) -> None:
        self._road, self._owner = road, owner
        self._ids = [step.pk for step in steps]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True, name="lease")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._done.wait(LEASE.total_seconds() / 3):
            try:
                mine = Step.objects.filter(pk__in=self._ids, owner=self._owner.name, state=StepState.RUNNING)
                mine.update(lease_until=self._road.tools.clock.now() + LEASE)
            except DatabaseError:
                log.warning("lease not renewed", extra={"owner": self._owner.name})
            finally:
                connections.close_all()


def end_if_finished(road: Road, job: Job) -> None:
    """Give the job its honest end once no step waits or runs."""
    now = road.tools.clock.now()
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state != JobState.RUNNING or job.steps.exclude(state=StepState.ENDED).exists():
            return
        outcomes = [Outcome(row) for row in job.steps.values_list("outcome", flat=True)]
        job.move_to(JobState.CANCELLED if job.cancelled_by else state_of(outcomes))
        Job.objects.filter(pk=job.pk).update(ended_at=now)
        append([NewEvent("job.ended", "unyo", job.pk, fields={"state": job.state})], now)
    note_head(road.anchors)
    conclude(road, job)
