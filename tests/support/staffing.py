"""The cast: tanaka asks, suzuki is a colleague, sato the officer, kimura the auditor."""

from __future__ import annotations


def employ() -> None:
    """Register everybody in the present ledger."""
    from unyo.ledger.models import Operator

    Operator.objects.bulk_create(
        [
            Operator(name="tanaka", role="operator"),
            Operator(name="suzuki", role="operator"),
            Operator(name="sato", role="officer"),
            Operator(name="kimura", role="auditor"),
        ]
    )
