"""Terminals as the asset ledger knows them, and the hands that reach them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from unyo.core.errors import BadInput, UnyoError
from unyo.core.params import option
from unyo.core.secret import SecretRef
from unyo.core.target import Target
from unyo.core.text import Text

Answer = Mapping[str, Any]
"""What a script on a terminal gave back: one JSON object."""


class TerminalState(StrEnum):
    """Where a terminal is in its life."""

    STOCK = "stock"
    IN_USE = "in_use"
    LOAN = "loan"
    REPAIR = "repair"
    RETIRED = "retired"

    @property
    def label(self) -> Text:
        return {
            TerminalState.STOCK: Text("in stock", "在庫"),
            TerminalState.IN_USE: Text("in use", "使用中"),
            TerminalState.LOAN: Text("on loan", "貸出中"),
            TerminalState.REPAIR: Text("in repair", "修理中"),
            TerminalState.RETIRED: Text("retired", "廃棄"),
        }[self]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a terminal stands."""

    site: str = ""
    floor: str = ""
    room: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal or server; ``serial`` never changes, ``address`` is what unyo connects to.

    ``user`` is a staff number, ``department`` a department's code, ``port`` 0 the one of the settings;
    ``kind`` is ``client`` or ``server``.
    """

    serial: str
    name: str
    address: str
    port: int = 0
    model: str = ""
    place: Place = Place()
    user: str = ""
    department: str = ""
    state: TerminalState = TerminalState.IN_USE
    kind: str = "client"

    @property
    def target(self) -> Target:
        return Target("terminal", self.serial, self.name)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which terminals a job is about: every given condition must hold; the params of runbooks inherit it."""

    terminal: tuple[str, ...] = option(Text("names or serial numbers", "端末名または製造番号"), default=())
    site: tuple[str, ...] = option(Text("sites", "拠点"), default=())
    floor: tuple[str, ...] = option(Text("floors", "階"), default=())
    room: tuple[str, ...] = option(Text("rooms", "室"), default=())
    department: tuple[str, ...] = option(Text("department codes", "部署コード"), default=())
    model: tuple[str, ...] = option(Text("models", "機種"), default=())
    kind: tuple[str, ...] = option(Text("client, server", "種別 (client, server)"), default=())
    everything: bool = option(Text("all terminals in use", "使用中の全端末"), default=False)

    def check(self) -> None:
        """Nothing chosen is an error, never everything."""
        named = (self.terminal, self.site, self.floor, self.room, self.department, self.model, self.kind)
        if not self.everything and not any(named):
            raise BadInput(
                "terminals.none_chosen",
                Text("no terminal was chosen", "対象の端末が指定されていません"),
                Text(
                    "give --terminal, --site, --floor, … or --everything",
                    "--terminal, --site, --floor などか --everything を指定",
                ),
            )


@dataclass(frozen=True, slots=True)
class Errand:
    """One script's work on one terminal; ``secrets`` are opened only while they are sent."""

    terminal: Terminal
    parameters: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, SecretRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """How unyo signs on to terminals in this installation; see ``TerminalOptions`` for the words."""

    transport: str = "negotiate"
    protocol: str = "winrm"
    scheme: str = "https"
    user: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the account is one of the terminal itself."""
        name = self.user.removeprefix(".\\")
        return "@" not in name and "\\" not in name


class Terminals(Protocol):
    """Scripts of ``scripts/windows`` on terminals, many at once, over WinRM."""

    def run(self, script: str, errands: Sequence[Errand], *, timeout: float = 60) -> list[Answer | UnyoError]:
        """Run ``scripts/windows/<script>.ps1`` for each errand; one answer or error each, in order.

        ``timeout`` is seconds per terminal. The script sees ``$Parameters``. A terminal with another
        serial number than the ledger's is a Refused error before the script has begun.
        """
        ...

    @property
    def way(self) -> Way: ...

    def seen_from(self, terminal: Terminal) -> str:
        """The address of this machine that the terminal sees unyo come from."""
        ...

    def answering(self, terminals: Sequence[Terminal]) -> list[bool]:
        """Whether each accepts a connection now; seconds, not minutes."""
        ...


@dataclass(frozen=True, slots=True)
class ApprovedValues:
    """What an approved job last set or confirmed on one terminal: rule id → value."""

    values: Mapping[str, Any]
    job: str
    at: datetime


class Assets(Protocol):
    """The terminal side of the ledger."""

    def select(self, selection: Selection) -> Sequence[Terminal]:
        """The chosen terminals by name; a given name or serial that nobody has is a NotFound error.

        Retired ones and those in stock or repair are left out unless they are named.
        """
        ...

    def terminals(self, serials: Collection[str]) -> Mapping[str, Terminal]:
        """By serial number; unknown ones are missing."""
        ...

    def in_service(self) -> int:
        """How many terminals are in use or on loan, the base of limits by share."""
        ...

    def approved(self, serials: Collection[str]) -> Mapping[str, ApprovedValues]:
        """The last approved baseline values by serial number; a terminal without any is missing."""
        ...

    def amend(self, serial: str, fields: Mapping[str, str], source: str) -> None:
        """Change fields of one terminal, each noted in its history with ``source`` (a job's number)."""
        ...

    def book(self) -> Mapping[str, Mapping[str, str]]:
        """Every terminal ever recorded, retired ones too: serial number → field → text."""
        ...

    def sighted(self, serials: Collection[str]) -> None:
        """Note that these terminals answered just now."""
        ...
