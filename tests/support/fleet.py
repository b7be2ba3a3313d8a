"""Simulated terminals for tests: one small fleet for a test run, fresh ones where state matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from unyo.lab.terminals.fleet_process import FleetProcess

FreshFleet = Callable[..., FleetProcess]


@pytest.fixture(scope="session")
def fleet() -> Iterator[FleetProcess]:
    """Six terminals in an office, Japanese ones among them; tests set back what they turn.

    Whatever lay beyond the simulation fails the run at its end, even where a task ignored it.
    """
    with FleetProcess(count=6) as running:
        yield running


@pytest.fixture
def fresh_fleet() -> Iterator[FreshFleet]:
    """``fresh_fleet(count)`` or ``fresh_fleet(scenario=path)``: a fleet of the test's own."""
    running: list[FleetProcess] = []

    def start(count: int = 3, scenario: Path | None = None, seed: str = "unyo") -> FleetProcess:
        fleet = FleetProcess(0 if scenario else count, scenario, seed)
        fleet.start()
        running.append(fleet)
        return fleet

    yield start
    for fleet in running:
        fleet.stop()
