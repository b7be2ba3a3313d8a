"""All entries of the domain, found by name and by the attributes that must be found fast."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from unyo.core.dn import split_dn
from unyo.lab.directory_simulator.entry import Entry, Passwords, Values
from unyo.lab.directory_simulator.refusal import bad_name, no_object
from unyo.lab.directory_simulator.schema import Kind, attributes, back_link_of
from unyo.lab.directory_simulator.values import comparable, fold_rdn

INDEXED = (
    "samaccountname",
    "userprincipalname",
    "employeenumber",
    "employeeid",
    "objectguid",
    "objectsid",
    "mail",
    "cn",
    "ou",
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One entry in a snapshot; links name other entries by their position in it."""

    kind: Kind
    rdn: str
    parent: int
    attributes: dict[str, Values]
    passwords: Passwords | None
    links: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole domain at one instant."""

    entries: list[_Kept]
    usn: int
    made: int


@dataclass(slots=True)
class Tree:
    """The domain's entries below ``root``; ``usn`` and ``made`` count changes and identities."""

    root: Entry
    seed: str
    usn: int = 1000
    made: int = 0
    _base: list[str] = field(init=False)
    _index: dict[str, dict[str, tuple[Entry, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self._base = [fold_rdn(part) for part in split_dn(self.root.dn)]
        self._index = {name: {} for name in INDEXED}
        self._enter(self.root)

    def find(self, dn: str) -> Entry | None:
        entry, rest = self._walk(dn)
        return None if rest else entry

    def get(self, dn: str) -> Entry:
        """The entry of that name; refused with the nearest one above it where it does not exist."""
        entry, rest = self._walk(dn)
        if entry is None or rest:
            raise no_object(entry.dn if entry is not None else "")
        return entry

    def _walk(self, dn: str) -> tuple[Entry | None, list[str]]:
        if dn[:6].lower() in ("<guid=", "<sid=s"):
            return self._by_identity(dn), []
        rdns = split_dn(dn)
        if not all("=" in rdn for rdn in rdns):
            raise bad_name(dn)
        keys = [fold_rdn(rdn) for rdn in rdns]
        above = len(keys) - len(self._base)
        if above < 0 or keys[above:] != self._base:
            return None, keys
        entry, rest = self.root, keys[:above]
        while rest and rest[-1] in entry.children:
            entry = entry.children[rest.pop()]
        return entry, rest

    def _by_identity(self, dn: str) -> Entry | None:
        name, _, text = dn.strip("<>").partition("=")
        if name.lower() == "sid":
            return next(iter(self.having("objectsid", comparable("sid")(text.encode()))), None)
        try:
            key = uuid.UUID(text).bytes_le.decode("latin-1")
        except ValueError:
            raise bad_name(dn) from None
        return next(iter(self.having("objectguid", key)), None)

    def having(self, name: str, key: str) -> tuple[Entry, ...]:
        """The entries with an indexed attribute of that comparable value."""
        return self._index[name].get(key, ())

    def below(self, entry: Entry) -> Iterator[Entry]:
        """The entry and all under it, parents first."""
        waiting = [entry]
        while waiting:
            at = waiting.pop()
            yield at
            waiting.extend(reversed(at.children.values()))

    def next_usn(self) -> int:
        self.usn += 1
        return self.usn

    def new_guid(self) -> bytes:
        """The same sequence of GUIDs for the same seed."""
        self.made += 1
        digest = bytearray(hashlib.sha256(f"{self.seed}/{self.made}".encode()).digest()[:16])
        digest[7] = digest[7] & 0x0F | 0x40
        digest[8] = digest[8] & 0x3F | 0x80
        return bytes(digest)

    def attach(self, entry: Entry) -> None:
        if entry.parent is not None:
            entry.parent.children[entry.key] = entry
        self._enter(entry)

    def detach(self, entry: Entry) -> None:
        """Take a leaf out, and out of every link from and to it."""
        for name in list(entry.links):
            for other in list(entry.links[name]):
                self.unlink(entry, name, other)
        for back in list(entry.backlinks):
            for other in list(entry.backlinks[back]):
                for name in [n for n, targets in other.links.items() if entry in targets]:
                    self.unlink(other, name, entry)
        if entry.parent is not None:
            del entry.parent.children[entry.key]
        self._leave(entry)

    def replace(self, entry: Entry, new: dict[str, Values]) -> None:
        """Give an entry other attributes; only those indexed that changed are indexed again."""
        old = entry.attributes
        changed = [name for name in INDEXED if old.get(name) != new.get(name)]
        for name in changed:
            self._leave_one(entry, name)
        entry.attributes = new
        for name in changed:
            self._enter_one(entry, name)

    def move(self, entry: Entry, rdn: str, parent: Entry) -> None:
        if entry.parent is not None:
            del entry.parent.children[entry.key]
        entry.rdn, entry.parent = rdn, parent
        parent.children[entry.key] = entry

    def link(self, source: Entry, name: str, target: Entry) -> None:
        source.links.setdefault(name, {})[target] = None
        target.backlinks.setdefault(_back(name), {})[source] = None

    def unlink(self, source: Entry, name: str, target: Entry) -> None:
        _drop(source.links, name, target)
        _drop(target.backlinks, _back(name), source)

    def _enter(self, entry: Entry) -> None:
        for name in INDEXED:
            self._enter_one(entry, name)

    def _leave(self, entry: Entry) -> None:
        for name in INDEXED:
            self._leave_one(entry, name)

    def _enter_one(self, entry: Entry, name: str) -> None:
        for value in entry.attributes.get(name, ()):
            key = _key(name, value)
            self._index[name][key] = (*self._index[name].get(key, ()), entry)

    def _leave_one(self, entry: Entry, name: str) -> None:
        for value in entry.attributes.get(name, ()):
            key = _key(name, value)
            left = tuple(other for other in self._index[name].get(key, ()) if other is not entry)
            if left:
                self._index[name][key] = left
            else:
                self._index[name].pop(key, None)

    def snapshot(self) -> Snapshot:
        every = list(self.below(self.root))
        place = {entry: i for i, entry in enumerate(every)}
        kept = [
            _Kept(
                entry.kind,
                entry.rdn,
                place[entry.parent] if entry.parent is not None else -1,
                dict(entry.attributes),
                entry.passwords,
                {name: [place[other] for other in targets] for name, targets in entry.links.items()},
            )
            for entry in every
        ]
        return Snapshot(kept, self.usn, self.made)

    def restore(self, snapshot: Snapshot) -> None:
        made: list[Entry] = []
        self._index = {name: {} for name in INDEXED}
        for kept in snapshot.entries:
            parent = made[kept.parent] if kept.parent >= 0 else None
            entry = Entry(kept.kind, kept.rdn, parent, dict(kept.attributes))
            entry.passwords = kept.passwords
            made.append(entry)
            self.attach(entry)
        for entry, kept in zip(made, snapshot.entries, strict=True):
            for name, targets in kept.links.items():
                for target in targets:
                    self.link(entry, name, made[target])
        self.root, self.usn, self.made = made[0], snapshot.usn, snapshot.made


def _key(name: str, value: bytes) -> str:
    return comparable(attributes()[name].syntax)(value)


def _back(name: str) -> str:
    link = attributes()[name].link
    return back_link_of(link) if link is not None else ""


def _drop(links: dict[str, dict[Entry, None]], name: str, other: Entry) -> None:
    found = links.get(name)
    if found is not None:
        found.pop(other, None)
        if not found:
            del links[name]
