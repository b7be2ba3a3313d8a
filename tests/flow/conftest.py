"""Operators and a shelf of boxes for the tests of the road."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.boxes import SetClock, box_road
from support.staffing import employ
from unyo.flow.context import Road


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_ledger(request: pytest.FixtureRequest) -> None:
    """The ledger on SQLite and on PostgreSQL in turn."""
    request.getfixturevalue(f"{request.param}_ledger")


@pytest.fixture
def road(any_ledger: None, tmp_path: Path, clock: SetClock) -> Road:
    """A road on a fresh ledger with tanaka (asks), suzuki (colleague) and sato (officer)."""
    employ()
    return box_road(tmp_path, clock)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    place = tmp_path / "shelf"
    place.mkdir()
    return place
