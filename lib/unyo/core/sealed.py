"""What the vault keeps in the ledger: sealed rows, opaque to everybody without the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState

DESTROYED = "retired"
"""Stands in a row's ``key_id`` where the secret was destroyed; the row keeps the count of versions."""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One version of one secret; ``blob`` is opaque without the key.

    ``state`` is a SecretState, empty for what is no account's password and counts at once.
    """

    path: str
    version: int
    key_id: str
    blob: bytes = field(repr=False)
    purpose: str
    created_at: datetime
    state: str = ""
    set_at: datetime | None = None
    verified_at: datetime | None = None
    verified_by: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it can still be opened with its key."""
        return self.key_id != DESTROYED


def in_force(rows: Iterable[SealedRow]) -> SealedRow | None:
    """Of one path's rows the one that counts: the newest proven one, else the newest plain one.

    Two are proven only for an instant inside of a transaction.
    """
    newest = sorted(rows, key=lambda row: -row.version)
    proven = [row for row in newest if row.state == SecretState.VERIFIED]
    plain = [row for row in newest if row.state == ""]
    row = next(iter(proven or plain), None)
    return row if row is not None and row.is_kept else None


class SealedStore(Protocol):
    """Versions of sealed secrets; a version is written once and only re-sealed, never changed."""

    def put_if_absent(self, row: SealedRow) -> bool:
        """Store the row; False where this version of this path exists already."""
        ...

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        """Store those of the rows whose version of their path does not exist yet."""
        ...

    def newest_of(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        """The newest version of each path that has one, whatever its state."""
        ...

    def counting(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        """The row in force of each path that has one."""
        ...

    def exactly(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], SealedRow]:
        """These versions of these paths, in whatever state."""
        ...

    def newest(self, path: str) -> SealedRow | None: ...

    def versions(self, path: str) -> Sequence[SealedRow]:
        """All versions, newest first."""
        ...

    def all(self) -> Sequence[SealedRow]: ...

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        """Swap the blob; False where the path, the version, the key or the blob are no longer ``old``'s."""
        ...


class Sealer(Protocol):
    """Seals and opens rows that somebody else stores."""

    def sealed(self, ref: SecretRef, secret: Secret, purpose: str, state: SecretState) -> SealedRow:
        """A row for exactly this version, not stored yet."""
        ...

    def open_row(self, row: SealedRow) -> Secret:
        """BadSetting where the key is missing or the row was touched."""
        ...
