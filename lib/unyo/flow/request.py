"""The start of the road: who wants what, why, and for which ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from unyo.core.errors import BadInput, NotFound
from unyo.core.params import params_as_json
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Job, Operator, Origin, Ticket


def request_job(
    road: Road,
    runbook: str,
    params: Any,
    requester: str,
    reason: str,
    *,
    ticket: str = "",
    not_before: datetime | None = None,
    deadline: datetime | None = None,
) -> Job:
    """Record a request; BadInput where the reason is missing, the requester is unknown or it cannot be.

    ``deadline`` is how long targets that are away are waited for.
    """
    job = prepare_job(
        road, runbook, params, requester, reason, ticket=ticket, not_before=not_before, deadline=deadline
    )
    return record_request(road, job)


def prepare_job(
    road: Road,
    runbook: str,
    params: Any,
    requester: str,
    reason: str,
    *,
    ticket: str = "",
    not_before: datetime | None = None,
    deadline: datetime | None = None,
    by_rule: bool = False,
) -> Job:
    """The job of a request, its parameters pinned by what is there now; not yet recorded.

    ``by_rule`` says that the requester is a rule of unyo's and no person.
    """
    if not reason.strip():
        raise BadInput(
            "request.reason",
            Text("a job needs a reason", "ジョブには理由が必要です"),
            Text('say why: --reason "…"', "理由を指定: --reason 「…」"),
        )
    found = road.find_runbook(runbook)
    name = requester if by_rule else active_operator(requester).name
    if deadline is not None:
        _check_deadline(deadline, not_before or road.tools.clock.now(), found.pace)
    params = found.complete(params, road.tools)
    earliest = not_before or found.starts(params, road.tools)
    return Job(
        runbook=found.name,
        params=params_as_json(params),
        origin=Origin.REQUEST,
        requester=name,
        reason=reason.strip(),
        ticket=ticket_numbered(ticket),
        not_before=earliest,
        deadline=deadline,
    )


def _check_deadline(deadline: datetime, start: datetime, pace: Pace) -> None:
    if not pace.waits_hours:
        raise BadInput(
            "request.no_waiting",
            Text("this kind of job does not wait for targets", "この種類のジョブは対象の応答を待ちません"),
            Text("leave --deadline out", "--deadline を外す"),
            target="--deadline",
        )
    if deadline <= start:
        raise BadInput(
            "request.deadline",
            Text("the deadline lies before the start", "期限が開始より前です"),
            Text("give a later --deadline", "より後の --deadline を指定"),
            target="--deadline",
            detail=deadline.isoformat(),
        )


def record_request(road: Road, job: Job) -> Job:
    """Store a new job in state REQUESTED together with its event."""
    now = road.tools.clock.now()
    job.requested_at = now
    with transaction.atomic():
        job.save()
        fields = {
            "runbook": job.runbook,
            "params": job.params,
            "reason": job.reason,
            "origin": job.origin,
            "parent": job.parent_id,
            "ticket": job.ticket.number if job.ticket else None,
            "not_before": job.not_before.isoformat() if job.not_before else None,
            **({"deadline": job.deadline.isoformat()} if job.deadline else {}),
            **({"only": job.only} if job.only else {}),
        }
        append([NewEvent("job.requested", job.requester, job.pk, fields=fields)], now)
    return job


def active_operator(name: str) -> Operator:
    found = Operator.objects.filter(name=name, active=True).first()
    if found is None:
        raise NotFound(
            "operator.unknown",
            Text("there is no such operator", "その運用担当者は登録されていません"),
            Text(f"register: unyo operators add {name}", f"登録: unyo operators add {name}"),
            target=name,
        )
    return found


def ticket_numbered(number: str) -> Ticket | None:
    if not number:
        return None
    found = Ticket.objects.filter(number=number).first()
    if found is None:
        raise NotFound(
            "ticket.unknown",
            Text("there is no such ticket", "その番号の受付票はありません"),
            Text(f"register: unyo tickets add {number}", f"登録: unyo tickets add {number}"),
            target=number,
        )
    return found
