"""The registry: typed values below case-insensitive keys of HKLM and HKU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

ValueKind = Literal["String", "ExpandString", "Binary", "DWord", "MultiString", "QWord"]
Data = str | int | bytes | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value; the default value of a key is called ``""``."""

    name: str
    kind: ValueKind
    data: Data


@dataclass(frozen=True, slots=True)
class Key:
    """One key with its full path, such as ``HKLM\\SOFTWARE\\Microsoft``; values by folded name."""

    path: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.rpartition("\\")[2]

    def with_value(self, value: Value) -> Key:
        kept = self.values.get(value.name.lower())
        name = kept.name if kept is not None else value.name
        return Key(self.path, {**self.values, name.lower(): Value(name, value.kind, value.data)})

    def without(self, name: str) -> Key:
        return Key(self.path, {n: v for n, v in self.values.items() if n != name.lower()})


class Registry:
    """Keys by path; a key's parents always exist. ``volatile`` are paths that a restart takes away."""

    __slots__ = ("keys", "volatile")

    def __init__(self, base: Table[Key], mark: Mark) -> None:
        self.keys: Overlay[Key] = Overlay(base, mark)
        self.volatile: set[str] = set()

    def key(self, path: str) -> Key | None:
        return self.keys.get(path)

    def value(self, path: str, name: str) -> Value | None:
        key = self.keys.get(path)
        return None if key is None else key.values.get(name.lower())

    def data(self, path: str, name: str) -> Data | None:
        """A value's data, or None where there is no such value."""
        value = self.value(path, name)
        return None if value is None else value.data

    def make(self, path: str) -> Key:
        """The key, made with its parents where missing."""
        kept = self.keys.get(path)
        if kept is not None:
            return kept
        parent, _, name = path.rpartition("\\")
        key = Key(f"{self.make(parent).path}\\{name}" if parent else path)
        self.keys[path] = key
        return key

    def put(self, path: str, name: str, kind: ValueKind, data: Data) -> None:
        """Set a value, making its key where missing."""
        self.keys[path] = self.make(path).with_value(Value(name, kind, data))

    def drop(self, path: str, name: str) -> None:
        """Remove a value; nothing happens where there is none."""
        key = self.keys.get(path)
        if key is not None and name.lower() in key.values:
            self.keys[path] = key.without(name)

    def children(self, path: str) -> list[Key]:
        """The keys right below, by name."""
        start = path.lower() + "\\"
        names = [n for n in self.keys if n.startswith(start) and "\\" not in n[len(start) :]]
        return [self.keys[name] for name in sorted(names)]

    def remove(self, path: str) -> None:
        """Remove a key and everything below it."""
        for child in self.children(path):
            self.remove(child.path)
        del self.keys[path]


def table(keys: Iterable[Key]) -> dict[str, Key]:
    """Default keys by folded path, with all their parents."""
    made: dict[str, Key] = {}
    for key in keys:
        parts = key.path.split("\\")
        for depth in range(1, len(parts)):
            parent = "\\".join(parts[:depth])
            made.setdefault(parent.lower(), Key(parent))
        kept = made.get(key.path.lower())
        made[key.path.lower()] = Key(key.path, {**(kept.values if kept else {}), **key.values})
    return made
