"""A wrong password must not lock the account: until one log-on has worked, only few are tried."""

from __future__ import annotations

import threading

from unyo.core.errors import Refused
from unyo.core.terminal import Terminal
from unyo.core.text import Text

TRIES = 3


def stopped(terminal: Terminal) -> Refused:
    return Refused(
        "terminals.logon.stopped",
        Text(
            "not tried: this account was refused before, and more tries could lock it",
            "ログオンを拒否されたアカウントのため、ロックを避けて試行していません",
        ),
        Text("mend the account first, then run again", "アカウントを直してから再実行する"),
        target=terminal.name,
    )


class LogonBudget:
    """Shared by all terminals of one run, which all use the same account.

    ``enter`` before each log-on, then exactly one of ``accepted``, ``refused`` and ``left``.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._proven = False
        self._refusals = 0
        self._trying = 0

    def enter(self, terminal: Terminal) -> None:
        """Wait for leave to log on; a Refused error where the account has failed too often."""
        with self._turn:
            self._turn.wait_for(lambda: self._proven or self._trying + self._refusals < TRIES or self._over)
            if self._over:
                raise stopped(terminal)
            self._trying += 1

    @property
    def _over(self) -> bool:
        return not self._proven and self._refusals >= TRIES

    def accepted(self) -> None:
        self._ended(proven=True)

    def refused(self) -> None:
        self._ended(refusals=1)

    def left(self) -> None:
        self._ended()

    def _ended(self, *, proven: bool = False, refusals: int = 0) -> None:
        with self._turn:
            self._trying -= 1
            self._proven = self._proven or proven
            self._refusals += refusals
            self._turn.notify_all()
