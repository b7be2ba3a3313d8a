"""A table by case-insensitive names that shares its defaults with every other machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import get_ident
from typing import Any, Generic, TypeVar

V = TypeVar("V")
_GONE: Any = object()
Table = Mapping[str, V]
"""Defaults for an overlay: folded name → frozen value."""


class Mark:
    """Whether anything was changed since somebody last looked, how often ever, and by which thread."""

    __slots__ = ("_changed", "_writers", "count")

    def __init__(self) -> None:
        self._changed = False
        self._writers: dict[int, int] = {}
        self.count = 0

    @property
    def changed(self) -> bool:
        return self._changed

    @changed.setter
    def changed(self, value: bool) -> None:
        self._changed = value
        if value:
            self.count += 1
            thread = get_ident()
            self._writers[thread] = self._writers.get(thread, 0) + 1

    def count_here(self) -> int:
        """How often this thread has changed the machine; others work on it at the same time."""
        return self._writers.get(get_ident(), 0)

    @contextmanager
    def by_itself(self) -> Iterator[None]:
        """What happens in the block is no change by a command; the count keeps it."""
        before, here = self._changed, self.count_here()
        try:
            yield
        finally:
            self._changed = before
            self._writers[get_ident()] = here

    def __deepcopy__(self, memo: dict[int, Any]) -> Mark:
        return self


class Overlay(Generic[V]):
    """Frozen values by name: a machine keeps only what differs from ``base``.

    Values are replaced, never changed in place, so a copy is as cheap as the differences.
    """

    __slots__ = ("_base", "_mark", "_own", "passing", "written")

    def __init__(self, base: Table[V], mark: Mark, own: dict[str, V] | None = None) -> None:
        self._base = base
        self._mark = mark
        self._own: dict[str, V] | None = own
        self.written: Callable[[V], None] | None = None
        """Told of each value that is set; a copy has no listener."""
        self.passing = ""
        """Names that hold this text come and go with a command: they change nothing that lasts."""

    def get(self, name: str) -> V | None:
        """The value, or None."""
        folded = name.lower()
        if self._own is not None and folded in self._own:
            value = self._own[folded]
            return None if value is _GONE else value
        return self._base.get(folded)

    def __getitem__(self, name: str) -> V:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __setitem__(self, name: str, value: V) -> None:
        if self.get(name) == value:
            return
        if self._own is None:
            self._own = {}
        self._own[name.lower()] = value
        self._note(name.lower())
        if self.written is not None:
            self.written(value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        if self._own is None:
            self._own = {}
        folded = name.lower()
        if folded in self._base:
            self._own[folded] = _GONE
        else:
            del self._own[folded]
        self._note(folded)

    def _note(self, folded: str) -> None:
        if not (self.passing and self.passing in folded):
            self._mark.changed = True

    def __iter__(self) -> Iterator[str]:
        """The folded names."""
        own = self._own
        if own is None:
            yield from list(self._base)
            return
        yield from [name for name in self._base if own.get(name) is not _GONE]
        yield from [
            name for name, value in list(own.items()) if name not in self._base and value is not _GONE
        ]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def values(self) -> list[V]:
        return [self[name] for name in self]

    def reset(self) -> None:
        """Nothing but the defaults any more."""
        if self._own:
            self._own = None
            self._mark.changed = True

    def own(self) -> list[V]:
        """The values that differ from the defaults."""
        return [value for value in (self._own or {}).values() if value is not _GONE]

    def where(self, wanted: Callable[[V], bool]) -> list[V]:
        return [value for value in self.values() if wanted(value)]

    def __deepcopy__(self, memo: dict[int, Any]) -> Overlay[V]:
        made = Overlay(self._base, self._mark, None if self._own is None else dict(self._own))
        made.passing = self.passing
        return made
