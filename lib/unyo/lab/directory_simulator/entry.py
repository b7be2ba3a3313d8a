"""One entry of the simulated directory; links are references, so that a rename reaches every one."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.core.dn import escape_rdn
from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.schema import Kind

Values = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Passwords:
    """Digests of the present password and the former ones, newest first."""

    digests: tuple[bytes, ...]


class Entry:
    """A node of the tree. ``attributes`` has lower-case names and neither links nor computed values."""

    __slots__ = ("attributes", "backlinks", "children", "kind", "links", "parent", "passwords", "rdn")

    def __init__(self, kind: Kind, rdn: str, parent: Entry | None, attributes: dict[str, Values]) -> None:
        self.kind = kind
        self.rdn = rdn
        self.parent = parent
        self.attributes = attributes
        self.children: dict[str, Entry] = {}
        self.links: dict[str, dict[Entry, None]] = {}
        self.backlinks: dict[str, dict[Entry, None]] = {}
        self.passwords: Passwords | None = None

    @property
    def key(self) -> str:
        """Under which the parent knows this entry."""
        return f"{self.kind.rdn}={fold(self.rdn)}"

    @property
    def dn(self) -> str:
        own = f"{self.kind.rdn.upper()}={escape_rdn(self.rdn)}"
        if self.parent is None:
            return self.attributes["distinguishedname"][0].decode()
        return f"{own},{self.parent.dn}"

    def first(self, name: str) -> bytes | None:
        values = self.attributes.get(name)
        return values[0] if values else None

    def number(self, name: str) -> int:
        """The whole number kept under a lower-case name, 0 where there is none."""
        value = self.first(name)
        return int(value) if value is not None else 0

    def text(self, name: str) -> str:
        return (self.first(name) or b"").decode("utf-8", "replace")

    def linked(self, name: str) -> dict[Entry, None]:
        """The entries that a forward or back link names."""
        return self.links.get(name) or self.backlinks.get(name) or {}

    def is_below(self, other: Entry) -> bool:
        """Whether ``other`` is this entry or one above it."""
        at: Entry | None = self
        while at is not None and at is not other:
            at = at.parent
        return at is other
