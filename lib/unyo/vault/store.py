"""A store of sealed rows in memory, for trials."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from unyo.core.sealed import SealedRow, in_force


class MemoryStore:
    """A store that forgets everything with the process."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], SealedRow] = {}
        self._lock = threading.Lock()

    def put_if_absent(self, row: SealedRow) -> bool:
        with self._lock:
            return self._rows.setdefault((row.path, row.version), row) is row

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        for row in rows:
            self.put_if_absent(row)

    def newest_of(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        return {path: row for path in paths if (row := self.newest(path)) is not None}

    def counting(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        return {path: row for path in paths if (row := in_force(self.versions(path))) is not None}

    def exactly(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], SealedRow]:
        with self._lock:
            return {key: self._rows[key] for key in wanted if key in self._rows}

    def newest(self, path: str) -> SealedRow | None:
        return next(iter(self.versions(path)), None)

    def versions(self, path: str) -> Sequence[SealedRow]:
        with self._lock:
            rows = [row for row in self._rows.values() if row.path == path]
        return sorted(rows, key=lambda row: -row.version)

    def all(self) -> Sequence[SealedRow]:
        with self._lock:
            return [self._rows[key] for key in sorted(self._rows)]

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        with self._lock:
            row = self._rows.get((old.path, old.version))
            if row is None or (row.key_id, row.blob) != (old.key_id, old.blob):
                return False
            self._rows[(old.path, old.version)] = replace(row, key_id=key_id, blob=blob)
            return True
