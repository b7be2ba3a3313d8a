"""Sending what is due: at least once, each answer written down before the next message goes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Q

from unyo.core.errors import BadSetting, Unreachable, UnyoError
from unyo.core.notification import OWN_EVENTS, Message
from unyo.core.notification_text import message_of
from unyo.core.post import Addressed, Delivery, Post
from unyo.core.text import Language, Text
from unyo.flow.context import LEASE, Owner, Road
from unyo.flow.notify_facts import occurrences
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Event, OutboxMessage, PostState

MOST_A_ROUND = 50
BUDGET_SECONDS = 20.0
"""A slow server must not hold up what else is done beside the jobs."""


def send_due(road: Road, post: Post, owner: Owner) -> None:
    """Send what may go now, channel after channel; a channel that does not work waits as a whole."""
    end = time.monotonic() + BUDGET_SECONDS
    now = road.tools.clock.now()
    due = OutboxMessage.objects.filter(
        Q(state=PostState.WAITING, not_before__lte=now) | Q(state=PostState.SENDING)
    )
    channels = set(due.values_list("subscription__channel", flat=True)) - _put_off(now)
    for channel in sorted(channels):
        rows = due.filter(subscription__channel=channel).select_related("subscription").order_by("pk")
        mine = [row for row in rows[:MOST_A_ROUND] if _taken(row, owner, now)]
        try:
            if time.monotonic() < end:
                _send(road, post, channel, mine, end)
        finally:
            _release(mine, owner)


def _put_off(now: datetime) -> set[str]:
    waiting = OutboxMessage.objects.filter(
        state=PostState.WAITING, attempts__gt=0, not_before__gt=now, error__whole=True
    )
    return set(waiting.values_list("subscription__channel", flat=True))


def _taken(row: OutboxMessage, me: Owner, now: datetime) -> bool:
    """Take a message; at most one worker has it. What a dead worker had is taken over."""
    if row.state == PostState.SENDING and not _is_left(row, now):
        return False
    rows = OutboxMessage.objects.filter(pk=row.pk, state=row.state, owner=row.owner, attempts=row.attempts)
    if row.state == PostState.WAITING:
        # Events that joined in this very moment are part of it.
        rows = rows.filter(count=row.count)
    if not rows.update(state=PostState.SENDING, owner=me.name, lease_until=now + LEASE):
        return False
    row.state, row.owner = PostState.SENDING, me.name
    return True


def _is_left(row: OutboxMessage, now: datetime) -> bool:
    owner = Owner.from_name(row.owner)
    if owner.is_on_this_host:
        return owner.is_dead
    return row.lease_until is None or not now <= row.lease_until <= now + 2 * LEASE


def _release(rows: Sequence[OutboxMessage], me: Owner) -> None:
    """Give back what was taken and not tried."""
    kept = OutboxMessage.objects.filter(
        pk__in=[row.pk for row in rows], state=PostState.SENDING, owner=me.name
    )
    kept.update(state=PostState.WAITING, owner="", lease_until=None)


def _send(road: Road, post: Post, channel: str, rows: Sequence[OutboxMessage], end: float) -> None:
    letters = []
    for row in rows:
        message = _message(road, row)
        if message is None:
            _keep(row, state=PostState.MOOT, sent_at=road.tools.clock.now())
        else:
            letters.append((row, Addressed(message, row.subscription.address)))
    if not letters:
        return
    try:
        carrier = post.carrier(channel)
    except UnyoError as error:
        _note(road, post, letters[0][0], Delivery(error, whole=True))
        return
    answers: Any = carrier.deliver([letter for _, letter in letters])
    with closing(answers):
        for (row, _), answer in zip(letters, answers, strict=True):
            _note(road, post, row, answer)
            if answer.whole or time.monotonic() > end:
                return


def _message(road: Road, row: OutboxMessage) -> Message | None:
    """None where nothing is left to tell."""
    if not row.subscription.active:
        return None
    events = Event.objects.filter(seq__in=row.events).order_by("seq")
    told = occurrences(road, events, with_outcomes=row.count == 1)
    holds = [event for event in told if event.still_holds]
    if not holds:
        return None
    count = row.count - (len(told) - len(holds))
    return message_of(holds, count, Language(row.subscription.language), _id(row), _footer(row))


def _id(row: OutboxMessage) -> str:
    """The same for every try of this message, another one in every other ledger."""
    chain = Event.objects.filter(seq=1).values_list("hash", flat=True).first() or ""
    return f"unyo-{chain[:16]}-{row.pk}"


def _footer(row: OutboxMessage) -> str:
    number = row.subscription_id
    return Text(
        f"subscription {number}; end it: unyo notify unsubscribe {number}",
        f"通知設定 {number}。停止: unyo notify unsubscribe {number}",
    ).in_language(Language(row.subscription.language))


def _note(road: Road, post: Post, row: OutboxMessage, answer: Delivery) -> None:
    """Sent, to be tried again, or failed for good."""
    now = road.tools.clock.now()
    if answer.error is None:
        _keep(row, state=PostState.SENT, sent_at=now, error=None)
        return
    patience = post.patience
    error = {**answer.error.as_json(), "whole": answer.whole}
    row.attempts += 1
    may_mend = isinstance(answer.error, (Unreachable, BadSetting))
    if may_mend and now - row.created_at < patience.give_up:
        usual = patience.retry[min(row.attempts, len(patience.retry)) - 1]
        again = now + max(usual, answer.again_in or usual)
        _keep(row, state=PostState.WAITING, not_before=again, attempts=row.attempts, error=error)
        return
    with transaction.atomic():
        if _keep(row, state=PostState.FAILED, attempts=row.attempts, error=error):
            _tell_of_failure(row, answer.error, now)


def _tell_of_failure(row: OutboxMessage, error: UnyoError, now: datetime) -> None:
    if row.kind.startswith(OWN_EVENTS):
        return
    fields = {
        "message": row.pk,
        "channel": row.subscription.channel,
        "kind": row.kind,
        "code": error.code,
    }
    append([NewEvent("notification.failed", "unyo", fields=fields)], now)


def _keep(row: OutboxMessage, **values: object) -> bool:
    """Write down how a message that is still this worker's stands now."""
    rows = OutboxMessage.objects.filter(pk=row.pk, state=PostState.SENDING, owner=row.owner)
    return bool(rows.update(owner="", lease_until=None, **cast(Any, values)))
