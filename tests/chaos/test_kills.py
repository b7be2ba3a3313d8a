"""Workers killed at random instants: nothing is lost, nothing is done twice with different results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from support.boxes import contents
from support.journey import approved
from unyo.flow.context import Road

pytestmark = pytest.mark.chaos

BOXES = 400
MORE = int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))
SEEDS = ["first of April", "second", "third", *(f"round {number}" for number in range(MORE))]


def kill_workers(ledger: str, shelf: Path, job: Any, seed: str, kills: int) -> int:
    """How many workers were really killed while they worked on the job."""
    from django.db import connections

    connections.close_all()
    place = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "support.killing", ledger, str(shelf), str(job.pk), seed, str(kills)],
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return int(json.loads(done.stdout)["killed"])


def contents_written(shelf: Path) -> dict[str, set[str]]:
    """Box → every content that was ever written into it."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (shelf / "touched.log").read_text().splitlines():
        name, _, content = line.partition(" ")
        found[name].add(content)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_job_survives_twenty_kills(road: Road, shelf: Path, sqlite_ledger: Path, seed: str) -> None:
    from unyo.ledger.chain import verify_chain
    from unyo.ledger.evidence import contradictions

    names = [f"{number:04}.box" for number in range(BOXES)]
    job = approved(road, shelf, *names)

    killed = kill_workers(f"sqlite:///{sqlite_ledger}", shelf, job, seed, 20)

    job.refresh_from_db()
    assert killed == 20
    assert job.state == "DONE"
    assert job.steps.filter(outcome="DONE").count() == BOXES
    assert contents(shelf) == dict.fromkeys(names, "apples|closed")
    assert contents_written(shelf) == {name: {"apples"} for name in names}
    assert verify_chain().damages == ()
    assert contradictions() == []


def test_an_interrupted_step_is_marked_as_recovered(road: Road, shelf: Path, sqlite_ledger: Path) -> None:
    from unyo.ledger.models import Event

    job = approved(road, shelf, *(f"{number:04}.box" for number in range(100)))
    kill_workers(f"sqlite:///{sqlite_ledger}", shelf, job, "recovered", 5)

    assert Event.objects.filter(job_id=job.pk, kind="step.taken_over").exists()
    assert job.steps.filter(attempts__gt=1, outcome="DONE").exists()
