"""Carrying out one approved job in the foreground, with its progress on the screen."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from unyo.cli.screen import Screen, show, tr
from unyo.core.dates import in_jst
from unyo.core.errors import UnyoError
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.runbook import Runbook
from unyo.core.table import table_texts
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.worker import Worker
from unyo.ledger.models import Job
from unyo.ledger.queries import Progress, away_of, progress

WAIT_IN_FOREGROUND_SECONDS = 600
SHOWN_ROWS = 12
COLUMN_WIDTH = 13


def drive(screen: Screen, road: Road, job: Job, detach: bool = False) -> None:
    """Run the job until it ends or waits for a later date; exits with 1 where not all steps are good."""
    now = road.tools.clock.now()
    if detach or (job.not_before is not None and job.not_before > now):
        when = in_jst(job.not_before).isoformat() if job.not_before else tr("now", "直ちに")
        screen.say(
            f"{job.number} is approved and starts {when}; a worker must be running: unyo worker",
            f"{job.number} は承認済みです。開始 {when}。ワーカーの起動が必要です: unyo worker",
        )
        screen.data({"job": job.pk, "state": job.state, "starts": job.not_before})
        return
    worker = Worker(road, only_job=job.pk)
    with _graceful_signals(worker):
        due = _run_showing_progress(screen, road, worker, job)
    tell(screen, road, job)
    show_end(screen, job, due)


def tell(screen: Screen, road: Road, job: Job) -> None:
    """What the runbook itself says of its steps, the first rows of each table."""
    runbook = road.find_runbook(job.runbook)
    if screen.json or type(runbook).tables is Runbook.tables:
        return
    from unyo.reports.from_ledger import step_end

    for table in runbook.tables([step_end(step) for step in job.steps.order_by("order")]):
        if not table.rows:
            continue
        _, *rows = table_texts(table, screen.language)
        # A narrow screen gets the first columns whole; the report has them all.
        columns = max(3, shutil.get_terminal_size().columns // COLUMN_WIDTH)
        screen.table(
            table.headings[:columns], [row[:columns] for row in rows[:SHOWN_ROWS]], show(table.title)
        )
        if len(rows) > SHOWN_ROWS:
            screen.say(
                f"{len(rows) - SHOWN_ROWS} more rows: unyo jobs report {job.pk}",
                f"ほか {len(rows) - SHOWN_ROWS} 行: unyo jobs report {job.pk}",
            )


def _run_showing_progress(screen: Screen, road: Road, worker: Worker, job: Job) -> datetime | None:
    outcome: list[datetime | BaseException | None] = []
    thread = threading.Thread(target=_work, args=(road, worker, outcome), name="worker")
    thread.start()
    with screen.bar(tr("running", "実行中")) as bar:
        while thread.is_alive():
            thread.join(0.2)
            bar(*_done_of_total(job.pk))
    (result,) = outcome
    if isinstance(result, BaseException):
        raise result
    return result


def _done_of_total(job_id: int) -> tuple[int, int]:
    now = progress(job_id)
    return now.ended, now.total


def _work(road: Road, worker: Worker, outcome: list[datetime | BaseException | None]) -> None:
    """Run until idle, waiting through short pauses such as the tries of a target that did not answer."""
    from django.db import connections

    try:
        while True:
            worker.run_until_idle()
            # What is away may be so for days; the worker looks after it.
            due = worker.next_due(with_away=False)
            pause = 0.0 if due is None else (due - road.tools.clock.now()).total_seconds()
            if due is None or pause > WAIT_IN_FOREGROUND_SECONDS or worker.stop.wait(max(pause, 0.05)):
                outcome.append(due)
                return
    except BaseException as error:  # handed to the main thread, which raises it
        outcome.append(error)
    finally:
        connections.close_all()


@contextmanager
def _graceful_signals(worker: Worker) -> Iterator[None]:
    """Ctrl-C and SIGTERM let the batch under way end and be written down."""
    old = {s: signal.signal(s, lambda *_: worker.stop.set()) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def show_end(screen: Screen, job: Job, due: datetime | None = None) -> None:
    """The outcome table and what to do next; exits with the job's code."""
    job.refresh_from_db()
    now = progress(job.pk)
    state = JobState(job.state)
    screen.line(f"{job.number} {job.runbook}: {state} {show(state.label)}")
    screen.table(
        [Text("outcome", "結果"), Text("steps", "件数")],
        [(f"{o} {show(Outcome(o).label)}", n) for o, n in sorted(now.outcomes.items())],
    )
    away = away_of(job.pk)
    if away is not None:
        screen.say(
            f"{away.steps} terminals are away or must restart, the first since {in_jst(away.since):%Y-%m-%d %H:%M}; "
            "unyo worker goes on with them: unyo jobs waiting",
            f"応答または再起動待ち {away.steps} 件(最も古いものは {in_jst(away.since):%Y-%m-%d %H:%M} から)。"
            "unyo worker が続行します: unyo jobs waiting",
        )
    if due is not None and not state.is_end:
        when = in_jst(due).isoformat()
        left = now.total - now.ended - (away.steps if away else 0)
        screen.say(
            f"{left} steps wait; the next falls due {when} (unyo worker does them)",
            f"待機中 {left} 件。次の期日は {when}(unyo worker が実行します)",
        )
    if job.error:
        screen.line(show(Text.from_json(job.error["what"])))
    if job.stop_reason:
        screen.line(show(Text.from_json(job.stop_reason)))
    if state.is_end and state is not JobState.DONE:
        screen.say(
            f"details: unyo jobs show {job.pk}; go on: unyo jobs resume {job.pk}",
            f"詳細: unyo jobs show {job.pk}; 続行: unyo jobs resume {job.pk}",
        )
    screen.data(end_json(job, now, due) | {"away": away._asdict() if away else None})
    code = exit_code_of(state)
    if code:
        raise click.exceptions.Exit(code)


def exit_code_of(state: JobState) -> int:
    """0 done or under way; 1 not all good; 5 stale; 4 refused, expired or cancelled; 70 unyo broke."""
    return {
        JobState.PARTIAL: 1,
        JobState.FAILED: 1,
        JobState.STALE: 5,
        JobState.REFUSED: 4,
        JobState.EXPIRED: 4,
        JobState.CANCELLED: 4,
        JobState.ERRORED: 70,
    }.get(state, 0)


def end_json(job: Job, now: Progress, due: datetime | None) -> dict[str, object]:
    return {
        "job": job.pk,
        "state": job.state,
        "steps": now.total,
        "ended": now.ended,
        "outcomes": now.outcomes,
        "stop_reason": job.stop_reason,
        "error": job.error,
        "next_due": due,
    }


def wait_for(job: Job, seconds: float) -> None:
    """Pause a watcher between two looks at a job."""
    time.sleep(seconds)
    job.refresh_from_db()


__all__ = ["UnyoError", "drive", "end_json", "exit_code_of", "show_end", "wait_for"]
