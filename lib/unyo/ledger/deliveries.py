"""Receipts of account information that other systems took."""

from __future__ import annotations

from collections.abc import Mapping

from unyo.core.tools import Clock
from unyo.ledger.models import Delivery


class LedgerDeliveries:
    """The Deliveries tool."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def delivered(self, system: str) -> Mapping[str, str]:
        rows = Delivery.objects.filter(system=system).values_list("staff_number", "digest")
        return dict(rows)

    def record(self, system: str, receipts: Mapping[str, tuple[str, str]]) -> None:
        now = self._clock.now()
        Delivery.objects.bulk_create(
            [
                Delivery(system=system, staff_number=number, digest=sent, receipt=receipt[:255], at=now)
                for number, (sent, receipt) in receipts.items()
            ],
            update_conflicts=True,
            unique_fields=["system", "staff_number"],
            update_fields=["digest", "receipt", "at"],
        )
