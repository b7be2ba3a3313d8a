"""What a worker does beside its jobs, so that a job of hours holds none of it up: schedules, messages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.db import connections

from unyo.core.errors import UnyoError
from unyo.flow import checkouts, notify, schedules, triggers
from unyo.flow.context import Owner, Road

log = logging.getLogger("unyo.flow")

Round = Callable[[Road, Owner], None]

ROUNDS: tuple[Round, ...] = (schedules.tick, checkouts.tick, triggers.follow, notify.pump)
"""Each is called again and again and does what is due; several workers may do so at the same time."""


def do_rounds(road: Road, owner: Owner) -> None:
    """Every round once; one that fails is logged and does not keep the others from theirs."""
    for each in ROUNDS:
        try:
            each(road, owner)
        except UnyoError as error:
            log.warning("round not finished", extra={"code": error.code, "target": error.target})
        except DatabaseError as error:
            log.warning("ledger not at hand in a round: %s", type(error).__name__)
            connections.close_all()
        except Exception as error:
            # The type only: an outside exception's text may quote what was sent.
            log.error("a round broke: %s", type(error).__name__)


@contextmanager
def beside(road: Road, owner: Owner, stop: threading.Event, poll_seconds: float) -> Iterator[None]:
    """Do the rounds in a thread of their own until the block is left, which waits for the one under way."""
    left = threading.Event()

    def go() -> None:
        try:
            while not left.is_set() and not stop.is_set():
                do_rounds(road, owner)
                left.wait(poll_seconds)
        finally:
            connections.close_all()

    thread = threading.Thread(target=go, name="beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        left.set()
        thread.join()
