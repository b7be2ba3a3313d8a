"""The vault's rows in the ledger; what they hold is opaque here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction

from unyo.core.sealed import SealedRow, in_force
from unyo.core.secret_state import SecretState
from unyo.ledger.models import SealedSecret

T = TypeVar("T")

AT_A_TIME = 5000
"""So many values one question may hold on every database."""


class LedgerStore:
    """A SealedStore in the ledger's database."""

    def put_if_absent(self, row: SealedRow) -> bool:
        try:
            with transaction.atomic():
                model_of(row).save(force_insert=True)
        except IntegrityError:
            return False
        return True

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        SealedSecret.objects.bulk_create((model_of(row) for row in rows), ignore_conflicts=True)

    def newest_of(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        found: dict[str, SealedRow] = {}
        for some in portions(paths):
            for each in SealedSecret.objects.filter(path__in=some).order_by("version"):
                found[each.path] = row_of(each)
        return found

    def counting(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        rows: dict[str, list[SealedRow]] = defaultdict(list)
        for some in portions(paths):
            # History is the bulk of an account's rows; it is not read.
            for each in SealedSecret.objects.filter(path__in=some, state__in=("", SecretState.VERIFIED)):
                rows[each.path].append(row_of(each))
        counting = {path: in_force(some) for path, some in rows.items()}
        return {path: row for path, row in counting.items() if row is not None}

    def exactly(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], SealedRow]:
        found: dict[tuple[str, int], SealedRow] = {}
        for some in portions(wanted):
            paths, numbers = {path for path, _ in some}, {number for _, number in some}
            keys = set(some)
            for each in SealedSecret.objects.filter(path__in=paths, version__in=numbers):
                if (each.path, each.version) in keys:
                    found[each.path, each.version] = row_of(each)
        return found

    def newest(self, path: str) -> SealedRow | None:
        found = SealedSecret.objects.filter(path=path).order_by("-version").first()
        return None if found is None else row_of(found)

    def versions(self, path: str) -> Sequence[SealedRow]:
        return [row_of(found) for found in SealedSecret.objects.filter(path=path).order_by("-version")]

    def all(self) -> Sequence[SealedRow]:
        return [row_of(found) for found in SealedSecret.objects.order_by("path", "version")]

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        same = SealedSecret.objects.filter(
            path=old.path, version=old.version, key_id=old.key_id, blob=old.blob
        )
        return bool(same.update(key_id=key_id, blob=blob))


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces that a database takes in one question."""
    for start in range(0, len(values), AT_A_TIME):
        yield values[start : start + AT_A_TIME]


def row_of(found: SealedSecret) -> SealedRow:
    return SealedRow(
        found.path,
        found.version,
        found.key_id,
        bytes(found.blob),
        found.purpose,
        found.created_at,
        found.state,
        found.set_at,
        found.verified_at,
        found.verified_by,
    )


def model_of(row: SealedRow) -> SealedSecret:
    return SealedSecret(
        path=row.path,
        version=row.version,
        key_id=row.key_id,
        blob=row.blob,
        purpose=row.purpose,
        created_at=row.created_at,
        state=row.state,
        set_at=row.set_at,
        verified_at=row.verified_at,
        verified_by=row.verified_by,
    )
