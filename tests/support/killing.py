"""Kills workers with SIGKILL at random instants; run as a process of its own so that forking is safe.

Usage: python -m support.killing LEDGER_URL SHELF JOB SEED KILLS
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path


def main() -> None:
    ledger, shelf, job_id, seed, kills = (
        sys.argv[1],
        Path(sys.argv[2]),
        int(sys.argv[3]),
        sys.argv[4],
        int(sys.argv[5]),
    )
    os.environ["UNYO_LEDGER"] = ledger
    from unyo.ledger.opening import set_up_django

    set_up_django()
    dice = random.Random(seed)
    killed = survived = 0
    while killed < kills:
        if one_worker(partial(_work, shelf, job_id), dice.uniform(0.01, 0.3)):
            killed += 1
        else:
            survived += 1
            if survived > 3:
                break
    one_worker(partial(_work, shelf, job_id), None)
    sys.stdout.write(json.dumps({"killed": killed}) + "\n")


def one_worker(work: Callable[[], None], seconds: float | None) -> bool:
    """Fork a worker; True if it was killed before it had finished."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    if seconds is None:
        os.waitpid(pid, 0)
        return False
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def _work(shelf: Path, job_id: int) -> None:
    from support.boxes import SlowBoxes, box_road
    from unyo.flow.worker import Worker
    from unyo.wiring import SystemClock

    Worker(box_road(shelf.parent, SystemClock(), SlowBoxes()), only_job=job_id).run_until_idle()


if __name__ == "__main__":
    main()
