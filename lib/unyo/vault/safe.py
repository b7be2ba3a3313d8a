"""The safe: what is sealed under a name stays, in every version, until somebody retires it on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unyo.core.errors import BadSetting, NotFound, UnyoError
from unyo.core.sealed import SealedRow, SealedStore
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.vault.cipher import seal, unseal
from unyo.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Inspection:
    """What opening every row for a trial found: how many open, and which do not and why."""

    opened: int
    closed: tuple[tuple[SealedRow, UnyoError], ...]


class Safe:
    """The Vault tool over a store and a keyring."""

    def __init__(self, keyring: Keyring, store: SealedStore, clock: Clock) -> None:
        self._keyring, self._store, self._clock = keyring, store, clock

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        """Seal a new version; the former ones stay."""
        while True:
            newest = self._store.newest(ref.path)
            if self._put(ref, secret, purpose, 1 if newest is None else newest.version + 1):
                return

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        """The secret under ``ref``; the first of several racing workers decides what it is."""
        if self._store.newest(ref.path) is None:
            self._put(ref, make(), purpose, 1)
        return self.open(ref)

    def open(self, ref: SecretRef) -> Secret:
        row = self._store.newest(ref.path)
        if row is None:
            raise NotFound(
                "vault.unknown",
                Text("nothing is sealed under this name", "この名前で封印された情報はありません"),
                Text("seal it: unyo vault seal NAME", "封印: unyo vault seal 名前"),
                target=ref.path,
            )
        return self._open_row(row)

    def has(self, ref: SecretRef) -> bool:
        return self._store.newest(ref.path) is not None

    def history(self, ref: SecretRef) -> list[Secret]:
        """All versions, newest first."""
        return [self._open_row(row) for row in self._store.versions(ref.path)]

    def rekey(self) -> int:
        """Seal everything anew with the newest key, row by row; may be cut off and repeated."""
        done = 0
        for row in self._store.all():
            if row.key_id != self._keyring.newest.id:
                key = self._keyring.newest
                blob = seal(key, row.path, row.version, self._open_row(row))
                done += self._store.replace_blob(row, key.id, blob)
        return done

    def inspect(self) -> Inspection:
        """Open every row for a trial."""
        opened, closed = 0, []
        for row in self._store.all():
            try:
                self._open_row(row)
                opened += 1
            except UnyoError as error:
                closed.append((row, error))
        return Inspection(opened, tuple(closed))

    def keys_in_use(self) -> set[str]:
        return {row.key_id for row in self._store.all()}

    def _put(self, ref: SecretRef, secret: Secret, purpose: str, version: int) -> bool:
        key = self._keyring.newest
        blob = seal(key, ref.path, version, secret)
        return self._store.put_if_absent(
            SealedRow(ref.path, version, key.id, blob, purpose, self._clock.now())
        )

    def _open_row(self, row: SealedRow) -> Secret:
        key = self._keyring.find(row.key_id)
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
