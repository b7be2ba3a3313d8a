"""The proof of passwords: every account with its age, its proof and its readers, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from unyo.core.checkout import Checkout
from unyo.core.credential import Credential
from unyo.core.password_books import Standing, Version
from unyo.core.risk import Risk
from unyo.core.secret_state import SecretState
from unyo.core.text import Text

REFUSED_SINCE = Text("proven once, refused since", "確認後に拒否(不一致)")


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that a person read a password."""

    seq: int
    at: datetime
    path: str
    version: int | None
    operator: str
    reason: str
    ticket: str
    until: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """A person whom the ledger knows."""

    name: str
    display: str
    role: str


class Witness(Protocol):
    """What the ledger bears witness to besides the books of passwords; read-only."""

    def readings(self) -> Sequence[Reading]:
        """Every reading there ever was, oldest first."""
        ...

    def checkouts(self) -> Sequence[Checkout]:
        """All of them, oldest first."""
        ...

    def keepers(self) -> Sequence[Keeper]:
        """Those who are active, by name."""
        ...

    def head(self) -> tuple[int, str]:
        """Number and hash of the newest event: what the proof rests on."""
        ...

    def break_glass(self) -> Mapping[str, object] | None:
        """What the newest export's event says (at, holders, needed, file); None before the first."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """One way to a password: who may ask for it, who must agree, for how long."""

    who: tuple[str, ...]
    risk: Risk
    longest: timedelta


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in the proof; ``number`` is what figures name it by. ``max_age`` None: of any age."""

    number: int
    credential: Credential
    standing: Standing
    max_age: timedelta | None
    access: Access
    readings: int
    checkouts: int
    holder: str
    at: datetime

    @property
    def version(self) -> Version | None:
        """The one in force, else the torn one, else the newest."""
        torn = (each for each in self.standing.versions if each.state is SecretState.TORN)
        return self.standing.in_force or next(torn, next(iter(self.standing.versions), None))

    @property
    def state(self) -> Text:
        shown = next(iter(self.standing.open), None) or self.version
        if shown is None:
            return Text("not set by unyo yet", "unyo による設定なし")
        if shown.state is SecretState.VERIFIED and shown.verified_at is None:
            return Text("in force, not proven yet", "使用中(ログオン未確認)")
        if shown.state is SecretState.VERIFIED and self.standing.is_refused:
            return REFUSED_SINCE
        return shown.state.label

    @property
    def set_at(self) -> datetime | None:
        """When the password in force was set: by unyo, as the system tells, or at the latest as it was sealed."""
        version = self.standing.in_force
        if version is None:
            return None
        return version.set_at or self.standing.last_set or version.sealed_at

    @property
    def age(self) -> timedelta | None:
        return None if self.set_at is None else self.at - self.set_at

    @property
    def verified_at(self) -> datetime | None:
        return self.standing.in_force.verified_at if self.standing.in_force else None

    @property
    def proven_at(self) -> datetime | None:
        """When it was proven, unless the system has refused it since: then it proves nothing any more."""
        return None if self.standing.is_refused else self.verified_at

    @property
    def is_over_age(self) -> bool:
        return self.max_age is not None and self.age is not None and self.age > self.max_age

    @property
    def is_torn(self) -> bool:
        return self.standing.in_force is None and self._has(SecretState.TORN)

    @property
    def is_unknown(self) -> bool:
        return bool(self.standing.open)

    def _has(self, state: SecretState) -> bool:
        return any(version.state is state for version in self.standing.versions)

    @property
    def set_otherwise(self) -> bool:
        """The system refuses what it took before, or tells of a change later than unyo's own."""
        if self.standing.is_refused:
            return True
        version = self.standing.in_force
        if version is None or version.set_at is None or self.standing.last_set is None:
            return False
        return self.standing.last_set > version.set_at + timedelta(hours=1)

    @property
    def needs_attention(self) -> bool:
        return (
            self.standing.trouble is not None
            or self.is_torn
            or self.is_unknown
            or self.set_otherwise
            or self.standing.in_force is None
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that the report says; oldest password first."""

    at: datetime
    organisation: str
    rows: tuple[AccountRow, ...]
    readings: tuple[Reading, ...]
    checkouts: tuple[Checkout, ...]
    keepers: tuple[Keeper, ...]
    head: tuple[int, str]
    proven_within: timedelta
    break_glass: Mapping[str, object] | None = None
