"""``unyo audit``: prove that nobody changed, removed, reordered or inserted an event."""

from __future__ import annotations

import click

from unyo.cli.screen import Screen, command, group, show
from unyo.core.dates import in_jst
from unyo.core.text import Text
from unyo.ledger.anchor import read_anchors
from unyo.ledger.chain import verify_chain
from unyo.ledger.evidence import contradictions
from unyo.ledger.models import Event
from unyo.ledger.queries import find_job
from unyo.settings import load_settings
from unyo.wiring import build_road

audit = group("audit", "The event log.", "イベント記録")


@command(
    audit,
    "verify",
    en="Walk the whole hash chain, the anchors and the results that the events vouch for.",
    ja="ハッシュ連鎖・控え・結果の対応をすべて検証します。",
)
@click.pass_obj
def verify(screen: Screen) -> None:
    road = build_road(load_settings())
    verdict = verify_chain(read_anchors(road.anchors))
    damages = [*verdict.damages, *contradictions()]
    for damage in damages:
        screen.line("! " + show(damage.text))
    if not damages:
        screen.say(
            f"{verdict.events} events, all as written", f"イベント {verdict.events} 件。改ざんはありません"
        )
        screen.line(f"head {verdict.head}")
    screen.data(
        {
            "events": verdict.events,
            "head": verdict.head,
            "whole": not damages,
            "damages": [{"seq": d.seq, "code": d.code, "text": d.text.as_json()} for d in damages],
        }
    )
    if damages:
        raise click.exceptions.Exit(1)


@command(
    audit, "log", en="The newest events, of one job or of all.", ja="新しい順のイベント(全体または1ジョブ)。"
)
@click.argument("job", required=False)
@click.option("--most", default=50, show_default=True)
@click.pass_obj
def log(screen: Screen, job: str | None, most: int) -> None:
    build_road(load_settings())
    events = Event.objects.order_by("-seq")
    if job:
        events = events.filter(job_id=find_job(job).pk)
    found = list(events[:most])
    screen.table(
        [
            Text("no.", "番号"),
            Text("when", "日時"),
            Text("what", "内容"),
            Text("who", "実行者"),
            Text("job", "ジョブ"),
            Text("facts", "詳細"),
        ],
        [(e.seq, f"{in_jst(e.at):%Y-%m-%d %H:%M:%S}", e.kind, e.actor, e.job_id, e.fields) for e in found],
    )
    names = ("seq", "at", "kind", "actor", "job_id", "step_id", "fields", "hash")
    screen.data([{name: getattr(event, name) for name in names} for event in found])
