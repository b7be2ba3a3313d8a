"""The safe: what is sealed under a name stays, in every version, until somebody retires it on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unyo.core.errors import BadInput, BadSetting, NotFound, UnyoError
from unyo.core.sealed import SealedRow, SealedStore
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.vault.cipher import seal, unseal
from unyo.vault.keyring import Keyring

RETIRED = "retired"
"""Stands in a row's ``key_id`` where the secret was destroyed; the row keeps the count of versions."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Inspection:
    """What opening every row for a trial found: how many open, and which do not and why."""

    opened: int
    closed: tuple[tuple[SealedRow, UnyoError], ...]


@dataclass(frozen=True, slots=True)
class Rekeying:
    """How many rows were sealed anew, and which could not be opened and why; those are as they were."""

    resealed: int
    closed: tuple[tuple[SealedRow, UnyoError], ...]


class Safe:
    """The Vault tool over a store and a keyring; safe to use from several threads and processes."""

    def __init__(self, keys: Callable[[], Keyring], store: SealedStore, clock: Clock) -> None:
        """``keys`` is asked each time: a key that was added while a worker runs counts at once."""
        self._keys, self._store, self._clock = keys, store, clock

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        """Seal a new version; the former ones stay."""
        while True:
            row = self._row_after(self._store.newest(ref.path), ref, secret, purpose)
            if self._store.put_if_absent(row):
                return

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        """The secret under ``ref``; the first of several racing workers decides what it is."""
        return self.seal_once_many({ref: make}, purpose)[ref]

    def seal_once_many(
        self, wanted: Mapping[SecretRef, Callable[[], Secret]], purpose: str
    ) -> dict[SecretRef, Secret]:
        """``seal_once`` for many in one transaction: all are sealed before any is returned."""
        paths = [ref.path for ref in wanted]
        sealed = self._store.newest_of(paths)
        missing = [ref for ref in wanted if not _is_live(sealed.get(ref.path))]
        self._store.put_many_if_absent(
            [self._row_after(sealed.get(ref.path), ref, wanted[ref](), purpose) for ref in missing]
        )
        # Read again: what another worker sealed a moment earlier is the secret, not what was made here.
        now = self._store.newest_of(paths) if missing else sealed
        return {ref: self._open_row(_live(now.get(ref.path), ref)) for ref in wanted}

    def open(self, ref: SecretRef) -> Secret:
        """The newest version; NotFound where there is none, BadSetting where the key is missing."""
        return self._open_row(_live(self._store.newest(ref.path), ref))

    def has(self, ref: SecretRef) -> bool:
        return _is_live(self._store.newest(ref.path))

    def history(self, ref: SecretRef) -> list[tuple[SealedRow, Secret]]:
        """All versions that were not retired, newest first, with when and for what they were sealed."""
        rows = [row for row in self._store.versions(ref.path) if _is_live(row)]
        return [(row, self._open_row(row)) for row in rows]

    def retire(self, ref: SecretRef) -> int:
        """Destroy every version of a secret; how many. Backups of the ledger still hold them, sealed."""
        rows = [row for row in self._store.versions(ref.path) if _is_live(row)]
        if not rows:
            raise _unknown(ref)
        return sum(self._store.replace_blob(row, RETIRED, b"") for row in rows)

    def rekey(self) -> Rekeying:
        """Seal everything anew with the newest key, row by row; may be cut off and repeated."""
        done, closed, key = 0, [], self._keys().newest
        for row in self._live_rows():
            if row.key_id == key.id:
                continue
            try:
                blob = seal(key, row.path, row.version, self._open_row(row))
            except UnyoError as error:
                closed.append((row, error))
            else:
                done += self._store.replace_blob(row, key.id, blob)
        return Rekeying(done, tuple(closed))

    def inspect(self) -> Inspection:
        """Open every row for a trial."""
        opened, closed = 0, []
        for row in self._live_rows():
            try:
                self._open_row(row)
                opened += 1
            except UnyoError as error:
                closed.append((row, error))
        return Inspection(opened, tuple(closed))

    def keys_in_use(self) -> set[str]:
        return {row.key_id for row in self._live_rows()}

    def _live_rows(self) -> list[SealedRow]:
        return [row for row in self._store.all() if _is_live(row)]

    def _row_after(self, newest: SealedRow | None, ref: SecretRef, secret: Secret, purpose: str) -> SealedRow:
        if not ref.path or len(ref.path) > _LONGEST or not ref.path.isprintable():
            raise BadInput(
                "vault.name",
                Text("this cannot be the name of a secret", "秘密情報の名前として使えません"),
                Text(f"1 to {_LONGEST} printable characters", f"1〜{_LONGEST} 文字の表示可能な文字"),
                target=ref.path[:_LONGEST],
            )
        key, version = self._keys().newest, 1 if newest is None else newest.version + 1
        blob = seal(key, ref.path, version, secret)
        return SealedRow(ref.path, version, key.id, blob, purpose[:_LONGEST], self._clock.now())

    def _open_row(self, row: SealedRow) -> Secret:
        key = self._keys().find(row.key_id)
        if key is None:
            raise BadSetting(
                "vault.key_missing",
                Text(
                    f"it is sealed with key {row.key_id}, which is not in the keyring",
                    f"鍵 {row.key_id} で封印されていますが、その鍵がありません",
                ),
                Text(
                    "restore that key from its backup; nothing was lost",
                    "その鍵をバックアップから戻す。失われたものはありません",
                ),
                target=row.path,
            )
        return unseal(key, row.path, row.version, row.blob)


def _is_live(row: SealedRow | None) -> bool:
    return row is not None and row.key_id != RETIRED


def _live(row: SealedRow | None, ref: SecretRef) -> SealedRow:
    if row is None or row.key_id == RETIRED:
        raise _unknown(ref)
    return row


def _unknown(ref: SecretRef) -> NotFound:
    return NotFound(
        "vault.unknown",
        Text("nothing is sealed under this name", "この名前で封印された情報はありません"),
        Text("seal it: unyo vault seal NAME", "封印: unyo vault seal 名前"),
        target=ref.path,
    )
