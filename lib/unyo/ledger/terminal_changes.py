"""Adding and changing terminals in the ledger: every change with its history and its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import TerminalChange, TerminalRecord
from unyo.ledger.terminal_fields import key_of, text_of


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes the ledger, when, and out of which source (a file, a job's number, the command line)."""

    by: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Amendment:
    """One terminal and the values that it shall have; ``record`` is new where ``is_new``."""

    record: TerminalRecord
    values: Mapping[str, Any]
    is_new: bool = False

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """Field → (before, after) as text, of what really differs."""
        found = {}
        for field, value in self.values.items():
            before = "" if self.is_new else text_of(getattr(self.record, field))
            if before != text_of(value):
                found[field] = (before, text_of(value))
        return found


def carry_out(amendments: Sequence[Amendment], hand: Hand) -> None:
    """Write them with history and events; call it inside a transaction.

    Names are freed before they are given, so that two terminals may change places.
    """
    history, events, changed = [], [], []
    for amendment in amendments:
        differences = amendment.differences
        if not differences and not amendment.is_new:
            continue
        serial = amendment.record.serial
        history += [
            TerminalChange(
                serial=serial,
                field=field,
                before=before,
                after=after,
                at=hand.at,
                by=hand.by,
                source=hand.source[:255],
            )
            for field, (before, after) in differences.items()
        ]
        kind = "terminal.added" if amendment.is_new else "terminal.changed"
        fields = {"serial": serial, "source": hand.source, "changes": differences}
        events.append(NewEvent(kind, hand.by, fields=fields))
        changed.append(amendment)
    _save(changed, hand.at)
    TerminalChange.objects.bulk_create(history, batch_size=500)
    append(events, hand.at)


def _save(amendments: Sequence[Amendment], at: datetime) -> None:
    renamed = [a.record.serial for a in amendments if not a.is_new and {"name", "state"} & set(a.values)]
    for start in range(0, len(renamed), 500):
        TerminalRecord.objects.filter(pk__in=renamed[start : start + 500]).update(name_key="")
    for amendment in amendments:
        for field, value in amendment.values.items():
            setattr(amendment.record, field, value)
        amendment.record.name_key = key_of(amendment.record.name)
        if amendment.is_new:
            amendment.record.added_at = at
    new = [amendment.record for amendment in amendments if amendment.is_new]
    old = [amendment.record for amendment in amendments if not amendment.is_new]
    fields = {field for amendment in amendments for field in amendment.values}
    if old:
        TerminalRecord.objects.bulk_update(old, sorted(fields | {"name_key"}), batch_size=100)
    TerminalRecord.objects.bulk_create(new, batch_size=200)
