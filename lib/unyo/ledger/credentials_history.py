"""Every version that an account ever had, the destroyed ones too; never a password."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from unyo.core.secret_state import SecretState
from unyo.core.text import Text
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

    @property
    def label(self) -> Text:
        """The state as people should read it: a password that no log-on took was never replaced."""
        if not self.is_kept:
            return Text("destroyed", "破棄済み")
        if self.state is SecretState.RETIRED and self.verified_at is None:
            return Text("never proven, kept as history", "ログオン未確認のまま保管(履歴)")
        return self.state.label

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
