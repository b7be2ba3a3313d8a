"""A machine and the clock that it lives by."""

from __future__ import annotations

import pytest

from support.windows_machines import Clock, machine_of
from unyo.lab.terminals.machine.machine import Machine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def terminal(clock: Clock) -> Machine:
    return machine_of(clock=clock)
