"""The embedded worker: recovers what was cut off, starts what is due, carries out what may go on."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q

from unyo.core.errors import Refused, UnyoError
from unyo.core.job_state import JobState
from unyo.flow.beside import beside, do_rounds
from unyo.flow.context import Owner, Road
from unyo.flow.recover import recover
from unyo.flow.run import start, work
from unyo.ledger.models import Job, Step, StepState, WaitingFor

log = logging.getLogger("unyo.flow")


class Worker:
    """One worker of one process. ``stop`` may be set from a signal handler: the batch under way ends."""

    def __init__(self, road: Road, only_job: int | None = None) -> None:
        self._road = road
        self._only = only_job
        self.owner = Owner.this_process()
        self.stop = threading.Event()

    def run_until_idle(self) -> datetime | None:
        """Do everything that can be done now; the instant at which more falls due, if any.

        A job that cannot start for now (directory away, setting wrong) stays APPROVED: its error is
        noted in the ledger, the other jobs go on, and the error is raised at the end.
        """
        if self._only is None:
            do_rounds(self._road, self.owner)
        return self._do_jobs()

    def _do_jobs(self) -> datetime | None:
        recover(self._road, self.owner)
        waiting: dict[int, UnyoError | None] = {}
        while not self.stop.is_set() and (job := self._next_job(list(waiting))) is not None:
            try:
                if not self._advance(job):
                    waiting[job.pk] = None
            except UnyoError as error:
                Job.objects.filter(pk=job.pk).update(error=error.as_json())
                waiting[job.pk] = error
        errors = [error for error in waiting.values() if error is not None]
        if errors:
            raise errors[0]
        return self.next_due()

    def run_forever(self, poll_seconds: float = 1.0) -> None:
        """Work until ``stop`` is set; looks for new work every ``poll_seconds``."""
        with beside(self._road, self.owner, self.stop, poll_seconds):
            while not self.stop.is_set():
                try:
                    self._do_jobs()
                except UnyoError as error:
                    log.warning("round not finished", extra={"code": error.code, "target": error.target})
                    self.stop.wait(10 * poll_seconds)
                self.stop.wait(poll_seconds)

    def _advance(self, job: Job) -> bool:
        """Bring one job forward; False where it can only wait now."""
        if job.state == JobState.APPROVED:
            try:
                if not start(self._road, job, self.owner):
                    return True
            except Refused:
                return True
        carried_out = work(self._road, job, self.owner, self.stop)
        return carried_out > 0 or job.steps.exclude(state=StepState.ENDED).count() == 0

    def _next_job(self, but_not: list[int]) -> Job | None:
        now = self._road.tools.clock.now()
        due = Q(due__isnull=True) | Q(due__lte=now)
        busy = Step.objects.filter(state=StepState.RUNNING).values("lock")
        free = Step.objects.filter(due, job=OuterRef("pk"), state=StepState.WAITING).exclude(lock__in=busy)
        open_steps = Step.objects.filter(job=OuterRef("pk")).exclude(state=StepState.ENDED)
        ready = Q(state=JobState.APPROVED) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
        going = Q(state=JobState.RUNNING) & (Exists(free) | ~Exists(open_steps))
        jobs = Job.objects.filter(ready | going).exclude(pk__in=but_not)
        if self._only is not None:
            jobs = jobs.filter(pk=self._only)
        # Jobs that already run go first: a half-done transfer must not wait behind a new one.
        return jobs.order_by("-state", "pk").first()

    def next_due(self, with_away: bool = True) -> datetime | None:
        """The earliest instant at which a job or a step that now waits falls due.

        Without ``with_away`` steps do not count whose target is away or must restart.
        """
        jobs = Job.objects.filter(state=JobState.APPROVED, not_before__isnull=False)
        steps = Step.objects.filter(job__state=JobState.RUNNING, state=StepState.WAITING, due__isnull=False)
        if not with_away:
            steps = steps.filter(waiting_for=WaitingFor.NOTHING)
        if self._only is not None:
            jobs, steps = jobs.filter(pk=self._only), steps.filter(job_id=self._only)
        found = [
            jobs.aggregate(first=Min("not_before"))["first"],
            steps.aggregate(first=Min("due"))["first"],
        ]
        return min((instant for instant in found if instant is not None), default=None)
