"""A worker killed before any statement of a round, and workers that race: everything happens once, nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock, box_road
from support.killing_ticks import NOW
from support.staffing import employ
from support.timetables import NINE, RoutineBoxes, added, boxes_schedule
from unyo.ledger.chain import NewEvent, append, verify_chain
from unyo.ledger.models import Job

pytestmark = pytest.mark.chaos

TICK = "unyo.flow.schedules:tick"
# All of some fifty statements in the long run, every fifth one otherwise.
NTH = 1 if os.environ.get("UNYO_CHAOS_ROUNDS") else 5


def rounds(ledger: Path, place: Path, named: str, *what: str) -> Any:
    """What the script found; see support.killing_ticks."""
    from django.db import connections

    connections.close_all()
    done = subprocess.run(
        [sys.executable, "-m", "support.killing_ticks", str(ledger), str(place), named, *what],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_kill_before_any_statement_neither_loses_nor_doubles_a_run(
    sqlite_ledger: Path, tmp_path: Path, clock: SetClock, shelf: Path
) -> None:
    employ()
    added(box_road(tmp_path, clock, RoutineBoxes()), boxes_schedule(shelf))
    found = rounds(sqlite_ledger, tmp_path, TICK, "kill", str(NTH))

    assert len(found) > 40 // NTH
    assert [each["killed"] for each in found] == [True] * (len(found) - 1) + [False]
    for each in found:
        assert each["runs"] == [[1, "started"]]
        assert each["jobs"] == [["APPROVED", 1]]
        assert each["orphans"] == []
        assert each["started"] == 1


def test_a_kill_before_any_statement_loses_no_event_and_sets_nothing_off_twice(
    sqlite_ledger: Path, tmp_path: Path
) -> None:
    employ()
    append([NewEvent("box.lost", "suzuki", fields={"name": "a.box"})], NOW)
    found = rounds(sqlite_ledger, tmp_path, "unyo.flow.triggers:follow", "kill", str(NTH))

    assert len(found) > 40 // NTH
    for each in found:
        assert each["triggered"] == [["box_lost", "started"]]
        assert each["jobs"] == [["APPROVED", 1]]
        assert each["orphans"] == []
        assert each["started"] == 1


def test_workers_that_race_begin_each_run_once(
    sqlite_ledger: Path, tmp_path: Path, clock: SetClock, shelf: Path
) -> None:
    employ()
    road = box_road(tmp_path, clock, RoutineBoxes())
    for number in range(12):
        added(road, boxes_schedule(shelf, NINE, f"{number}.box"), f"shelf-{number}")
    found = rounds(sqlite_ledger, tmp_path, TICK, "race", "3")

    assert found["codes"] == [0, 0, 0]
    assert [state for _, state in found["runs"]] == ["started"] * 12
    assert found["jobs"] == [["APPROVED", 12]]
    assert found["started"] == 12
    assert {job.steps.get().label for job in Job.objects.all()} == {f"{number}.box" for number in range(12)}
    assert verify_chain().damages == ()
