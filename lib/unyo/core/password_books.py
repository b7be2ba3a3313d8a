"""The books of passwords: what is known of each account and each version of its password."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from unyo.core.credential import Credential, Scope
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.secret import Secret
from unyo.core.secret_state import SecretState
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class Version:
    """What the books know of one password of an account; never the password."""

    number: int
    state: SecretState
    sealed_at: datetime
    set_at: datetime | None = None
    verified_at: datetime | None = None
    verified_by: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One account in the books: its versions newest first, and what is known besides.

    ``bad_logons`` are the instants at which unyo tried or was about to try a password it was not sure of;
    ``refused`` are the versions that the system has refused since (0: the first password of ``initial``).
    A proven log-on clears both. ``checked_out`` says that a person holds the password now.
    """

    path: str
    versions: tuple[Version, ...] = ()
    bad_logons: tuple[datetime, ...] = ()
    refused: tuple[int, ...] = ()
    lockout: LockoutPolicy | None = None
    last_set: datetime | None = None
    trouble: Text | None = None
    trouble_code: str = ""
    trouble_since: datetime | None = None
    checked_out: bool = False
    rotate_by: datetime | None = None
    rotate_reason: str = ""

    @property
    def in_force(self) -> Version | None:
        """The version that was last proven, if it still counts."""
        return next((each for each in self.versions if each.state is SecretState.VERIFIED), None)

    @property
    def is_refused(self) -> bool:
        """Whether the system has refused the version in force since it was proven."""
        return self.in_force is not None and self.in_force.number in self.refused

    @property
    def open(self) -> tuple[Version, ...]:
        """Versions that the target may hold without proof, newest first."""
        return tuple(each for each in self.versions if each.state.is_open)


@dataclass(frozen=True, slots=True)
class Move:
    """One version's step along the table of moves; ``by`` names the log-on that proved it."""

    path: str
    number: int
    state: SecretState
    by: str = ""


class Credentials(Protocol):
    """The books of passwords. Each call is one transaction and is on disk when it returns."""

    def select(self, scope: Scope) -> Sequence[Credential]:
        """The chosen accounts, by path; a given name that nobody has is a NotFound error."""
        ...

    def named(self, paths: Collection[str]) -> Mapping[str, Credential]:
        """By path; unknown ones are missing."""
        ...

    def standing(self, paths: Collection[str]) -> Mapping[str, Standing]:
        """One for every path, an empty one where nothing is known."""
        ...

    def propose(self, wanted: Mapping[str, Callable[[], Secret]], purpose: str) -> Mapping[str, int]:
        """Make, write, open again and so SEAL one new version for each path; path → version.

        All are on disk before it returns. An account that has an open version is a Refused error: that one
        must be settled first.
        """
        ...

    def advance(self, moves: Sequence[Move]) -> None:
        """Note moves, all or nothing; a move that the table does not allow is a Refused error.

        VERIFIED retires the version that was in force before, clears bad log-ons and trouble, and destroys
        what is older than the history that is kept. A repeated move does no harm.
        """
        ...

    def note_tries(self, paths: Collection[str]) -> None:
        """Note, before it happens, that a password which may be wrong is about to be tried."""
        ...

    def note_answers(self, refused: Mapping[str, int], untried: Collection[str]) -> None:
        """After tries: path → the version that its system refused; ``untried``: for these no log-on came about,
        so the newest try that was noted is taken back."""
        ...

    def note_facts(self, facts: Mapping[str, AccountFacts]) -> None:
        """Keep what systems told: lock-out policy, last-set time."""
        ...

    def note_trouble(self, troubles: Mapping[str, UnyoError | None]) -> None:
        """Keep why an account could not be dealt with; None clears it."""
        ...

    def adopt(self, path: str, password: Secret, by: str) -> int:
        """Take a password in that a person gave and a log-on has proven: a new version, VERIFIED."""
        ...
