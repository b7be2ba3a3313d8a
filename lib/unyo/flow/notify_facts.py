"""What a message may say of the jobs behind events, read from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count

from unyo.core.errors import UnyoError
from unyo.core.job_state import JobState
from unyo.core.notification import JobFacts, Occurrence, seen
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Event, Job, Step

MOST_CAUSES = 5


def occurrences(road: Road, events: Iterable[Event], with_outcomes: bool) -> list[Occurrence]:
    """The events as people may be told of them, in order."""
    events = list(events)
    jobs = job_facts(road, {event.job_id for event in events if event.job_id is not None}, with_outcomes)
    return [
        seen(
            event.seq,
            event.at,
            event.kind,
            event.actor,
            event.fields,
            jobs.get(event.job_id) if event.job_id is not None else None,
        )
        for event in events
    ]


def job_facts(road: Road, ids: Collection[int], with_outcomes: bool) -> dict[int, JobFacts]:
    jobs = Job.objects.select_related("ticket").in_bulk(list(ids))
    outcomes, causes = _ends(list(ids)) if with_outcomes else ({}, {})
    return {
        number: JobFacts(
            number=job.number,
            runbook=job.runbook,
            title=_title(road, job.runbook),
            state=JobState(job.state),
            requester=job.requester,
            reason=job.reason,
            risk=job.risk,
            ticket=job.ticket.number if job.ticket else "",
            digest=job.digest,
            expires_at=job.expires_at if job.state == JobState.PLANNED else None,
            counts=job.plan.get("counts", {}),
            outcomes=outcomes.get(number, {}),
            causes=dict(Counter(causes.get(number, {})).most_common(MOST_CAUSES)),
        )
        for number, job in jobs.items()
    }


def _ends(ids: list[int]) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    outcomes: dict[int, dict[str, int]] = {}
    causes: dict[int, dict[str, int]] = {}
    counted = Step.objects.filter(job_id__in=ids).exclude(outcome="")
    for job, outcome, code, count in counted.values_list("job_id", "outcome", "code").annotate(n=Count("pk")):
        of_job = outcomes.setdefault(job, {})
        of_job[outcome] = of_job.get(outcome, 0) + count
        if code:
            causes.setdefault(job, {})[code] = causes.get(job, {}).get(code, 0) + count
    return outcomes, causes


def _title(road: Road, name: str) -> Text:
    try:
        return road.find_runbook(name).title
    except UnyoError:
        # A site's own runbook that is no longer there.
        return Text(name, name)
