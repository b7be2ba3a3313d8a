"""``unyo schedule pause``, ``resume``, ``end``, ``approve`` and ``run-due``: what people do with schedules."""

from __future__ import annotations

from datetime import timedelta

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, tr
from unyo.core.dates import in_jst, parse_instant
from unyo.core.risk import Risk
from unyo.core.schedule_file import schedule_from
from unyo.flow.context import Owner
from unyo.ledger.models import Event
from unyo.ledger.schedules import find_schedule, living
from unyo.settings import load_settings
from unyo.wiring import build_road

_by = click.option("--by", help=tr("who acts, if not this user", "操作する人(この OS ユーザと異なる場合)"))
_reason = click.option("--reason", required=True, help=tr("why", "理由"))


@command(name="pause", en="No run until it is resumed.", ja="再開まで実施しません。")
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help=tr("every schedule", "すべてのスケジュール"))
@_by
@_reason
@click.pass_obj
def pause(screen: Screen, name: str | None, every: bool, by: str | None, reason: str) -> None:
    from unyo.flow.schedule_changes import pause_schedule

    road = build_road(load_settings())
    actor = identify(road, by).name
    if bool(name) == every:
        raise click.UsageError(tr("give a name or --all", "名前か --all を指定"))
    found = [each for each in living() if each.paused_at is None] if every else [find_schedule(name or "")]
    for record in found:
        pause_schedule(road, record, actor, reason)
        screen.say(f"{record.name} is paused", f"{record.name} を一時停止しました")
    screen.data({"paused": [record.name for record in found]})


@command(name="resume", en="Run again from now on.", ja="実施を再開します。")
@click.argument("name")
@_by
@_reason
@click.pass_obj
def resume(screen: Screen, name: str, by: str | None, reason: str) -> None:
    from unyo.flow.schedule_changes import resume_schedule

    road = build_road(load_settings())
    resume_schedule(road, find_schedule(name), identify(road, by).name, reason)
    screen.say(f"{name} is resumed", f"{name} を再開しました")
    screen.data({"schedule": name, "paused": False})


@command(name="end", en="No run any more; the history is kept.", ja="終了します(履歴は残ります)。")
@click.argument("name")
@_by
@_reason
@click.pass_obj
def end(screen: Screen, name: str, by: str | None, reason: str) -> None:
    from unyo.flow.schedule_changes import end_schedule

    road = build_road(load_settings())
    end_schedule(road, find_schedule(name), identify(road, by).name, reason)
    screen.say(f"{name} has ended", f"{name} を終了しました")
    screen.data({"schedule": name, "ended": True})


@command(
    name="approve",
    en="Approve its GUARDED plans beforehand, within its limits.",
    ja="上限内の要承認の計画を前もって承認します(包括承認)。",
)
@click.argument("name")
@click.option("--until", metavar="DATE", help=tr("one year if left out", "期限(指定がなければ 1 年)"))
@click.option("--digest", help=tr("the digest you have seen", "確認したダイジェスト"))
@_by
@_reason
@click.pass_obj
def approve(
    screen: Screen, name: str, until: str | None, digest: str | None, by: str | None, reason: str
) -> None:
    from unyo.cli.approve import whole_digest
    from unyo.flow.schedule_approval import approve_schedule

    road = build_road(load_settings())
    record = find_schedule(name)
    content = schedule_from(record.content)
    approver, now = identify(road, by), road.tools.clock.now()
    last = parse_instant(until) + timedelta(days=1) if until else now + timedelta(days=365)
    approve_schedule(road, record, approver.name, reason, whole_digest(content.digest, digest), last)
    screen.say(
        f"{name}: approved by {approver.name} until {in_jst(last):%Y-%m-%d %H:%M}",
        f"{name}: {approver.name} が {in_jst(last):%Y-%m-%d %H:%M} まで承認しました",
    )
    if road.find_runbook(record.runbook).risk is Risk.GRAVE:
        screen.say(
            "GRAVE plans wait for the officer all the same", "重大な計画には毎回責任者の承認が必要です"
        )
    screen.data({"schedule": name, "approver": approver.name, "until": last, "digest": content.digest})


@command(
    name="run-due",
    en="Bring what is due on its way, as a worker does.",
    ja="期日の来た分を開始します(ワーカーと同じ処理)。",
)
@click.pass_obj
def run_due(screen: Screen) -> None:
    from unyo.flow.schedules import tick

    road = build_road(load_settings())
    last = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    tick(road, Owner.this_process())
    events = list(Event.objects.filter(seq__gt=last, kind__startswith="schedule.").order_by("seq"))
    for event in events:
        job = f" J-{event.job_id}" if event.job_id else ""
        why = "; ".join(event.fields.get("reasons", []))
        screen.line(f"{event.kind} {event.fields.get('schedule', '')}{job} {why}".rstrip())
    if not events:
        screen.say("nothing is due", "期日の来たものはありません")
    screen.data([{"kind": event.kind, "job": event.job_id, **event.fields} for event in events])
