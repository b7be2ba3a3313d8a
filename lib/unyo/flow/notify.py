"""Messages about events: each event is read once, what is to be told of it is in the outbox with the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from unyo.core.notification import OWN_EVENTS, Occurrence
from unyo.core.post import Patience
from unyo.flow.context import Owner, Road
from unyo.flow.notify_facts import occurrences
from unyo.flow.notify_sending import send_due
from unyo.ledger.models import Event, NotificationCursor, OutboxMessage, PostState, SubscriptionRecord
from unyo.ledger.subscriptions import head_seq, subscription_of

MOST_AT_ONCE = 1000
MOST_KEPT = 500
SETTLES = timedelta(seconds=5)
"""So long a new plan is left alone: what a rule or a schedule approves at once is nobody's mail."""


def pump(road: Road, owner: Owner) -> None:
    """Put what has happened since into the outbox, then send what is due."""
    if road.post is None:
        return
    while collect(road):
        pass
    send_due(road, road.post, owner)


def collect(road: Road) -> bool:
    """Read on in the chain; True where there may be more. Outbox and cursor change together or not at all."""
    assert road.post is not None
    at = NotificationCursor.objects.filter(pk=1).values_list("seq", flat=True).first()
    head = head_seq()
    if at is not None and at >= head:
        return False
    patience = road.post.patience
    with transaction.atomic():
        cursor, made = NotificationCursor.objects.select_for_update().get_or_create(
            pk=1, defaults={"seq": head}
        )
        if made:
            return False
        wishes = list(SubscriptionRecord.objects.filter(active=True))
        if not wishes:
            cursor.seq = head
            cursor.save()
            return False
        events = list(Event.objects.filter(seq__gt=cursor.seq).order_by("seq")[:MOST_AT_ONCE])
        for wish in wishes:
            _put(wish, _wanted(road, wish, events), patience, road.tools.clock.now())
        if events:
            cursor.seq = events[-1].seq
            cursor.save()
    return len(events) == MOST_AT_ONCE


def _wanted(road: Road, record: SubscriptionRecord, events: Sequence[Event]) -> dict[str, list[Occurrence]]:
    """By kind, those that the subscription asks for."""
    wish = subscription_of(record)
    named = [
        event
        for event in events
        if event.seq > record.since_seq and wish.names_kind(event.kind) and _may_go(record, event)
    ]
    found: dict[str, list[Occurrence]] = {}
    for event in occurrences(road, named, with_outcomes=False):
        if wish.wants(event):
            found.setdefault(event.kind, []).append(event)
    return found


def _may_go(record: SubscriptionRecord, event: Event) -> bool:
    """A message that failed is not told of over the channel that failed."""
    return not event.kind.startswith(OWN_EVENTS) or event.fields.get("channel") != record.channel


def _put(
    record: SubscriptionRecord,
    found: dict[str, list[Occurrence]],
    patience: Patience,
    now: datetime,
) -> None:
    for kind, events in found.items():
        row = _still_gathering(record, kind) or OutboxMessage(
            subscription=record,
            kind=kind,
            created_at=now,
            not_before=_due(record, kind, patience, now),
        )
        row.events = [*row.events, *(event.seq for event in events)][:MOST_KEPT]
        row.count += len(events)
        row.save()


def _still_gathering(record: SubscriptionRecord, kind: str) -> OutboxMessage | None:
    """The message that waits for its first try. Once tried, it stays as it was: it may have arrived."""
    rows = OutboxMessage.objects.select_for_update().filter(subscription=record, kind=kind)
    return rows.filter(state=PostState.WAITING, attempts=0).order_by("-pk").first()


def _due(record: SubscriptionRecord, kind: str, patience: Patience, now: datetime) -> datetime:
    """At once; a while after the last one of its kind, so that many become one."""
    earliest = now + (SETTLES if kind == "job.planned" else timedelta(0))
    rows = OutboxMessage.objects.filter(subscription=record, kind=kind)
    if rows.filter(state__in=(PostState.WAITING, PostState.SENDING)).exists():
        # One of them is being tried: who has not read that one need not have this one at once.
        return max(earliest, now + patience.gathers(kind))
    sent = rows.filter(state=PostState.SENT, sent_at__isnull=False)
    last = sent.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last is None or last > now:
        return earliest
    return max(earliest, last + patience.gathers(kind))
