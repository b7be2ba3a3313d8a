"""unyo's own secrets: the vault's keys and the password of its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class OwnSecret:
    """One of them: ``key`` (vault_key, ledger_password), what is in force and since when.

    ``id`` names it without telling it; ``since`` None: nobody knows. ``obstacle``: why unyo cannot renew it
    by itself, None where it can.
    """

    key: str
    label: Text
    id: str
    since: datetime | None
    obstacle: Text | None = None


class OwnSecrets(Protocol):
    """What unyo itself signs on and seals with, apart from accounts that are in the books."""

    def listed(self) -> Sequence[OwnSecret]: ...

    def renew(self, key: str, actor: str) -> OwnSecret:
        """Replace it, prove the new one, and give how it stands then; may be cut off anywhere and repeated."""
        ...
