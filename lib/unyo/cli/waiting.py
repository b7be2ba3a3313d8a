"""``unyo jobs waiting``: what waits for terminals that are away or must restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from unyo.cli.screen import Screen, command, show
from unyo.core.dates import in_jst
from unyo.core.text import Text
from unyo.ledger.models import Step, WaitingFor
from unyo.ledger.queries import waiting_steps
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
@click.option("--most", default=200, show_default=True)
@click.pass_obj
def waiting(screen: Screen, most: int) -> None:
    now = build_road(load_settings()).tools.clock.now()
    steps = list(waiting_steps()[:most])
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
    screen.data([_as_json(step) for step in steps])


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
