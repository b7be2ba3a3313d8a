"""A whole fleet of 2,000 terminals on one machine: audit, plan, search, and the questions that screens ask."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from unyo.lab.bench.park import Park, park

REASON = ("--reason", "a measurement")


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and peak memory of each command as a process of its own; the slowest of the screens' questions."""
    terminals = 6 if quick else 2000
    with park(terminals) as parked:
        audit = _command(parked, "run", "policy.audit", "--everything", "--yes", *REASON)
        plan = _command(parked, "plan", "policy.apply", "--everything", "--no-check-mode", *REASON)
        looked_for = ("--type", "dns", "--value", "bad.example")
        search = _command(parked, "run", "terminals.find", "--everything", "--yes", *looked_for, *REASON)
        return {"terminals": terminals, "audit": audit, "plan": plan, "search": search}


def _command(parked: Park, *words: str) -> dict[str, Any]:
    """One command, with its peak memory and the slowest query while it runs."""
    code = (
        "import resource,subprocess,sys;"
        f"code=subprocess.run([sys.executable,'-m','unyo',*{list(words)!r}],stdout=subprocess.DEVNULL).returncode;"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, code)"
    )
    with _Asking() as asking:
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        took = time.perf_counter() - begun
    peak, _ = done.stdout.split()
    per_terminal = took / len(parked.names)
    return {
        "seconds": took,
        "seconds_per_terminal": per_terminal,
        "peak_mb": int(peak) / 1024,
        "slowest_query_ms": asking.slowest,
        "median_query_ms": asking.median,
    }


class _Asking:
    """What a console asks, again and again, while a job is under way."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._ask, name="asking")

    @property
    def slowest(self) -> float:
        return max(self._times, default=0.0)

    @property
    def median(self) -> float:
        return statistics.median(self._times) if self._times else 0.0

    def __enter__(self) -> _Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        from django.db import connections

        from unyo.ledger.models import Job
        from unyo.ledger.queries import counts_by_sort, progress, recent_jobs

        while not self._ended.wait(0.5):
            newest = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self._time(recent_jobs)
            self._time(partial(progress, newest))
            self._time(partial(counts_by_sort, newest))
        connections.close_all()

    def _time(self, question: Callable[[], object]) -> None:
        begun = time.perf_counter()
        question()
        self._times.append(1000 * (time.perf_counter() - begun))
