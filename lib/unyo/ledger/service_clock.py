"""The service clock of a ticket, out of its jobs' rows and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.service_time import Interval, Promise, ServiceTime, Wait, joined, minus, service_time
from unyo.core.text import Text
from unyo.core.worktime import Measure, WorkCalendar
from unyo.ledger.models import Event, Job, Step, Ticket

_AWAY = "UNREACHABLE"


def promises_from(policy: Mapping[str, Any]) -> dict[str, Promise]:
    """Kind of ticket → promise, as the policy file ``service`` states them; BadSetting where it is wrong."""
    try:
        return {
            str(kind): Promise(int(stated["days"]), Measure(stated.get("measure", "days")))
            for kind, stated in (policy.get("promises") or {}).items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSetting(
            "service.promises",
            Text("a promise cannot be read", "サービス水準の記載が読めません"),
            Text(
                "write: promises: {problem: {days: 1, measure: days}}",
                "promises: {problem: {days: 1, measure: days}} の形で書く",
            ),
            target="inventory/policies/service.yml",
            detail=str(error),
        ) from error


def clock_of(
    ticket: Ticket, calendar: WorkCalendar, promises: Mapping[str, Promise], now: datetime
) -> ServiceTime:
    """How much working time the ticket has used, when it is due, and when the clock stood still and why.

    It stands still only while every unfinished step of the ticket's jobs waited for a terminal that was
    away; a job that is still to be approved, or a step that could run, keeps it going.
    """
    waits: list[Wait] = []
    busy: list[Interval] = []
    for job in ticket.jobs.order_by("pk"):
        waits += (found := _waits(job, now))
        busy += _busy(job, found, now)
    promised = ticket.agreed_until or _promised(ticket, calendar, promises)
    span = Interval(ticket.received_at, ticket.solved_at or now)
    return service_time(calendar, span, promised, waits, busy)


def _promised(ticket: Ticket, calendar: WorkCalendar, promises: Mapping[str, Promise]) -> datetime | None:
    promise = promises.get(ticket.kind)
    if promise is None:
        return None
    return calendar.deadline(ticket.received_at, promise.days, promise.measure).due


def _waits(job: Job, now: datetime) -> list[Wait]:
    """When each step of a job waited for an answer: from its event until the next one of the step."""
    shown = {pk: f"{lock.split(':', 1)[1]} {label}".strip() for pk, lock, label in _steps(job)}
    kinds = ("step.waits", "step.answered", "step.ended")
    events = Event.objects.filter(job_id=job.pk, kind__in=kinds).order_by("seq")
    since: dict[int | None, datetime] = {}
    found = []
    for step, kind, at, fields in events.values_list("step_id", "kind", "at", "fields"):
        begun = since.pop(step, None)
        if begun is not None:
            found.append(Wait(Interval(begun, at), shown.get(step, "")))
        if kind == "step.waits" and fields["outcome"] == _AWAY:
            since[step] = at
    found += [Wait(Interval(begun, now), shown.get(step, "")) for step, begun in since.items()]
    return found


def _steps(job: Job) -> Iterator[tuple[int | None, str, str]]:
    yield from Step.objects.filter(job=job).values_list("pk", "lock", "label")


def _busy(job: Job, waits: Sequence[Wait], now: datetime) -> Iterator[Interval]:
    """When the job could have been furthered: until its start, and while a step neither waited nor had ended."""
    ended = job.ended_at or now
    started = job.started_at or ended
    yield Interval(job.requested_at, started)
    apart: dict[str, list[Interval]] = {}
    for wait in waits:
        apart.setdefault(wait.target, []).append(wait.interval)
    steps = Step.objects.filter(job=job).values_list("lock", "label", "ended_at")
    latest = started
    for lock, label, end in steps:
        target = f"{lock.split(':', 1)[1]} {label}".strip()
        if target in apart:
            yield from minus([Interval(started, end or now)], joined(apart[target]))
        else:
            latest = max(latest, end or now)
    # Steps that never waited differ only in their end, so the last of them speaks for all.
    yield Interval(started, latest)
