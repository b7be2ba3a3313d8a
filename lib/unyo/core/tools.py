"""The tools a runbook is handed: protocols only; wiring builds the real ones from settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from unyo.core.baseline import Baselines
from unyo.core.checkout import Checkouts
from unyo.core.desk import Verifications
from unyo.core.directory import Directory
from unyo.core.distribution import Distribution
from unyo.core.errors import UnyoError
from unyo.core.hand import Hands
from unyo.core.own_secrets import OwnSecrets
from unyo.core.password_books import Credentials
from unyo.core.person import Roster
from unyo.core.playbook import Playbooks
from unyo.core.proof import Witness
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Assets, Terminals


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present instant, UTC, with time zone."""
        ...


class Vault(Protocol):
    """The safe: what is sealed under a reference stays what it is until it is replaced on purpose."""

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        """Seal a secret, keeping any former one as an older version."""
        ...

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        """The secret already sealed under ``ref``, or a newly made one, sealed before it is returned."""
        ...

    def seal_once_many(
        self, wanted: Mapping[SecretRef, Callable[[], Secret]], purpose: str
    ) -> Mapping[SecretRef, Secret]:
        """``seal_once`` for many in one go: all are sealed before any is returned."""
        ...

    def open(self, ref: SecretRef) -> Secret:
        """The password in force, or exactly the version that is named; NotFound where there is none."""
        ...

    def open_many(self, refs: Sequence[SecretRef]) -> Mapping[SecretRef, Secret | UnyoError]:
        """``open`` for many with one question to the ledger: for each the secret, or why it does not open."""
        ...

    def has(self, ref: SecretRef) -> bool: ...


class People(Protocol):
    """The personnel side of the ledger, read-only."""

    def roster(self, roster_id: int) -> Roster: ...

    def newest_roster_id(self) -> int | None:
        """The newest good roster, or None before the first import."""
        ...

    def previous_roster(self, roster_id: int) -> Roster | None:
        """The last good roster before this one (three-way difference: file last)."""
        ...


class Names(Protocol):
    """Log-on names that were given to somebody, now or in the past."""

    def owners(self) -> Mapping[str, tuple[str, date | None]]:
        """Lower-case name → (staff number, date on which it was released or None while in use)."""
        ...

    def reserve(self, names: Mapping[str, str]) -> None:
        """Record name → staff number; a name reserved by another person is a Refused error."""
        ...

    def release(self, names: Collection[str], on: date) -> None: ...


class Deliveries(Protocol):
    """Receipts of account information handed to other systems."""

    def delivered(self, system: str) -> Mapping[str, str]:
        """Staff number → digest of what the system last took."""
        ...

    def record(self, system: str, receipts: Mapping[str, tuple[str, str]]) -> None:
        """Staff number → (digest of what was sent, the system's receipt)."""
        ...


class Policies(Protocol):
    """Site rules kept as data (YAML below inventory/, the site's own before the shipped ones)."""

    def load(self, name: str) -> Mapping[str, Any]:
        """The policy file ``name`` (``accounts``, ``groups`` …) as a mapping; BadSetting if it is wrong."""
        ...


class Tools(Protocol):
    """Everything a runbook may touch. Each is built when first asked for."""

    @property
    def clock(self) -> Clock: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def people(self) -> People: ...
    @property
    def names(self) -> Names: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def distribution(self) -> Distribution: ...
    @property
    def assets(self) -> Assets: ...
    @property
    def terminals(self) -> Terminals: ...
    @property
    def playbooks(self) -> Playbooks: ...
    @property
    def credentials(self) -> Credentials: ...
    @property
    def hands(self) -> Hands: ...
    @property
    def checkouts(self) -> Checkouts: ...
    @property
    def witness(self) -> Witness: ...
    @property
    def verifications(self) -> Verifications: ...
    @property
    def own_secrets(self) -> OwnSecrets: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def baselines(self) -> Baselines: ...
    @property
    def output(self) -> Path:
        """The directory into which a job may write files for people (lists, layouts for other systems)."""
        ...

    def progress(self, text: str, done: int, total: int) -> None:
        """Say how far a long reading or writing is; may be called often."""
        ...
