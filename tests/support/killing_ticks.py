"""Kills a worker with SIGKILL before any statement that a round sends to the ledger, and lets others race.

Usage: python -m support.killing_ticks LEDGER PLACE ROUND (kill EVERY_NTH | race WORKERS); a process of its own, so
that forking is safe. ROUND names the function, as MODULE:NAME.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

NOW = datetime(2027, 3, 26, 0, 0, tzinfo=timezone.utc)
MOST_STATEMENTS = 400


def main() -> None:
    ledger, place, named, what, *rest = sys.argv[1:]
    os.environ["UNYO_LEDGER"] = f"sqlite:///{ledger}"
    from unyo.ledger.opening import set_up_django

    set_up_django()
    _load_once()
    module, name = named.split(":")
    work = getattr(importlib.import_module(module), name)
    if what == "kill":
        found: Any = _kills(Path(ledger), Path(place), work, int(rest[0]))
    else:
        found = _race(Path(ledger), Path(place), work, int(rest[0]))
    sys.stdout.write(json.dumps(found) + "\n")


def _load_once() -> None:
    """What every round would import anew in its fork."""
    import support.timetables
    from unyo.core.schedule_cron import check_cron
    from unyo.core.workdays import WorkDays
    from unyo.ledger.schedules import calendar_digest

    assert support.timetables
    check_cron("* * * * *")
    WorkDays().closed_because(NOW.date())
    calendar_digest(WorkDays())


def _kills(ledger: Path, place: Path, work: Callable[..., None], nth: int) -> list[dict[str, Any]]:
    """For each statement: a fresh copy, a kill before it, one round by the next worker, and what is there."""
    found = []
    for statement in range(1, MOST_STATEMENTS, nth):
        copy = place / "copy.sqlite3"
        for old in place.glob("copy.sqlite3*"):
            old.unlink(missing_ok=True)
        shutil.copyfile(ledger, copy)
        killed = _forked(partial(_round, copy, place, work, statement))
        _forked(partial(_rounds, copy, place, work))
        found.append({"killed": killed, **_counted(copy)})
        if not killed:
            return found
    raise RuntimeError("a round has no end")


def _race(ledger: Path, place: Path, work: Callable[..., None], workers: int) -> dict[str, Any]:
    """All of them start at the same instant, and each makes two rounds."""
    begin = time.monotonic() + 0.3

    def run() -> None:
        time.sleep(max(0.0, begin - time.monotonic()))
        _rounds(ledger, place, work)

    pids = [_fork(run) for _ in range(workers)]
    codes = [os.waitpid(pid, 0)[1] for pid in pids]
    return {"codes": codes, **_counted(ledger)}


def _rounds(ledger: Path, place: Path, work: Callable[..., None]) -> None:
    """Two of them: what the first has begun, the second must leave alone."""
    _round(ledger, place, work)
    _round(ledger, place, work)


def _round(ledger: Path, place: Path, work: Callable[..., None], kill_at: int | None = None) -> None:
    from django.db import connection, connections

    from support.boxes import SetClock
    from support.timetables import quiet_road
    from unyo.django_settings import database
    from unyo.flow.context import Owner

    connections.close_all()
    connections.settings["default"].update(database(f"sqlite:///{ledger}"))
    del connections["default"]
    road = quiet_road(place, SetClock(NOW))
    sent = 0

    def count(execute: Any, *call: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*call)

    with connection.execute_wrapper(count):
        work(road, Owner.this_process())


def _counted(ledger: Path) -> dict[str, Any]:
    import sqlite3

    with closing(sqlite3.connect(ledger)) as opened:

        def rows(sql: str) -> list[Any]:
            return [list(row) for row in opened.execute(sql)]

        return {
            "runs": rows("SELECT schedule_id, state FROM ledger_schedulerun ORDER BY 1"),
            "triggered": rows("SELECT trigger, state FROM ledger_triggeredrun ORDER BY 1"),
            "jobs": rows("SELECT state, count(*) FROM ledger_job GROUP BY 1"),
            "orphans": rows(
                "SELECT id FROM ledger_job WHERE id NOT IN (SELECT job_id FROM ledger_schedulerun WHERE job_id"
                " NOTNULL UNION SELECT job_id FROM ledger_triggeredrun WHERE job_id NOTNULL)"
            ),
            "started": rows("SELECT count(*) FROM ledger_event WHERE kind LIKE '%.run_started'")[0][0],
        }


def _forked(work: Callable[[], None]) -> bool:
    """Whether the child was killed."""
    _, status = os.waitpid(_fork(work), 0)
    if not os.WIFSIGNALED(status) and status:
        raise RuntimeError("a round failed")
    return os.WIFSIGNALED(status)


def _fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


if __name__ == "__main__":
    main()
