"""What a worker does beside its jobs is done while they go on, and one thing's trouble is not another's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.journey import approved as approved_job
from support.staffing import employ
from support.timetables import RoutineBoxes, added, boxes_schedule, states
from unyo.core.errors import BadSetting
from unyo.core.schedule_cron import Cron
from unyo.core.text import Text
from unyo.flow import beside
from unyo.flow.context import Owner, Road
from unyo.flow.worker import Worker


class HeldUp(RoutineBoxes):
    """Boxes of which one is filled only when it is let."""

    def __init__(self) -> None:
        self.under_way, self.let = threading.Event(), threading.Event()

    def write(self, change: Any, tools: Any) -> None:
        if "held" in change.target.key:
            self.under_way.set()
            assert self.let.wait(20)
        super().write(change, tools)


def until(seen: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_schedule_begins_while_a_job_of_hours_is_under_way(
    sqlite_ledger: Path, tmp_path: Path, clock: SetClock, shelf: Path
) -> None:
    from support.boxes import box_road

    employ()
    runbook = HeldUp()
    road = box_road(tmp_path, clock, runbook)
    record = added(road, boxes_schedule(shelf, Cron("0 11 * * *")))
    job = approved_job(road, shelf, "held.box")
    worker = Worker(road)
    thread = threading.Thread(target=worker.run_forever, args=(0.05,))
    thread.start()
    try:
        assert runbook.under_way.wait(20)
        clock.instant = datetime(2027, 3, 25, 2, 0, tzinfo=timezone.utc)
        until(lambda: states(record) == ["03-25 11:00 started"])
        job.refresh_from_db()
        assert job.state == "RUNNING"
    finally:
        runbook.let.set()
        worker.stop.set()
        thread.join(20)
    assert not thread.is_alive()


def test_a_round_that_fails_or_breaks_keeps_no_other_from_its_turn(
    sqlite_ledger: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails(road: Road, owner: Owner) -> None:
        raise BadSetting("calendar.file", Text("unreadable", "読めません"), Text("mend it", "直す"))

    def breaks(road: Road, owner: Owner) -> None:
        raise RuntimeError("SECRET-IN-EXCEPTION")

    monkeypatch.setattr(beside, "ROUNDS", (fails, breaks, lambda road, owner: done.append("third")))
    beside.do_rounds(None, Owner.this_process())  # type: ignore[arg-type]

    assert done == ["third"]
    assert "SECRET" not in caplog.text
    assert "RuntimeError" in caplog.text
