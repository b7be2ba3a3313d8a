"""What a terminal's step leaves in the ledger beside itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.desks import Desk, desk_road, painted
from support.journey import worked
from support.staffing import employ
from unyo.core.outcome import Outcome, StepResult
from unyo.flow.aftermath import remember
from unyo.flow.context import Road
from unyo.ledger.models import IsolationRecord, Step, TerminalRecord

UNTIL = "2027-03-26T01:00:00Z"


@pytest.fixture
def scene(sqlite_ledger: Path, tmp_path: Path) -> tuple[Road, Desk, SetClock]:
    employ()
    clock = SetClock()
    road, desk = desk_road(tmp_path, clock)
    desk.put("1", "2")
    for serial in "12":
        TerminalRecord.objects.create(serial=serial, name=serial, name_key=serial, added_at=clock.now())
    return road, desk, clock


def ends(step: Step, clock: SetClock, **seen: Any) -> None:
    remember([(step, StepResult(Outcome.DONE, seen))], clock.now())


def test_a_terminal_that_was_read_has_been_seen(scene: tuple[Road, Desk, SetClock]) -> None:
    road, desk, clock = scene
    desk.put("2", on=False)
    worked(road, painted(road, "1", "2"))
    assert TerminalRecord.objects.get(pk="1").last_seen == clock.now()
    assert TerminalRecord.objects.get(pk="2").last_seen is None


def test_a_cut_is_in_the_books_until_its_release(scene: tuple[Road, Desk, SetClock]) -> None:
    road, _, clock = scene
    step = painted(road, "1").steps.get()
    ends(step, clock, isolated=True, until=UNTIL)
    clock.step(timedelta(hours=1))
    ends(step, clock, isolated=True, until="2027-03-27T01:00:00Z")
    record = IsolationRecord.objects.get()
    assert (record.serial, record.until) == ("1", datetime(2027, 3, 27, 1, tzinfo=timezone.utc))
    assert record.since == clock.now() - timedelta(hours=1)

    ends(step, clock, isolated=False, until=None)
    record.refresh_from_db()
    assert record.released_at == clock.now()
