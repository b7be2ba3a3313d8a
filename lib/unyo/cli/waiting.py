"""``unyo jobs waiting`` and ``look``: what waits for terminals that are away or must restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.dates import in_jst
from unyo.core.text import Text
from unyo.flow.defer import look_now
from unyo.ledger.models import Step, WaitingFor
from unyo.ledger.queries import find_job, waiting_counts, waiting_steps
from unyo.settings import load_settings
from unyo.wiring import build_road

_REASONS = {
    WaitingFor.ANSWER: Text("an answer", "応答"),
    WaitingFor.REBOOT: Text("a reboot", "再起動"),
}


@command(
    name="waiting",
    en="Targets that are away or must restart, the oldest first.",
    ja="応答待ち・再起動待ちの対象(古い順)。",
)
@click.option("--most", default=20, show_default=True, help=tr("rows of targets", "対象の表示件数"))
@click.pass_obj
def waiting(screen: Screen, most: int) -> None:
    now = build_road(load_settings()).tools.clock.now()
    screen.table(
        [
            Text("job", "番号"),
            Text("work", "作業"),
            Text("waits for", "待機理由"),
            Text("targets", "件数"),
            Text("oldest since", "最も古い開始"),
        ],
        [
            (f"J-{job}", runbook, show(_REASONS[WaitingFor(reason)]), count, _shown(since))
            for job, runbook, reason, count, since in waiting_counts()
        ],
    )
    every = waiting_steps()
    steps = list(every if screen.json else every[:most])
    screen.table(
        [
            Text("target", "対象"),
            Text("job", "番号"),
            Text("waits for", "待機理由"),
            Text("since", "開始"),
            Text("age", "経過"),
            Text("deadline", "期限"),
            Text("last try", "最終試行"),
            Text("next look", "次回確認"),
        ],
        [_row(step, now) for step in steps],
    )
    if not steps:
        screen.say("nothing waits", "待機中の対象はありません")
    else:
        screen.say("look at them at once: unyo jobs look", "直ちに確認する: unyo jobs look")
    screen.data([_as_json(step) for step in steps])


@command(
    name="look",
    en="Have the worker look at waiting targets at once (one job's, or all).",
    ja="待機中の対象を直ちに確認させます(ジョブを指定、省略時はすべて)。",
)
@click.argument("job", required=False)
@click.option("--by", help=tr("who asks, if not this user", "依頼者(この OS ユーザと異なる場合)"))
@click.pass_obj
def look(screen: Screen, job: str | None, by: str | None) -> None:
    road = build_road(load_settings())
    found = look_now(road, identify(road, by).name, find_job(job) if job else None)
    screen.say(
        f"{found} waiting targets fall due now; a worker must be running: unyo worker",
        f"待機中の {found} 件を直ちに確認します。ワーカーの起動が必要です: unyo worker",
    )
    screen.data({"due": found})


def _row(step: Step, now: datetime) -> tuple[str, ...]:
    reason = show(_REASONS[WaitingFor(step.waiting_for)])
    said = f" [{step.code}]" if step.code else ""
    return (
        f"{step.lock.split(':', 1)[1]} {step.label}".strip(),
        step.job.number,
        reason + said,
        _shown(step.waiting_since),
        _age(now - (step.waiting_since or now)),
        _shown(step.deadline),
        _shown(step.started_at),
        _shown(step.due),
    )


def _shown(instant: datetime | None) -> str:
    return f"{in_jst(instant):%m-%d %H:%M}" if instant else ""


def _age(age: timedelta) -> str:
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    return f"{hours // 24}d {hours % 24:02}h" if hours >= 24 else f"{hours}h {minutes:02}m"


def _as_json(step: Step) -> dict[str, Any]:
    return {
        "target": step.lock,
        "label": step.label,
        "job": step.job_id,
        "runbook": step.job.runbook,
        "ticket": step.job.ticket.number if step.job.ticket else None,
        "waits_for": step.waiting_for,
        "code": step.code,
        "since": step.waiting_since,
        "deadline": step.deadline,
        "last_try": step.started_at,
        "next_look": step.due,
        "tries": step.attempts,
    }
