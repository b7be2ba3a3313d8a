"""The books of passwords over a real ledger, with a keyring and a clock of the test's own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from support.boxes import SetClock
from unyo.core.password_books import Move, Standing
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.ledger.credentials import LedgerCredentials
from unyo.ledger.models import DeviceRecord, TerminalRecord
from unyo.ledger.sealed import LedgerStore
from unyo.vault.key_file import new_key
from unyo.vault.keyring import Keyring
from unyo.vault.safe import Safe

NOON = datetime(2026, 4, 1, 3, tzinfo=timezone.utc)
POLICY: Mapping[str, Any] = {
    "windows": {"accounts": ["unyo-admin", "*500"], "initial": "terminals/admin"},
    "history": 12,
}


@dataclass
class GivenPolicies:
    """The Policies tool with one policy for all names."""

    policy: Mapping[str, Any] = field(default_factory=lambda: POLICY)

    def load(self, name: str) -> Mapping[str, Any]:
        return self.policy


class Books:
    """LedgerCredentials with what it stands on, and short words for what tests do again and again."""

    def __init__(self) -> None:
        self.clock, self.policies = SetClock(NOON), GivenPolicies()
        self.keyring = Keyring((new_key(),))
        self.safe = Safe(lambda: self.keyring, LedgerStore(), self.clock)
        self.credentials = LedgerCredentials(self.safe, self.clock, self.policies)
        self.canaries: list[str] = []

    def canary(self) -> Secret:
        self.canaries.append(f"Canary-{secrets.token_hex(8)}")
        return Secret(self.canaries[-1])

    def propose(self, *paths: str, purpose: str = "rotation") -> Mapping[str, int]:
        return self.credentials.propose(dict.fromkeys(paths, self.canary), purpose)

    def move(self, path: str, number: int, state: SecretState, by: str = "") -> None:
        self.credentials.advance([Move(path, number, state, by)])

    def renew(self, path: str, by: str = "ntlm") -> int:
        """A whole rotation that went well."""
        number = self.propose(path)[path]
        self.move(path, number, SecretState.VERIFIED, by)
        return number

    def standing(self, path: str) -> Standing:
        return self.credentials.standing([path])[path]

    def states(self, path: str) -> dict[int, str]:
        return {version.number: version.state.value for version in self.standing(path).versions}

    def opened(self, path: str, number: int | None = None) -> str:
        ref = SecretRef(path)
        return self.safe.open(ref if number is None else ref.at(number)).reveal()


def add_terminals(*rows: Mapping[str, Any]) -> None:
    """Terminals by their fields; a client in use where nothing else is said."""
    usual = {"kind": "client", "state": "in_use", "added_at": NOON}
    TerminalRecord.objects.bulk_create(
        TerminalRecord(**{**usual, "name_key": str(row.get("name", "")).lower(), **row}) for row in rows
    )


def add_device(name: str, kind: str, accounts: Sequence[Mapping[str, Any]], **fields: Any) -> None:
    DeviceRecord.objects.create(name=name, kind=kind, accounts=list(accounts), added_at=NOON, **fields)
