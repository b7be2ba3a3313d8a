"""The ledger's own tests run on both databases, as the road's do."""

from __future__ import annotations

from flow.conftest import any_ledger

__all__ = ["any_ledger"]
