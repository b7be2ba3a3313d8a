"""Where an account's password is stored besides the directory: asked of those who can look and renew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from unyo.core.hand import Use
from unyo.core.secret import Secret
from unyo.core.text import Text

Spellings = tuple[str, ...]
"""One account as services may name it: ``DOMAIN\\name``, ``name@domain``; compare without case."""


class Places(Protocol):
    """Services, scheduled tasks and IIS pools of the terminals and servers."""

    def find(self, accounts: Sequence[Spellings]) -> list[tuple[tuple[Use, ...], tuple[Text, ...]]]:
        """Per account: where it is used, and what could not be looked at."""
        ...

    def renew(self, account: Spellings, uses: Sequence[Use], password: Secret) -> tuple[Use, ...]:
        """Write the new password there; those that took it. Never raises for a single place."""
        ...


class Nowhere:
    """No terminals are kept here, so nobody can look."""

    def find(self, accounts: Sequence[Spellings]) -> list[tuple[tuple[Use, ...], tuple[Text, ...]]]:
        note = Text(
            "where it is used was not looked for (no finder here)", "使用箇所は確認していません(確認手段なし)"
        )
        return [((), (note,)) for _ in accounts]

    def renew(self, account: Spellings, uses: Sequence[Use], password: Secret) -> tuple[Use, ...]:
        return ()
