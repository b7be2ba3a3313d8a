"""What the vault keeps in the ledger: sealed rows, opaque to everybody without the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One version of one secret; ``blob`` is opaque without the key."""

    path: str
    version: int
    key_id: str
    blob: bytes = field(repr=False)
    purpose: str
    created_at: datetime


class SealedStore(Protocol):
    """Versions of sealed secrets; a version is written once and only re-sealed, never changed."""

    def put_if_absent(self, row: SealedRow) -> bool:
        """Store the row; False where this version of this path exists already."""
        ...

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        """Store those of the rows whose version of their path does not exist yet."""
        ...

    def newest_of(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        """The newest version of each path that has one."""
        ...

    def newest(self, path: str) -> SealedRow | None: ...

    def versions(self, path: str) -> Sequence[SealedRow]:
        """All versions, newest first."""
        ...

    def all(self) -> Sequence[SealedRow]: ...

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        """Swap the blob; False where the row is no longer ``old``."""
        ...
