"""The hash chain of events: appending to it, and proving that nobody touched it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from unyo.core.canonical import digest
from unyo.core.text import Text
from unyo.ledger.models import ChainHead, Event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has a place in the chain; ``kind`` is past tense (``step.ended``)."""

    kind: str
    actor: str
    job_id: int | None = None
    step_id: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def append(events: Sequence[NewEvent], at: datetime) -> None:
    """Add events to the chain; call it inside the transaction that changes what the events tell of."""
    if not events:
        return
    with transaction.atomic():
        head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1)
        rows = []
        for event in events:
            row = Event(
                seq=head.seq + 1,
                at=at,
                kind=event.kind,
                actor=event.actor,
                job_id=event.job_id,
                step_id=event.step_id,
                fields=dict(event.fields),
                previous=head.hash,
            )
            row.hash = hash_of(row)
            head.seq, head.hash = row.seq, row.hash
            rows.append(row)
        Event.objects.bulk_create(rows)
        head.save()


def hash_of(event: Event) -> str:
    """The hash an untouched event must carry."""
    return digest(
        {
            "seq": event.seq,
            "at": event.at,
            "kind": event.kind,
            "actor": event.actor,
            "job": event.job_id,
            "step": event.step_id,
            "fields": event.fields,
            "previous": event.previous,
        }
    )


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where the chain does not hold."""

    seq: int
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the chain found; no damage means that every row is as it was written."""

    events: int
    head: str
    damages: tuple[Damage, ...]


def verify_chain(anchors: Sequence[tuple[int, str]] = ()) -> Verdict:
    """Walk the whole chain; ``anchors`` are (seq, hash) pairs noted outside the database.

    A changed row breaks its own hash, a removed or inserted one the numbering or the link, a reordered
    one both; rows missing at the end are found by the head, and a chain written anew by the anchors.
    """
    damages: list[Damage] = []
    noted = dict(anchors)
    expected, previous = 1, "0" * 64
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        damages += _damages_of(event, expected, previous)
        if noted.pop(event.seq, event.hash) != event.hash:
            damages.append(_damage(event.seq, "anchor", "differs from the anchor", "控えの値と異なります"))
        expected, previous = event.seq + 1, event.hash
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    if (head.seq, head.hash) != (expected - 1, previous):
        damages.append(
            _damage(
                head.seq,
                "head",
                "rows are missing or added at the end",
                "末尾の行が欠落または追加されています",
            )
        )
    damages += [
        _damage(seq, "anchor", "an anchored row is missing", "控えのある行がありません")
        for seq in sorted(noted)
    ]
    return Verdict(expected - 1, previous, tuple(damages))


def _damages_of(event: Event, expected: int, previous: str) -> list[Damage]:
    found = []
    if event.seq != expected:
        found.append(_damage(expected, "missing", "a row was removed", "行が削除されています"))
    if event.previous != previous:
        found.append(
            _damage(event.seq, "link", "does not follow the row before it", "直前の行とつながっていません")
        )
    if event.hash != hash_of(event):
        found.append(
            _damage(event.seq, "changed", "was changed after it was written", "記録後に変更されています")
        )
    return found


def _damage(seq: int, code: str, en: str, ja: str) -> Damage:
    return Damage(seq, code, Text(f"event {seq}: {en}", f"イベント {seq}: {ja}"))
