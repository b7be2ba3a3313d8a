"""``unyo notify outbox``, ``retry`` and ``test``: what became of messages, and whether a way to people works."""

from __future__ import annotations

import click

from unyo.cli.identity import identify
from unyo.cli.notify_ways import by_option, check_way
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.dates import in_jst
from unyo.core.notification import Message
from unyo.core.post import Addressed
from unyo.core.text import Text
from unyo.ledger.models import OutboxMessage, PostState
from unyo.ledger.subscriptions import retry_failed
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    name="test",
    en="Send a test message at once, past the outbox.",
    ja="試験メッセージを直ちに送信します。",
)
@click.option("--channel", default="mail", show_default=True)
@click.option("--to", "address", default="")
@click.pass_obj
def test(screen: Screen, channel: str, address: str) -> None:
    road = build_road(load_settings())
    assert road.post is not None
    check_way(road, channel, address)
    now, say = road.tools.clock.now(), screen.language
    subject = Text("[unyo] test message", "[unyo] 試験メッセージ").in_language(say)
    fact = Text("sent at", "送信日時").in_language(say), f"{in_jst(now):%Y-%m-%d %H:%M:%S}"
    message = Message(f"unyo-test-{now:%Y%m%d%H%M%S%f}", "notification.test", subject, now, say, (fact,))
    (answer,) = road.post.carrier(channel).deliver([Addressed(message, address)])
    if answer.error is not None:
        raise answer.error
    screen.say("sent", "送信しました")
    screen.data({"channel": channel, "to": address, "sent": True})


@command(name="outbox", en="Messages and what became of them.", ja="送信状況の一覧。")
@click.option("--state", type=click.Choice([each.value for each in PostState]))
@click.option("--last", default=50, show_default=True, help=tr("so many", "表示件数"))
@click.pass_obj
def outbox(screen: Screen, state: str | None, last: int) -> None:
    build_road(load_settings())
    rows = OutboxMessage.objects.select_related("subscription").order_by("-pk")
    found = list((rows.filter(state=state) if state else rows)[:last])
    screen.table(
        [
            *(Text("no.", "番号"), Text("kind", "種類"), Text("events", "件数"), Text("to", "宛先")),
            *(Text("state", "状態"), Text("tries", "試行"), Text("next", "次回"), Text("why", "原因")),
        ],
        [
            (
                *(row.pk, row.kind, row.count, row.subscription.address or row.subscription.channel),
                *(row.state, row.attempts, _when(row), _why(row)),
            )
            for row in found
        ],
    )
    screen.data(
        [
            {
                "message": row.pk,
                "kind": row.kind,
                "events": row.count,
                "subscription": row.subscription_id,
                "state": row.state,
                "attempts": row.attempts,
                "not_before": row.not_before,
                "sent_at": row.sent_at,
                "error": row.error,
            }
            for row in found
        ]
    )


def _when(row: OutboxMessage) -> str:
    return f"{in_jst(row.not_before):%m-%d %H:%M}" if row.state == PostState.WAITING else ""


def _why(row: OutboxMessage) -> str:
    return show(Text.from_json(row.error["what"])) if row.error else ""


@command(name="retry", en="Try failed and waiting messages again now.", ja="失敗・待機中の通知を再送します。")
@click.argument("numbers", nargs=-1, type=int)
@by_option
@click.pass_obj
def retry(screen: Screen, numbers: tuple[int, ...], by: str | None) -> None:
    road = build_road(load_settings())
    count = retry_failed(numbers, identify(road, by).name, road.tools.clock.now())
    screen.say(
        f"{count} messages go again; a worker sends them", f"{count} 件を再送します(ワーカーが送信します)"
    )
    screen.data({"messages": count})
