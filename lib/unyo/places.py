"""Where terminals store passwords of directory accounts, asked from threads that must not touch the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from unyo.connectors.directory.uses import Places
from unyo.core.hand import Use
from unyo.core.secret import Secret
from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.wiring import Toolbox

T = TypeVar("T")


def places_of(tools: Toolbox) -> Places | None:
    """None where this installation reaches no terminals."""
    from unyo.connectors.winrm.fleet import WinrmTerminals
    from unyo.connectors.winrm.uses import TerminalPlaces
    from unyo.core.terminal import Selection
    from unyo.wiring import reach

    options = tools.settings.terminals
    if not (options.user or options.transport == "certificate"):
        return None
    terminals = WinrmTerminals(
        reach(tools.settings), tools.terminal_password, tools.vault.open, tools.own_passwords
    )
    everywhere = Selection(everything=True)
    return Apart(TerminalPlaces(terminals, lambda: tools.assets.select(everywhere), tools.assets.terminals))


class Apart:
    """Each question has a thread of its own, whose connections to the ledger are closed with it."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def find(self, accounts: Sequence[tuple[str, ...]]) -> list[tuple[tuple[Use, ...], tuple[Text, ...]]]:
        return _apart(lambda: self._places.find(accounts))

    def renew(self, account: tuple[str, ...], uses: Sequence[Use], password: Secret) -> tuple[Use, ...]:
        return _apart(lambda: self._places.renew(account, uses, password))


def _apart(work: Callable[[], T]) -> T:
    from django.db import connections

    def closing() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(closing).result()
