"""Kills whoever sends messages with SIGKILL at random instants; a process of its own, so that forking is safe.

Usage: python -m support.killing_post LEDGER_URL MAIL_PORT SEED KILLS
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

SUBSCRIBERS = 12


def main() -> None:
    ledger, port, seed, kills = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    os.environ["UNYO_LEDGER"] = ledger
    from unyo.ledger.opening import set_up_django

    set_up_django()
    # Loaded once here, so that a kill falls into the work and not into the loading.
    import unyo.flow.notify
    import unyo.lab.mail_server  # noqa: F401
    from support.killing import one_worker

    dice = random.Random(seed)
    killed = 0
    for number in range(10 * kills):
        if killed == kills:
            break
        one_worker(partial(_happen, f"event-{number:03}"), None)
        killed += one_worker(partial(_pump, port, number), dice.uniform(0.0, 0.12))
    one_worker(partial(_pump, port, 10 * kills), None)
    one_worker(partial(_pump, port, 20 * kills), None)
    sys.stdout.write(json.dumps({"killed": killed}) + "\n")


def _happen(name: str) -> None:
    from support.post import NOW
    from unyo.ledger.chain import NewEvent, append

    append([NewEvent("incident.declared", "tanaka", fields={"reason": name})], NOW)


def _pump(port: int, minutes: int) -> None:
    from support.boxes import SetClock, box_road
    from support.post import NOW, office
    from unyo.flow.context import Owner
    from unyo.flow.notify import pump
    from unyo.lab.mail_server import MailServer

    # Only where it listens is needed here; the server itself is another process's.
    post = office(MailServer(port=port), {"mail": {"kind": "mail"}}, gather_seconds={"*": 0})
    road = box_road(Path("unused"), SetClock(NOW + timedelta(minutes=minutes)))
    pump(dataclasses.replace(road, post=post), Owner.this_process())


if __name__ == "__main__":
    main()
