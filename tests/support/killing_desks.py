"""Kills workers with SIGKILL while terminals go, come back and restart; a process of its own, as forking asks.

Usage: python -m support.killing_desks LEDGER_URL HOME JOB SEED KILLS
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from functools import partial
from pathlib import Path

from support.killing import one_worker


def main() -> None:
    ledger, home, job_id, seed, kills = sys.argv[1:6]
    os.environ["UNYO_LEDGER"] = ledger
    from support.desks import Desk
    from unyo.ledger.opening import set_up_django

    set_up_django()
    _work_knows_its_modules()
    dice, desk = random.Random(seed), Desk(Path(home) / "desk")
    killed = 0
    for turn in range(int(kills)):
        killed += one_worker(partial(_work, Path(home), int(job_id)), dice.uniform(0.05, 0.4))
        _stir(desk, dice, share=turn / int(kills))
    one_worker(partial(_work, Path(home), int(job_id), stirring=True), None)
    sys.stdout.write(json.dumps({"killed": killed}) + "\n")


def _stir(desk: object, dice: random.Random, share: float) -> None:
    """Switch some terminals on and restart some, the more the later; only while no worker lives."""
    from support.desks import Desk

    assert isinstance(desk, Desk)
    for path in sorted(desk.place.glob("*.json")):
        if dice.random() <= share:
            desk.put(path.stem, on=True)
            desk.restart(path.stem)


def _work_knows_its_modules() -> None:
    """Loaded once, before forking: a worker's short life is not for that."""
    from unyo.flow import worker  # noqa: F401


def _work(home: Path, job_id: int, stirring: bool = False) -> None:
    """Work until the job has ended; the last one sees to it that everything is on and restarted."""
    from support.desks import RestlessPaint, desk_road
    from unyo.flow.worker import Worker
    from unyo.ledger.models import Job
    from unyo.wiring import SystemClock

    road, desk = desk_road(home, SystemClock(), RestlessPaint)
    worker = Worker(road, only_job=job_id)
    # The longer a desk was away, the rarer it is looked at: on a busy machine that adds up.
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        if stirring:
            _stir(desk, random.Random(0), share=1)
        worker.run_until_idle()
        if Job.objects.get(pk=job_id).ended_at is not None:
            return
        time.sleep(0.01)


if __name__ == "__main__":
    main()
