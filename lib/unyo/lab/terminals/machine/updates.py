"""Updates: what is installed, what is offered, and installing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from unyo.lab.terminals.machine.overlay import Mark, Overlay

SECURITY, CRITICAL, DEFINITIONS, DRIVERS, ROLLUPS, UPDATES = (
    "0fa1201d-4330-4fa8-8ae9-b877473b6441",
    "e6cf1350-c01b-414d-a61f-263d14d133b4",
    "e0789628-ce08-4437-be74-2495b842f43b",
    "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0",
    "28bc880e-0592-4cbf-8f95-c79b17911d5f",
    "cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83",
)
"""The GUIDs of update classifications."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update; ``severity`` is Microsoft's, ``bytes`` its size."""

    id: str
    kb: str
    title: str
    category: str
    severity: str = ""
    bytes: int = 0
    restart: bool = False
    hidden: bool = False
    downloaded: bool = False
    installed: datetime | None = None
    fails: bool = False
    """Installing it ends with an error, for tests."""
    pending: bool = False
    """Installed, and complete only after a restart."""


class Updates:
    """Updates by id."""

    __slots__ = ("table",)

    def __init__(self, mark: Mark) -> None:
        self.table: Overlay[Update] = Overlay({}, mark)

    def put(self, update: Update) -> None:
        self.table[update.id] = update

    def offered(self) -> list[Update]:
        return self.table.where(lambda u: u.installed is None)

    def installed(self) -> list[Update]:
        return self.table.where(lambda u: u.installed is not None)

    def download(self, update: Update) -> Update:
        update = replace(update, downloaded=True)
        self.put(update)
        return update

    def install(self, update: Update, now: datetime) -> Update:
        """Install a downloaded update; it is pending where it takes a restart."""
        update = replace(update, downloaded=True, installed=now, pending=update.restart)
        self.put(update)
        return update

    def settle(self) -> None:
        """What a restart does."""
        for update in self.table.values():
            if update.pending:
                self.put(replace(update, pending=False))
