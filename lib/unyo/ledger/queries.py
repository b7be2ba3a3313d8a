"""Questions to the ledger that several screens ask; each is one or two statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from unyo.core.errors import NotFound
from unyo.core.text import Text
from unyo.ledger.models import Job, ScheduleRun, Step, StepState, TriggeredRun, WaitingFor


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: steps by state, ended ones by outcome."""

    total: int
    ended: int
    running: int
    outcomes: dict[str, int]


def progress(job_id: int) -> Progress:
    """One GROUP BY; may be asked from any process at any time."""
    rows = Step.objects.filter(job_id=job_id).order_by().values_list("state", "outcome").annotate(Count("pk"))
    total = ended = running = 0
    outcomes: dict[str, int] = {}
    for state, outcome, count in rows:
        total += count
        if state == StepState.ENDED:
            ended += count
            outcomes[outcome] = outcomes.get(outcome, 0) + count
        elif state == StepState.RUNNING:
            running += count
    return Progress(total, ended, running, outcomes)


class Away(NamedTuple):
    """How many steps of a job wait for terminals that are away or must restart, and since when."""

    steps: int
    since: datetime


def away_of(job_id: int) -> Away | None:
    """None where nothing waits."""
    rows = waiting_steps().filter(job_id=job_id).order_by()
    found = rows.aggregate(steps=Count("pk"), since=Min("waiting_since"))
    return Away(found["steps"], found["since"]) if found["steps"] else None


def waiting_counts() -> list[tuple[int, str, str, int, datetime]]:
    """(job, runbook, what it waits for, how many, the oldest since), the oldest first."""
    rows = Step.objects.filter(state=StepState.WAITING, waiting_since__isnull=False).order_by()
    counted = rows.values_list("job_id", "job__runbook", "waiting_for")
    return list(counted.annotate(Count("pk"), oldest=Min("waiting_since")).order_by("oldest"))


def waiting_steps() -> QuerySet[Step]:
    """Steps that wait for an answer or a reboot, the oldest first."""
    away = Step.objects.filter(state=StepState.WAITING, waiting_since__isnull=False)
    away = away.exclude(waiting_for=WaitingFor.NOTHING)
    return away.select_related("job", "job__ticket").order_by("waiting_since", "pk")


def counts_by_sort(job_id: int) -> list[tuple[str, str, int]]:
    """(sort, outcome or state, number) of a job's steps."""
    rows = Step.objects.filter(job_id=job_id).order_by().values_list("sort", "outcome", "state")
    counted = rows.annotate(Count("pk")).order_by("sort", "outcome")
    return [(sort, outcome or state, count) for sort, outcome, state, count in counted]


def find_job(name: str) -> Job:
    """The job called ``J-12`` or ``12``."""
    digits = name.upper().removeprefix("J-")
    found = Job.objects.filter(pk=int(digits)).first() if digits.isdigit() else None
    if found is None:
        raise NotFound(
            "job.unknown",
            Text("there is no such job", "その番号のジョブはありません"),
            Text("list them: unyo jobs list", "一覧: unyo jobs list"),
            target=name,
        )
    return found


def recent_jobs(most: int = 20, active_only: bool = False) -> list[Job]:
    """The newest jobs, newest first."""
    jobs = Job.objects.select_related("ticket").order_by("-pk")
    if active_only:
        jobs = jobs.filter(Q(ended_at__isnull=True))
    return list(jobs[:most])


def said_of_run(job: Job) -> list[dict[str, str]]:
    """Why the schedule or the trigger that asked for this job moved it or let it wait, as texts in JSON."""
    runs = [*ScheduleRun.objects.filter(job=job), *TriggeredRun.objects.filter(job=job)]
    return [why for run in runs for why in run.reasons]
