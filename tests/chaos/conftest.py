"""The chaos suite uses the ledgers and the shelf of the road's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from flow.conftest import clock, shelf
from support.boxes import SetClock, box_road
from support.staffing import employ
from unyo.flow.context import Road

__all__ = ["clock", "shelf"]


@pytest.fixture
def road(sqlite_ledger: Path, tmp_path: Path, clock: SetClock) -> Road:
    """A road on a fresh SQLite ledger."""
    employ()
    return box_road(tmp_path, clock)


@pytest.fixture
def postgresql_road(postgresql_ledger: None, tmp_path: Path, clock: SetClock) -> Road:
    """A road on a fresh PostgreSQL ledger."""
    employ()
    return box_road(tmp_path, clock)
