"""The ways to people: what carries a message, and how patiently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Protocol

from unyo.core.errors import UnyoError
from unyo.core.notification import Message


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message and where it goes; ``address`` is empty for a channel with one address of its own."""

    message: Message
    address: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one sending ended; ``again_in`` is how long the other side asked to wait.

    ``whole``: the way itself does not work now, so that nothing else needs to be tried on it for a while.
    """

    error: UnyoError | None = None
    again_in: timedelta | None = None
    whole: bool = False


class Carrier(Protocol):
    """One way to people: a mail server, a chat's webhook."""

    def deliver(self, messages: Sequence[Addressed]) -> Iterator[Delivery]:
        """Hand over one after the other, each answered before the next is sent; it never raises."""
        ...

    def check(self) -> None:
        """BadSetting where a setting of it is wrong; nobody is spoken to."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How messages wait: ``gather`` (pattern of kinds → time in which more of a kind join one message, the
    first pattern that fits counts), ``retry`` before each further try (the last one again and again), and after
    ``give_up`` a message has failed."""

    gather: tuple[tuple[str, timedelta], ...] = (("*", timedelta(minutes=5)),)
    retry: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
    give_up: timedelta = timedelta(hours=72)

    def gathers(self, kind: str) -> timedelta:
        return next((time for pattern, time in self.gather if fnmatchcase(kind, pattern)), timedelta(0))


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to people by its name: ``kind`` is mail, teams, slack or json; ``url`` names a secret."""

    name: str
    kind: str
    url: str = ""
    ca_file: str = ""

    @property
    def needs_address(self) -> bool:
        return self.kind == "mail"


class Post(Protocol):
    """The ways to people that this installation has."""

    @property
    def patience(self) -> Patience: ...

    def channels(self) -> Mapping[str, Channel]:
        """By name; BadSetting where the file is wrong."""
        ...

    def carrier(self, channel: str) -> Carrier:
        """BadSetting where there is no such channel, or something that it needs is missing."""
        ...
