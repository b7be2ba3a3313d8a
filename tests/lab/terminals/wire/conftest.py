"""A fleet of its own for the tests of the wire, and terminals that are put back as they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.terminal_clients import SYSTEM, Terminal
from unyo.lab.terminals.fleet_process import FleetProcess


@pytest.fixture(scope="session")
def wire_fleet() -> Iterator[FleetProcess]:
    with FleetProcess(count=3) as running:
        yield running


@pytest.fixture
def terminal(wire_fleet: FleetProcess) -> Iterator[Terminal]:
    """An English one; whatever the test changes is undone."""
    yield from _borrowed(wire_fleet, "en-US")


@pytest.fixture
def japanese(wire_fleet: FleetProcess) -> Iterator[Terminal]:
    yield from _borrowed(wire_fleet, "ja-JP")


def _borrowed(fleet: FleetProcess, locale: str) -> Iterator[Terminal]:
    facts = next(facts for facts in fleet.terminals if facts["locale"] == locale)
    fleet.order("keep", facts["serial"])
    terminal = Terminal(fleet, facts)
    terminal.policy(SYSTEM, "LocalAccountTokenFilterPolicy", 1)
    yield terminal
    fleet.order("restore", facts["serial"])
