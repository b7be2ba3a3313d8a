"""A fleet for the connector's tests; each test's terminals are put back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from support.winrm_reach import Reach
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.machine.knobs import Knobs


@pytest.fixture(scope="session")
def reached_fleet() -> Iterator[FleetProcess]:
    with FleetProcess(count=5) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


@pytest.fixture(params=["winrm", "psrp"])
def reach(reached_fleet: FleetProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reach]:
    """By both protocols; HTTPS."""
    yield from _lent(reached_fleet, tmp_path, request.param)


@pytest.fixture
def winrm_reach(reached_fleet: FleetProcess, tmp_path: Path) -> Iterator[Reach]:
    """By WinRS only, where the protocol makes no difference."""
    yield from _lent(reached_fleet, tmp_path, "winrm")


def _lent(fleet: FleetProcess, own: Path, protocol: str) -> Iterator[Reach]:
    yield Reach.of(fleet, own, protocol=protocol)
    fresh = Knobs()
    for facts in fleet.terminals:
        for knob in fields(Knobs):
            fleet.knob(facts["serial"], knob.name, getattr(fresh, knob.name))
        fleet.order("restore", facts["serial"])
