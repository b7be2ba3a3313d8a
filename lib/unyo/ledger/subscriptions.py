"""Who is told of what, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from unyo.core.errors import NotFound
from unyo.core.notification import Subscription
from unyo.core.text import Language, Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import (
    ChainHead,
    NotificationCursor,
    OutboxMessage,
    PostState,
    SubscriptionRecord,
)


def subscription_of(record: SubscriptionRecord) -> Subscription:
    filters = {name: tuple(words) for name, words in record.filters.items()}
    return Subscription(tuple(record.patterns), filters)


def subscribe(
    who: str,
    channel: str,
    address: str,
    wish: Subscription,
    language: Language,
    by: str,
    at: datetime,
) -> SubscriptionRecord:
    """Note a wish; it counts for every event from now on. BadInput where the wish could never be met."""
    wish.check()
    with transaction.atomic():
        head = head_seq()
        NotificationCursor.objects.get_or_create(pk=1, defaults={"seq": head})
        made = SubscriptionRecord.objects.create(
            who=who,
            channel=channel,
            address=address,
            patterns=list(wish.patterns),
            filters={name: list(words) for name, words in wish.filters.items()},
            language=language.value,
            since_seq=head,
            created_at=at,
            created_by=by,
        )
        append([NewEvent("notification.subscribed", by, fields=_told(made))], at)
    return made


def unsubscribe(number: int, by: str, at: datetime) -> SubscriptionRecord:
    """End a wish; what waits for it is not sent any more."""
    with transaction.atomic():
        found = SubscriptionRecord.objects.select_for_update().filter(pk=number, active=True).first()
        if found is None:
            raise NotFound(
                "notify.unknown",
                Text("there is no such subscription", "その通知設定はありません"),
                Text("list them: unyo notify list", "一覧: unyo notify list"),
                target=str(number),
            )
        found.active, found.ended_at = False, at
        found.save(update_fields=["active", "ended_at"])
        append([NewEvent("notification.unsubscribed", by, fields=_told(found))], at)
    return found


def retry_failed(numbers: Sequence[int], by: str, at: datetime) -> int:
    """Let messages that failed or wait (all, or only these) be tried now, with their patience anew; how many."""
    rows = OutboxMessage.objects.filter(state__in=(PostState.FAILED, PostState.WAITING))
    if numbers:
        rows = rows.filter(pk__in=numbers)
    with transaction.atomic():
        count = rows.update(state=PostState.WAITING, not_before=at, created_at=at, error=None)
        if count:
            append([NewEvent("notification.retried", by, fields={"messages": count})], at)
    return count


def head_seq() -> int:
    """The number of the newest event."""
    return ChainHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0


def _told(record: SubscriptionRecord) -> Mapping[str, object]:
    patterns: Sequence[str] = record.patterns
    return {
        "subscription": record.pk,
        "who": record.who,
        "channel": record.channel,
        "address": record.address,
        "events": list(patterns),
        "filters": record.filters,
    }
