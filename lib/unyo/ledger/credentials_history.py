"""Every version that an account ever had, the destroyed ones too; never a password."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from unyo.core.credential import SecretState
from unyo.ledger.credentials_versions import read_accounts


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version as people see it; ``is_kept`` is False where its secret was destroyed."""

    number: int
    state: SecretState
    sealed_at: datetime
    set_at: datetime | None
    verified_at: datetime | None
    verified_by: str
    purpose: str
    is_kept: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def versions_of(path: str) -> list[ShownVersion]:
    """Newest first."""
    account = read_accounts([path], lock=False)[path]
    return [
        ShownVersion(
            row.version,
            account.state_of(row),
            row.created_at,
            row.set_at,
            row.verified_at,
            row.verified_by,
            row.purpose,
            row.is_kept,
        )
        for row in account.rows
    ]
