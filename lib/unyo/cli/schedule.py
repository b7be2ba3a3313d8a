"""``unyo schedule``: runbooks by cron or working days, previewed, paused, approved beforehand."""

from __future__ import annotations

from typing import Any

import click

from unyo.cli.schedule_acts import approve, end, pause, resume, run_due
from unyo.cli.schedule_add import add, change
from unyo.cli.schedule_view import (
    LOOKED_BACK,
    STATES,
    coming,
    past_json,
    policy,
    record_json,
    show_preview,
    show_runs,
    shown,
)
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.dates import in_jst
from unyo.core.schedule import Schedule
from unyo.core.schedule_file import schedule_from, when_in_words
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Event, RunState, ScheduleRecord
from unyo.ledger.schedules import account_of, find_schedule, living
from unyo.settings import load_settings
from unyo.wiring import build_road

schedule = group("schedule", "Runbooks by cron or working days.", "作業の定期実行(cron・開庁日)")
for _each in (add, change, pause, resume, end, approve, run_due):
    schedule.add_command(_each)


@command(schedule, "list", en="Next run, last run, what was missed.", ja="次回・前回・未実施の一覧。")
@click.option("--ended", is_flag=True, help=tr("ended ones too", "終了したものも表示"))
@click.pass_obj
def list_schedules(screen: Screen, ended: bool) -> None:
    road = build_road(load_settings())
    since = road.tools.clock.now() - LOOKED_BACK
    found = list(ScheduleRecord.objects.order_by("name", "pk")) if ended else living()
    rows, data = [], []
    for record in found:
        content, account = schedule_from(record.content), account_of(record, since)
        zone = content.timetable.zone
        following = next((run for run in _coming(road, record) if run.at), None)
        last = account.last
        rows.append(
            (
                record.name,
                record.runbook,
                show(when_in_words(content.timetable.when)),
                _standing(record) or (shown(following.at, zone) if following else ""),
                f"{shown(last.planned_for, zone)} {show(STATES[RunState(last.state)])}" if last else "",
                account.lost or "",
            )
        )
        data.append(
            {
                **record_json(record, content),
                "next_run": following.at if following else None,
                "last_run": past_json(last) if last else None,
                "lost": account.lost,
            }
        )
    screen.table(
        [
            Text("schedule", "スケジュール"),
            Text("runbook", "作業"),
            Text("rule", "条件"),
            Text("next run", "次回"),
            Text("last run", "前回"),
            Text("lost in 30 days", "30 日間の未実施"),
        ],
        rows,
    )
    screen.data(data)


def _coming(road: Road, record: ScheduleRecord) -> Any:
    return coming(road, record, 1) if record.ended_at is None and record.paused_at is None else []


def _standing(record: ScheduleRecord) -> str:
    if record.ended_at is not None:
        return tr("ended", "終了")
    return tr(f"PAUSED by {record.paused_by}", f"一時停止({record.paused_by})") if record.paused_at else ""


@command(schedule, "show", en="One schedule in full, with its digest.", ja="1件の内容とダイジェスト。")
@click.argument("name")
@click.pass_obj
def show_schedule(screen: Screen, name: str) -> None:
    road = build_road(load_settings())
    record = find_schedule(name)
    content = schedule_from(record.content)
    for label, value in _lines(record, content):
        if value:
            screen.line(f"{show(label)}: {value}")
    runs = list(record.runs.select_related("job").order_by("-planned_for")[:5])
    show_runs(screen, runs, content.timetable.zone)
    found = {
        "last_runs": [past_json(run) for run in runs],
        "next_runs": [r.at for r in _coming(road, record)],
    }
    screen.data({**record_json(record, content), **found})


def _lines(record: ScheduleRecord, content: Schedule) -> list[tuple[Text, str]]:
    table, limits = content.timetable, content.limits
    until = f"{in_jst(record.approved_until):%Y-%m-%d %H:%M}" if record.approved_until else ""
    stale = record.approved_digest != content.digest
    return [
        (Text("schedule", "スケジュール"), f"{record.name} ({record.version}) {_standing(record)}".strip()),
        (Text("runbook", "作業"), f"{record.runbook} {_given(content)}".strip()),
        (Text("rule", "条件"), f"{show(when_in_words(table.when))} ({table.zone.key})"),
        (Text("closed days and blackouts", "閉庁日・禁止期間の扱い"), policy(table.when_closed)),
        (Text("blackouts", "実施禁止期間"), ", ".join(map(str, table.blackouts))),
        (Text("windows", "作業時間帯"), ", ".join(map(str, table.windows))),
        (
            Text("after an outage; overlap", "停止後・重複時"),
            f"{policy(content.catch_up)}; {policy(content.overlap)}",
        ),
        (Text("limits", "上限"), ", ".join(f"{k} {v}" for k, v in limits.as_json().items() if v is not None)),
        (Text("owner", "所有者"), f"{record.owner}: {record.reason}"),
        (Text("ticket", "受付票"), record.ticket.number if record.ticket else ""),
        (
            Text("standing approval", "包括承認"),
            f"{record.approved_by} → {until}: {record.approval_reason}"
            + (tr(" (VOID: changed since)", "(無効: その後に変更)") if stale else "")
            if record.approved_by
            else "",
        ),
        (Text("digest", "ダイジェスト"), content.digest),
    ]


def _given(content: Schedule) -> str:
    return " ".join(f"{k}={v}" for k, v in content.params.items() if v not in (None, [], "", False))


@command(schedule, "preview", en="The next runs and why each is moved.", ja="次回以降の予定と変更理由。")
@click.argument("name")
@click.option("--most", default=12, show_default=True)
@click.pass_obj
def preview(screen: Screen, name: str, most: int) -> None:
    road = build_road(load_settings())
    show_preview(screen, road, find_schedule(name), most)


@command(schedule, "history", en="Past runs and changes.", ja="実施履歴と変更履歴。")
@click.argument("name")
@click.option("--most", default=20, show_default=True)
@click.pass_obj
def history(screen: Screen, name: str, most: int) -> None:
    build_road(load_settings())
    record = find_schedule(name)
    runs = list(record.runs.select_related("job").order_by("-planned_for")[:most])
    show_runs(screen, runs, schedule_from(record.content).timetable.zone)
    kinds = [f"schedule.{kind}" for kind in ("added", "changed", "paused", "resumed", "ended", "approved")]
    events = Event.objects.filter(kind__in=kinds, fields__schedule=record.name).order_by("-seq")[:most]
    screen.table(
        [Text("when", "日時"), Text("event", "変更"), Text("by", "担当者"), Text("reason", "理由")],
        [
            (f"{in_jst(event.at):%Y-%m-%d %H:%M}", event.kind, event.actor, event.fields.get("reason", ""))
            for event in events
        ],
    )
    changes = [{"at": e.at, "kind": e.kind, "actor": e.actor, "fields": e.fields} for e in events]
    screen.data({"runs": [past_json(run) for run in runs], "changes": changes})
