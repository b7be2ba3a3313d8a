"""``unyo doctor`` on messages: whether what people subscribed to can reach them, and what did not."""

from __future__ import annotations

from datetime import timedelta

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.ledger.models import OutboxMessage, PostState, SubscriptionRecord
from unyo.wiring import Toolbox

_LOOKED_BACK = timedelta(days=7)


def look_at_messages(tools: Toolbox) -> str:
    """How many are told of what; an UnyoError where a channel they use cannot work, or messages failed."""
    alive = SubscriptionRecord.objects.filter(active=True)
    used = sorted(set(alive.values_list("channel", flat=True)))
    for channel in used:
        tools.post.carrier(channel).check()
    since = tools.clock.now() - _LOOKED_BACK
    failed = OutboxMessage.objects.filter(state=PostState.FAILED, created_at__gt=since).count()
    if failed:
        raise BadSetting(
            "doctor.messages",
            Text(
                f"{failed} messages failed within a week", f"1 週間以内に {failed} 件の通知が失敗しています"
            ),
            Text("look: unyo notify outbox --state failed", "確認: unyo notify outbox --state failed"),
        )
    waiting = OutboxMessage.objects.filter(state=PostState.WAITING).count()
    return f"{alive.count()} subscriptions over {', '.join(used) or '-'}, {waiting} messages waiting"
