"""The vault's rows in the ledger; what they hold is opaque here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from unyo.core.sealed import SealedRow
from unyo.ledger.models import SealedSecret


class LedgerStore:
    """A SealedStore in the ledger's database."""

    def put_if_absent(self, row: SealedRow) -> bool:
        try:
            with transaction.atomic():
                _model(row).save(force_insert=True)
        except IntegrityError:
            return False
        return True

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        SealedSecret.objects.bulk_create((_model(row) for row in rows), ignore_conflicts=True)

    def newest_of(self, paths: Sequence[str]) -> Mapping[str, SealedRow]:
        found = SealedSecret.objects.filter(path__in=paths).order_by("version")
        return {each.path: _row(each) for each in found}

    def newest(self, path: str) -> SealedRow | None:
        found = SealedSecret.objects.filter(path=path).order_by("-version").first()
        return None if found is None else _row(found)

    def versions(self, path: str) -> Sequence[SealedRow]:
        return [_row(found) for found in SealedSecret.objects.filter(path=path).order_by("-version")]

    def all(self) -> Sequence[SealedRow]:
        return [_row(found) for found in SealedSecret.objects.order_by("path", "version")]

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        same = SealedSecret.objects.filter(
            path=old.path, version=old.version, key_id=old.key_id, blob=old.blob
        )
        return bool(same.update(key_id=key_id, blob=blob))


def _row(found: SealedSecret) -> SealedRow:
    return SealedRow(
        found.path, found.version, found.key_id, bytes(found.blob), found.purpose, found.created_at
    )


def _model(row: SealedRow) -> SealedSecret:
    return SealedSecret(
        path=row.path,
        version=row.version,
        key_id=row.key_id,
        blob=row.blob,
        purpose=row.purpose,
        created_at=row.created_at,
    )
