"""Events that make passwords be renewed: each sets off every trigger that fits it exactly once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from unyo.core.errors import NotFound, UnyoError
from unyo.core.job_state import JobState
from unyo.core.params import params_from_json
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.core.trigger import Trigger, checked_scope
from unyo.flow.context import Owner, Road
from unyo.flow.request import prepare_job
from unyo.flow.unattended import ON_ITS_WAY, Agreed, Errand, carry_on, claim, end, look_after_waiting
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import (
    ChainHead,
    CredentialRecord,
    Event,
    Job,
    Operator,
    RunState,
    TriggerCursor,
    TriggeredRun,
)
from unyo.ledger.readings import read_by

log = logging.getLogger("unyo.flow")

RUNBOOK = "passwords.rotate"
_NOTHING = Text("no account is concerned", "対象のアカウントはありません")
AT_ONCE = 1000


def follow(road: Road, me: Owner) -> None:
    """Read what is new in the chain, bring on its way what it sets off, follow what waits for a person."""
    head = ChainHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    seen = TriggerCursor.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    known = road.triggers() if head > seen else ()
    if head - seen >= AT_ONCE or _news(seen, known):
        notice_events(road, known)
    errand = _errand(road)
    for row in _due(road):
        try:
            if claim(row, me, road.tools.clock.now()):
                _bring_on(road, errand, row)
        except UnyoError as error:
            # One trigger's trouble is not another's.
            log.warning("trigger not followed", extra={"code": error.code, "target": row.trigger})
    waiting = TriggeredRun.objects.filter(state=RunState.WAITING_APPROVAL).exclude(
        job__state=JobState.PLANNED, job__expires_at__gt=road.tools.clock.now()
    )
    look_after_waiting(road, errand, list(waiting.select_related("job")))


def _news(seen: int, triggers: tuple[Trigger, ...]) -> bool:
    """Asked first, because the cursor's lock is a write that a quiet ledger need not bear every second."""
    kinds = {trigger.event for trigger in triggers}
    return bool(kinds) and Event.objects.filter(seq__gt=seen, kind__in=kinds).exists()


def notice_events(road: Road, triggers: tuple[Trigger, ...]) -> None:
    """Read on from the cursor; what is set off and the cursor's step are one transaction."""
    now = road.tools.clock.now()
    with transaction.atomic():
        cursor, _ = TriggerCursor.objects.select_for_update().get_or_create(pk=1)
        # Events are numbered under a lock on the head, so below it none can come any more.
        head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1)
        kinds = {trigger.event for trigger in triggers}
        events = Event.objects.filter(seq__gt=cursor.seq, seq__lte=head.seq, kind__in=kinds)
        found = list(events.order_by("seq")[:AT_ONCE])
        for event in found:
            for trigger in triggers:
                if trigger.fires(event.kind, event.fields):
                    _set_off(trigger, event, now)
        cursor.seq = found[-1].seq if len(found) == AT_ONCE else head.seq
        cursor.save()


def _set_off(trigger: Trigger, event: Event, now: datetime) -> None:
    if TriggeredRun.objects.filter(trigger=trigger.name, event_seq=event.seq).exists():
        return
    asked = Operator.objects.filter(name=event.actor, active=True).exists()
    told = str(event.fields.get("reason") or "")
    row = TriggeredRun(
        trigger=trigger.name,
        event_seq=event.seq,
        scope=trigger.scope(event.fields),
        read_by=trigger.reader(event.fields),
        # A person whose act set it off must not be the one who approves it.
        requester=event.actor if asked else f"trigger:{trigger.name}",
        reason=f"{trigger.reason.en} / {trigger.reason.ja}" + (f": {told}" if told else ""),
        state=RunState.QUEUED,
        noticed_at=now,
        deadline=now + trigger.within,
        preapproved=trigger.approved,
        most=trigger.most,
    )
    TriggeredRun.objects.bulk_create([row])
    fields = {**_named(row), "event_kind": event.kind, "deadline": row.deadline.isoformat()}
    append([NewEvent("trigger.fired", "unyo", fields=fields)], now)


def _due(road: Road) -> list[TriggeredRun]:
    ready = Q(not_before__isnull=True) | Q(not_before__lte=road.tools.clock.now())
    rows = TriggeredRun.objects.filter(ready, state__in=ON_ITS_WAY)
    return list(rows.select_related("job").order_by("event_seq", "pk"))


def _bring_on(road: Road, errand: Errand[TriggeredRun], row: TriggeredRun) -> None:
    if row.state == RunState.QUEUED:
        try:
            scope = _scope(road, row)
            if scope is None:
                raise NotFound("trigger.nothing", _NOTHING, _NOTHING)
            _mark(road, row, scope)
        except NotFound as error:
            # A terminal that came back may well have no account that unyo keeps.
            end(road, errand, row, RunState.SKIPPED, [error.what])
            return
    carry_on(road, errand, row)


def _scope(road: Road, row: TriggeredRun) -> dict[str, Any] | None:
    """Which accounts, as fields of a Scope; None where none is concerned."""
    scope = dict(row.scope)
    if row.read_by:
        paths = read_by(row.read_by, road.tools.credentials)
        scope["path"] = sorted({*scope.get("path", []), *paths})
    return None if checked_scope(scope) is None else {name: value for name, value in scope.items() if value}


def _mark(road: Road, row: TriggeredRun, scope: Mapping[str, Any]) -> None:
    """Say in the books of each account by when it must be renewed, and why."""
    chosen = checked_scope(scope)
    assert chosen is not None
    for credential in road.tools.credentials.select(chosen):
        record, _ = CredentialRecord.objects.get_or_create(path=credential.path)
        if record.rotate_by is None or record.rotate_by > row.deadline:
            rows = CredentialRecord.objects.filter(path=credential.path)
            rows.update(rotate_by=row.deadline, rotate_reason=row.reason[:200])


def _errand(road: Road) -> Errand[TriggeredRun]:
    return Errand(
        events="trigger",
        named=_named,
        job_of=lambda row: _job_of(road, row),
        agreed=_agreed,
        begun=lambda _: RunState.STARTED,
    )


def _named(row: TriggeredRun) -> dict[str, Any]:
    return {"trigger": row.trigger, "event": row.event_seq, "reason": row.reason}


def _job_of(road: Road, row: TriggeredRun) -> Job:
    runbook = road.find_runbook(RUNBOOK)
    params: Any = params_from_json(runbook.Params, _scope(road, row) or {})
    now = road.tools.clock.now()
    return prepare_job(
        road,
        RUNBOOK,
        params,
        row.requester,
        row.reason,
        # Once it is over, what is away is still waited for as long as the runbook does.
        deadline=row.deadline if runbook.pace.waits_hours and row.deadline > now else None,
        by_rule=row.requester.startswith("trigger:"),
    )


def _agreed(row: TriggeredRun, job: Job) -> Agreed:
    if job.risk == Risk.GRAVE:
        return Agreed("", Text("the plan passes a limit", "計画が上限を超えています"))
    if row.most is not None and job.plan["changes"] > row.most:
        return Agreed(
            "",
            Text(
                f"{job.plan['changes']} accounts; the trigger's rule covers {row.most}",
                f"対象 {job.plan['changes']} 件(規則で承認できるのは {row.most} 件まで)",
            ),
        )
    if not row.preapproved:
        return Agreed("", Text("this trigger waits for a person", "このきっかけには人の承認が必要です"))
    rule = f"rule:trigger:{row.trigger}"
    return Agreed(
        rule, Text(f"approved by the trigger's rule: {row.reason}", f"規則により承認: {row.reason}")
    )
