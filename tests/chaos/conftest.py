"""The chaos suite uses the ledgers and the shelf of the road's tests."""

from __future__ import annotations

from flow.conftest import clock, road, shelf
from support.ledger import _tests_leave_no_home, migrated_ledger, sqlite_ledger

__all__ = ["_tests_leave_no_home", "clock", "migrated_ledger", "road", "shelf", "sqlite_ledger"]
