"""The engine with steps that do nothing, on SQLite and PostgreSQL, and the ledger's queries on a large job."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unyo.core.change import Change, State
from unyo.core.errors import UnyoError
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.lab.bench.office import open_road, prepare, travel
from unyo.lab.postgresql import PostgresqlLab, unavailable

if TYPE_CHECKING:
    from unyo.flow.context import Road


@dataclass(frozen=True)
class NothingParams:
    """How many steps."""

    steps: int = option(Text("steps", "件数"))


class Nothing(StateRunbook[NothingParams]):
    """Targets in memory: what the engine costs without any target behind it."""

    title = Text("do nothing", "何もしない")
    Params = NothingParams
    risk = Risk.GUARDED
    limits = Limits()

    def __init__(self, batch: int) -> None:
        self.pace = Pace(canary=1, wave=100_000, batch=batch, parallel=1)  # type: ignore[misc]
        self._held: dict[str, State] = {}

    @property
    def name(self) -> str:
        return "lab.nothing"

    def targets(self, params: NothingParams, tools: Tools) -> Sequence[Target]:
        return [Target("thing", str(number)) for number in range(params.steps)]

    def want(self, target: Target, params: NothingParams, tools: Tools) -> State | None:
        return {"on": True}

    def read(self, target: Target, tools: Tools) -> State | UnyoError | None:  # type: ignore[override]
        return self._held.get(target.key)

    def write(self, change: Change, tools: Tools) -> None:
        self._held[change.target.key] = {"on": True}


def measure(quick: bool) -> dict[str, Any]:
    """Steps/s at batches of 1 and 25 against two bare commits per batch; queries in milliseconds."""
    steps = 40 if quick else 2000
    with tempfile.TemporaryDirectory() as scratch:
        figures: dict[str, Any] = {"sqlite": _on(Path(scratch) / "sqlite", "", steps)}
        figures["queries_ms"] = _queries(Path(scratch) / "queries", 200 if quick else 10_000)
        reason = unavailable()
        if reason is not None:
            figures["postgresql"] = f"not measured: {reason}"
        else:
            with PostgresqlLab() as server:
                figures["postgresql"] = _on(Path(scratch) / "postgresql", server.url, steps)
    return figures


def _on(home: Path, ledger: str, steps: int) -> dict[str, Any]:
    prepare(home, None, ledger)
    figures: dict[str, Any] = {"steps": steps}
    for batch in (1, 25):
        with open_road() as road:
            seconds = _run(road, batch, steps)
        bare = _bare_commits(-(-steps // batch), batch)
        figures[f"batch_{batch}"] = {
            "steps_per_s": steps / seconds,
            "bare_commits_steps_per_s": steps / bare,
            "ratio": bare / seconds,
        }
    return figures


def _run(road: Road, batch: int, steps: int) -> float:
    runbook = Nothing(batch)
    _, seconds = travel(replace(road, find_runbook=lambda _: runbook), "lab.nothing", NothingParams(steps))
    return seconds["run"]


def _bare_commits(batches: int, batch: int) -> float:
    """The least a crash-safe engine can do: per batch, one commit before and one after, a row per step each."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute("CREATE TABLE bench_bare (id bigint, state varchar(20))")
        begun = time.perf_counter()
        for number in range(batches):
            for state in ("begun", "ended"):
                with transaction.atomic():
                    rows = [(number * batch + place, state) for place in range(batch)]
                    cursor.executemany("INSERT INTO bench_bare VALUES (%s, %s)", rows)
        took = time.perf_counter() - begun
        cursor.execute("DROP TABLE bench_bare")
    return took


def _queries(home: Path, steps: int) -> dict[str, float]:
    from unyo.ledger.models import Job
    from unyo.ledger.queries import counts_by_sort, progress, recent_jobs

    prepare(home, None)
    with open_road() as road:
        _run(road, 500, steps)
        job = Job.objects.latest("pk")
        asked: dict[str, Callable[[], object]] = {
            "progress": lambda: progress(job.pk),
            "counts_by_sort": lambda: counts_by_sort(job.pk),
            "failed_rows": lambda: list(job.steps.exclude(outcome__in=["", "DONE", "UNCHANGED"])),
            "recent_jobs": recent_jobs,
        }
        return {name: _median_ms(ask) for name, ask in asked.items()} | {"steps": float(steps)}


def _median_ms(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)
