"""Operators and a shelf of boxes for the tests of the road."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.boxes import SetClock, box_road
from support.ledger import _tests_leave_no_home, migrated_ledger, sqlite_ledger
from unyo.flow.context import Road

__all__ = ["_tests_leave_no_home", "migrated_ledger", "sqlite_ledger"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def road(sqlite_ledger: Path, tmp_path: Path, clock: SetClock) -> Road:
    """A road on a fresh ledger with tanaka (asks), suzuki (colleague) and sato (officer)."""
    from unyo.ledger.models import Operator

    Operator.objects.bulk_create(
        [
            Operator(name="tanaka", role="operator"),
            Operator(name="suzuki", role="operator"),
            Operator(name="sato", role="officer"),
            Operator(name="kimura", role="auditor"),
        ]
    )
    return box_road(tmp_path, clock)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    place = tmp_path / "shelf"
    place.mkdir()
    return place
