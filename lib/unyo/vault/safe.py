"""The safe: what is sealed under a name stays, in every version, until somebody retires it on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from unyo.core.errors import BadSetting, UnyoError
from unyo.core.sealed import DESTROYED, SealedRow, SealedStore
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.vault.cipher import seal, unseal
from unyo.vault.keyring import Keyring
from unyo.vault.naming import LONGEST, check_name, check_plain, unknown


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
    """The Vault tool and the Sealer over a store and a keyring; safe in several threads and processes."""

    def __init__(self, keys: Callable[[], Keyring], store: SealedStore, clock: Clock) -> None:
        """``keys`` is asked each time: a key that was added while a worker runs counts at once."""
        self._keys, self._store, self._clock = keys, store, clock

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        """Seal a new version; the former ones stay. Refused for an account whose versions have states."""
        check_name(ref)
        while True:
            newest = next(iter(check_plain(self._store.versions(ref.path))), None)
            if self._store.put_if_absent(self._row_after(newest, ref, secret, purpose)):
                return

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        """The secret under ``ref``; the first of several racing workers decides what it is."""
        return self.seal_once_many({ref: make}, purpose)[ref]

    def seal_once_many(
        self, wanted: Mapping[SecretRef, Callable[[], Secret]], purpose: str
    ) -> dict[SecretRef, Secret]:
        """``seal_once`` for many in one transaction: all are sealed before any is returned."""
        for ref in wanted:
            check_name(ref)
        paths = [ref.path for ref in wanted]
        sealed = self._store.counting(paths)
        missing = [ref for ref in wanted if ref.path not in sealed]
        if missing:
            newest = self._store.newest_of([ref.path for ref in missing])
            check_plain(list(newest.values()))
            self._store.put_many_if_absent(
                [self._row_after(newest.get(ref.path), ref, wanted[ref](), purpose) for ref in missing]
            )
            # Read again: what another worker sealed a moment earlier is the secret, not what was made here.
            sealed = self._store.counting(paths)
        return {ref: self._open_found(sealed.get(ref.path), ref) for ref in wanted}

    def open(self, ref: SecretRef) -> Secret:
        """The version in force, or exactly the one that is named; NotFound where there is none.

        BadSetting where the key is missing.
        """
        return self._open_found(self._find([ref]).get(ref), ref)

    def open_many(self, refs: Sequence[SecretRef]) -> dict[SecretRef, Secret | UnyoError]:
        found = self._find(refs)
        opened: dict[SecretRef, Secret | UnyoError] = {}
        for ref in refs:
            try:
                opened[ref] = self._open_found(found.get(ref), ref)
            except UnyoError as error:
                opened[ref] = error
        return opened

    def has(self, ref: SecretRef) -> bool:
        found = self._find([ref]).get(ref)
        return found is not None and found.is_kept

    def history(self, ref: SecretRef) -> list[tuple[SealedRow, Secret]]:
        """All versions that were not destroyed, newest first, with when and for what they were sealed."""
        rows = [row for row in self._store.versions(ref.path) if row.is_kept]
        return [(row, self.open_row(row)) for row in rows]

    def retire(self, ref: SecretRef) -> int:
        """Destroy every version of a plain secret; how many. Backups of the ledger still hold them, sealed."""
        rows = [row for row in check_plain(self._store.versions(ref.path)) if row.is_kept]
        if not rows:
            raise unknown(ref, [])
        return sum(self._store.replace_blob(row, DESTROYED, b"") for row in rows)

    def rekey(self) -> Rekeying:
        """Seal everything anew with the newest key, row by row; may be cut off and repeated."""
        done, closed, key = 0, [], self._keys().newest
        for row in self._kept_rows():
            if row.key_id == key.id:
                continue
            try:
                blob = seal(key, row.path, row.version, self.open_row(row))
            except UnyoError as error:
                closed.append((row, error))
            else:
                done += self._store.replace_blob(row, key.id, blob)
        return Rekeying(done, tuple(closed))

    def inspect(self) -> Inspection:
        """Open every row for a trial."""
        opened, closed = 0, []
        for row in self._kept_rows():
            try:
                self.open_row(row)
                opened += 1
            except UnyoError as error:
                closed.append((row, error))
        return Inspection(opened, tuple(closed))

    def keys_in_use(self) -> set[str]:
        return {row.key_id for row in self._kept_rows()}

    def sealed(self, ref: SecretRef, secret: Secret, purpose: str, state: SecretState) -> SealedRow:
        """A row for exactly this version of an account's password; the caller stores it."""
        name = SecretRef(ref.name)
        check_name(name)
        assert ref.version is not None
        return self._row(name.path, ref.version, secret, purpose, state)

    def open_row(self, row: SealedRow) -> Secret:
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

    def _find(self, refs: Sequence[SecretRef]) -> dict[SecretRef, SealedRow]:
        """One question for those in force and one for exact versions, however many there are."""
        exact = {ref: (ref.name, ref.version) for ref in refs if ref.version is not None}
        rest = [ref for ref in refs if ref not in exact]
        rows = self._store.exactly(list(exact.values())) if exact else {}
        counting = self._store.counting([ref.path for ref in rest]) if rest else {}
        found = {ref: rows[key] for ref, key in exact.items() if key in rows}
        return found | {ref: counting[ref.path] for ref in rest if ref.path in counting}

    def _open_found(self, row: SealedRow | None, ref: SecretRef) -> Secret:
        if row is None or not row.is_kept:
            raise unknown(ref, self._store.versions(ref.name))
        return self.open_row(row)

    def _kept_rows(self) -> list[SealedRow]:
        return [row for row in self._store.all() if row.is_kept]

    def _row_after(self, newest: SealedRow | None, ref: SecretRef, secret: Secret, purpose: str) -> SealedRow:
        return self._row(ref.path, 1 if newest is None else newest.version + 1, secret, purpose, "")

    def _row(self, path: str, version: int, secret: Secret, purpose: str, state: str) -> SealedRow:
        key = self._keys().newest
        blob = seal(key, path, version, secret)
        return SealedRow(path, version, key.id, blob, purpose[:LONGEST], self._clock.now(), state)
