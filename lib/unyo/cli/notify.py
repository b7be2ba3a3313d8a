"""``unyo notify``: who is told of what, and what became of the messages."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import click

from unyo.cli.identity import identify
from unyo.cli.notify_outbox import outbox, retry, test
from unyo.cli.notify_ways import by_option, check_way
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.errors import UnyoError
from unyo.core.notification import Subscription
from unyo.core.notification_words import ABOUT, TITLES
from unyo.core.post import Channel
from unyo.core.text import Language, Text
from unyo.flow.context import Road
from unyo.ledger.models import SubscriptionRecord
from unyo.ledger.subscriptions import subscribe, unsubscribe
from unyo.settings import load_settings
from unyo.wiring import build_road

notify = group("notify", "Who is told of what.", "通知の設定と送信状況")

for _each in (outbox, retry, test):
    notify.add_command(_each)


@command(notify, "channels", en="The ways to people that are set up.", ja="送信手段の一覧。")
@click.pass_obj
def channels(screen: Screen) -> None:
    road = build_road(load_settings())
    assert road.post is not None
    told = [(each, _obstacle(road, each)) for each in road.post.channels().values()]
    screen.table(
        [Text("name", "名前"), Text("kind", "種類"), Text("secret", "秘密情報"), Text("obstacle", "問題")],
        [(each.name, each.kind, each.url, show(why) if why else "") for each, why in told],
    )
    screen.data(
        [
            {"name": each.name, "kind": each.kind, "url": each.url, "obstacle": why.en if why else None}
            for each, why in told
        ]
    )


def _obstacle(road: Road, channel: Channel) -> Text | None:
    """Why nothing can go this way; nobody is asked outside."""
    assert road.post is not None
    try:
        road.post.carrier(channel.name).check()
    except UnyoError as error:
        return error.what
    return None


@command(
    notify,
    "subscribe",
    en="Be told of events: --about failures, or --events with patterns such as job.ended,vault.*",
    ja="イベントの通知を設定します。--about failures、または --events job.ended,vault.* のように指定。",
)
@click.option(
    "--about",
    type=click.Choice(list(ABOUT)),
    help=tr("ready-made: ", "既定の組合せ: ") + "; ".join(f"{k} = {show(v[0])}" for k, v in ABOUT.items()),
)
@click.option("--events", default="", help=tr("kinds of events, * allowed", "イベントの種類(* 可)"))
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=WORD,…",
    help=tr("only where the field fits; !WORD: only where it does not", "項目の条件。!語 は除外"),
)
@click.option("--channel", default="mail", show_default=True, help=tr("the way", "送信手段"))
@click.option("--to", "address", default="", help=tr("mail address", "メールアドレス"))
@click.option("--language", "spoken", type=click.Choice([each.value for each in Language]))
@click.option("--for", "who", help=tr("for whom, if not yourself", "通知を受ける人(本人以外の場合)"))
@by_option
@click.pass_obj
def add(
    screen: Screen,
    about: str | None,
    events: str,
    filters: tuple[str, ...],
    channel: str,
    address: str,
    spoken: str | None,
    who: str | None,
    by: str | None,
) -> None:
    road = build_road(load_settings())
    operator = identify(road, by).name
    check_way(road, channel, address)
    wish = _wish(about, events, filters)
    for pattern in wish.patterns:
        if not any(fnmatchcase(kind, pattern) for kind in TITLES):
            screen.say(
                f"? {pattern}: no event that unyo has a title for fits; check it (docs/notifications.md)",
                f"? {pattern}: 該当する既知のイベントがありません。綴りを確認してください(docs/notifications.ja.md)",
            )
    made = subscribe(
        who or operator,
        channel,
        address,
        wish,
        Language(spoken) if spoken else screen.language,
        operator,
        road.tools.clock.now(),
    )
    screen.say(f"subscription {made.pk} counts from now on", f"通知設定 {made.pk} を登録しました")
    screen.data(_record(made))


def _wish(about: str | None, events: str, filters: Sequence[str]) -> Subscription:
    _, patterns, usual = ABOUT[about] if about else (None, (), {})
    named = tuple(part.strip() for part in events.split(",") if part.strip())
    asked = dict(usual)
    for each in filters:
        name, _, words = each.partition("=")
        asked[name.strip()] = tuple(word.strip() for word in words.split(",") if word.strip())
    return Subscription((*patterns, *named), asked)


@command(notify, "unsubscribe", en="End a subscription.", ja="通知設定を終了します。")
@click.argument("number", type=int)
@by_option
@click.pass_obj
def end(screen: Screen, number: int, by: str | None) -> None:
    road = build_road(load_settings())
    ended = unsubscribe(number, identify(road, by).name, road.tools.clock.now())
    screen.say(f"subscription {number} has ended", f"通知設定 {number} を終了しました")
    screen.data(_record(ended))


@command(notify, "list", en="Who is told of what.", ja="通知設定の一覧。")
@click.option("--all", "everything", is_flag=True, help=tr("ended ones too", "終了したものも表示"))
@click.pass_obj
def list_subscriptions(screen: Screen, everything: bool) -> None:
    build_road(load_settings())
    found = list(SubscriptionRecord.objects.filter(**({} if everything else {"active": True})))
    screen.table(
        [
            *(Text("no.", "番号"), Text("who", "対象者"), Text("channel", "送信手段"), Text("to", "宛先")),
            *(Text("events", "イベント"), Text("only", "条件"), Text("language", "言語")),
        ],
        [
            (
                *(each.pk, each.who, each.channel, each.address, " ".join(each.patterns)),
                " ".join(f"{name}={','.join(words)}" for name, words in each.filters.items()),
                each.language,
            )
            for each in found
        ],
    )
    screen.data([_record(each) for each in found])


def _record(each: SubscriptionRecord) -> dict[str, object]:
    return {
        "subscription": each.pk,
        "who": each.who,
        "channel": each.channel,
        "to": each.address,
        "events": each.patterns,
        "filters": each.filters,
        "language": each.language,
        "active": each.active,
    }
