"""Counterparts that tests of several kinds share: started once for a test run, gone with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.fleet import fleet, fresh_fleet
from support.ledger import (
    _tests_leave_no_home,
    migrated_ledger,
    postgresql_ledger,
    postgresql_template,
    sqlite_ledger,
)
from unyo.lab import postgresql, samba

__all__ = [
    "_tests_leave_no_home",
    "fleet",
    "fresh_fleet",
    "migrated_ledger",
    "postgresql_ledger",
    "postgresql_template",
    "sqlite_ledger",
]


@pytest.fixture(scope="session")
def samba_lab() -> Iterator[samba.SambaLab]:
    """A real controller; tests that need it empty reset it, all others keep to a unit of their own."""
    reason = samba.unavailable()
    if reason is not None:
        pytest.skip(f"no Samba controller: {reason}")
    with samba.SambaLab() as lab:
        yield lab


@pytest.fixture(scope="session")
def postgresql_lab() -> Iterator[postgresql.PostgresqlLab]:
    """A PostgreSQL server with one empty database."""
    reason = postgresql.unavailable()
    if reason is not None:
        pytest.skip(f"no PostgreSQL: {reason}")
    with postgresql.PostgresqlLab() as lab:
        yield lab
