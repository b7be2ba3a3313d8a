"""One machine in each language, and the clock that they live by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.windows_machines import Clock, machine_of
from unyo.lab.terminals.machine.machine import Machine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["en-US", "ja-JP"])
def terminal(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Machine]:
    """Nothing beyond the simulation may be asked of it."""
    machine = machine_of(request.param, clock=clock)
    yield machine
    assert machine.fleet.unsupported == []


@pytest.fixture
def english(clock: Clock) -> Machine:
    return machine_of("en-US", clock=clock)


@pytest.fixture
def japanese(clock: Clock) -> Machine:
    return machine_of("ja-JP", clock=clock)
