"""A domain with nobody in it for each test: once on the simulator, once on a real controller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain import Domain, open_domain
from unyo.lab.directory_simulator import SimulatorProcess


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as lab:
        yield lab


@pytest.fixture(params=["simulator", pytest.param("samba_lab", marks=pytest.mark.samba)])
def domain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Domain]:
    """Tools on a fresh domain."""
    lab = request.getfixturevalue(request.param)
    lab.reset()
    opened = open_domain(lab, tmp_path)
    yield opened
    opened.directory.close()  # type: ignore[attr-defined]
