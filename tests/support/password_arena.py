"""What a kind of accounts brings to the kills of rotations: its road, its truth, and its troubles."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Hand, Hands, Trial, Tried
from unyo.core.secret import Secret
from unyo.flow.context import Road
from unyo.settings import Settings
from unyo.wiring import Toolbox

Mark = Callable[[str], None]
"""Told of every instant at which a kill may fall."""


@dataclass(frozen=True)
class Arena:
    """Accounts on real systems, as the kills need them; made anew in every process from ``home`` alone.

    ``road`` builds the road of a worker. ``holds`` is the truth: whether a password is in force at the
    system, without a log-on that counts. ``lockouts`` lists every account that the system has ever locked.
    ``stir`` makes trouble between two workers, ``calm`` ends all trouble, ``pass_time`` lets time go by at
    the systems (the workers' clock is the arena's own business).
    """

    road: Callable[[Mark], Road]
    holds: Callable[[Credential, Secret], bool]
    lockouts: Callable[[], Sequence[str]]
    stir: Callable[[random.Random], None]
    calm: Callable[[], None]
    pass_time: Callable[[timedelta], None]


class ShiftedClock:
    """The machine's clock, shifted by what a file says; a test moves it for all processes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.shift

    @property
    def shift(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text()) if self._file.exists() else 0.0)

    def step(self, delta: timedelta) -> None:
        self._file.write_text(str((self.shift + delta).total_seconds()))


class ArenaTools(Toolbox):
    """The tools of an installation in ``home`` with a clock that can be moved and marked hands."""

    def __init__(
        self, settings: Settings, mark: Mark, hands: Callable[[ArenaTools], Hands] | None = None
    ) -> None:
        super().__init__(settings)
        self._mark, self._make_hands = mark, hands

    @property
    def clock(self) -> Any:
        return ShiftedClock(self.settings.home / "clock")

    @property
    def hands(self) -> Any:
        made = self._make_hands(self) if self._make_hands is not None else super().hands
        return MarkedHands(made, self._mark)


class MarkedHands:
    """Hands that name the instants before and after each of their calls."""

    def __init__(self, hands: Hands, mark: Mark) -> None:
        self._hands, self._mark = hands, mark

    def of(self, kind: AccountKind) -> MarkedHand:
        return MarkedHand(self._hands.of(kind), self._mark)


class MarkedHand:
    """One hand with its instants named; a lost call is a kill after the call and before its note."""

    def __init__(self, hand: Hand, mark: Mark) -> None:
        self._hand, self._mark = hand, mark

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        return self._hand.facts(questions)

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        self._mark("before exchanges")
        done = self._hand.exchange(exchanges)
        self._mark("after exchanges")
        return done

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        self._mark("before log-ons")
        done = self._hand.attempt(trials)
        self._mark("after log-ons")
        return done


def arena_road(home: Path, mark: Mark, hands: Callable[[ArenaTools], Hands] | None = None) -> Road:
    """The road of a worker in ``home``; ``hands`` where they are not those that wiring builds."""
    from unyo.runbooks import load

    return Road(ArenaTools(Settings(home), mark, hands), load, home / "audit.anchor")


def facts_of(home: Path) -> dict[str, Any]:
    """What the test has written down for the processes of its arena: ports, names, host keys."""
    found: dict[str, Any] = json.loads((home / "arena.json").read_text())
    return found
