"""A simulated directory for each module, put back as it was before every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.simulated_directory import Client, SteppingClock, opened
from unyo.lab.directory_simulator import DirectorySimulator


@pytest.fixture(scope="module")
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture(scope="module")
def running(clock: SteppingClock) -> Iterator[DirectorySimulator]:
    simulator = DirectorySimulator("tests", clock)
    simulator.start()
    yield simulator
    simulator.unsupported.clear()
    simulator.stop()


@pytest.fixture
def simulator(running: DirectorySimulator, clock: SteppingClock) -> Iterator[DirectorySimulator]:
    """As it was before the test, whatever the test does to it."""
    before = running.snapshot()
    running.unsupported.clear()
    yield running
    clock.shift = timedelta(0)
    running.faults.clear()
    running.restore(before)


@pytest.fixture
def client(simulator: DirectorySimulator) -> Iterator[Client]:
    made = opened(simulator)
    yield made
    made.leave()
