"""The domain that the simulator is: its tree, names, clock and what it was asked beyond its subset."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from unyo.core.tools import Clock
from unyo.lab.directory_simulator.entry import Entry
from unyo.lab.directory_simulator.tree import Tree
from unyo.lab.directory_simulator.values import sid_bytes, ticks

FOREVER = -0x8000000000000000
_WRITER_RIDS = (b"512", b"544", b"548")
"""Domain Admins, Administrators, Account Operators."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The password rules kept on the domain's head; None means never or for ever."""

    minimum_length: int
    complexity: bool
    history: int
    minimum_age: timedelta
    maximum_age: timedelta | None
    threshold: int
    window: timedelta
    duration: timedelta | None


@dataclass(slots=True)
class Domain:
    """``dns`` is the domain's DNS name, ``netbios`` the short one, ``host`` the controller's full name."""

    tree: Tree
    clock: Clock
    dns: str
    netbios: str
    host: str
    sid: str
    unsupported: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock.now()

    def ticks(self) -> int:
        return ticks(self.clock.now())

    def new_sid(self) -> bytes:
        """A SID never given before; the count of entries made is part of every snapshot."""
        return self.sid_with(1100 + self.tree.made)

    def sid_with(self, rid: int) -> bytes:
        return sid_bytes(f"{self.sid}-{rid}")

    def category(self, name: str) -> bytes:
        return f"CN={name},CN=Schema,CN=Configuration,{self.tree.root.dn}".encode()

    def policy(self) -> Policy:
        head = self.tree.root
        return Policy(
            head.number("minpwdlength"),
            bool(head.number("pwdproperties") & 1),
            head.number("pwdhistorylength"),
            _span(head.number("minpwdage")) or timedelta(0),
            _span(head.number("maxpwdage")),
            head.number("lockoutthreshold"),
            _span(head.number("lockoutobservationwindow")) or timedelta(0),
            _span(head.number("lockoutduration")),
        )

    def groups_of(self, entry: Entry) -> set[Entry]:
        """All groups that an entry is in: directly, through its primary group, and through groups."""
        found: set[Entry] = set()
        waiting = [*entry.linked("memberof"), *self._primary(entry)]
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting.extend(group.linked("memberof"))
        return found

    def primary_of(self, rid: int) -> Entry | None:
        """The group with that relative identifier."""
        for sid in (self.sid_with(rid), sid_bytes(f"S-1-5-32-{rid}")):
            for entry in self.tree.having("objectsid", sid.decode("latin-1")):
                return entry
        return None

    def _primary(self, entry: Entry) -> list[Entry]:
        group = (
            self.primary_of(entry.number("primarygroupid")) if "primarygroupid" in entry.attributes else None
        )
        return [group] if group is not None else []

    def may_write(self, entry: Entry) -> bool:
        """Rights are simulated coarsely: administrators and account operators write, others do not."""
        writers = {self.primary_of(int(rid)) for rid in _WRITER_RIDS}
        return not writers.isdisjoint(self.groups_of(entry))


def _span(stored: int) -> timedelta | None:
    """Ages are stored as negative numbers of 100 ns; the lowest number and 0 mean never."""
    if stored == FOREVER or stored == 0:
        return None
    return timedelta(microseconds=-stored / 10)
