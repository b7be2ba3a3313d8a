"""Workers killed while steps wait for terminals: every terminal is found again and ends as wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.desks import RestlessPaint, desk_road, painted
from support.staffing import employ
from unyo.wiring import SystemClock

pytestmark = pytest.mark.chaos

SEEDS = ["first of April", *(f"round {n}" for n in range(int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))))]
KILLS = 15


@pytest.mark.parametrize("seed", SEEDS)
def test_the_queue_of_absent_terminals_survives_kills(sqlite_ledger: Path, tmp_path: Path, seed: str) -> None:
    from django.db import connections

    from unyo.ledger.chain import verify_chain
    from unyo.ledger.evidence import contradictions
    from unyo.ledger.models import Event

    employ()
    road, desk = desk_road(tmp_path, SystemClock(), RestlessPaint)
    names = [f"{number:03}" for number in range(90)]
    desk.put(*names)
    job = painted(road, *names)
    desk.put(*names[:30], on=False)
    desk.put(*names[30:50], slow=True)
    desk.put(*names[50:55], leaves=True)
    connections.close_all()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "support.killing_desks", f"sqlite:///{sqlite_ledger}"),
            *(str(tmp_path), str(job.pk), seed, str(KILLS)),
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    job.refresh_from_db()

    assert json.loads(done.stdout)["killed"] >= KILLS // 2
    assert Event.objects.filter(kind="step.waits").count() >= 15
    assert (job.state, job.steps.filter(outcome="DONE").count()) == ("DONE", len(names))
    assert {desk.get(name)["colour"] for name in names} == {"blue"}
    assert set(desk.writes()) == {f"{name}=blue" for name in names}
    assert verify_chain().damages == ()
    assert contradictions() == []
