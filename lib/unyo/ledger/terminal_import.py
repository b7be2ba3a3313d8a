"""An asset register held against the ledger: what is new, what differs, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from unyo.core.errors import BadInput
from unyo.core.terminal import TerminalState
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.terminal_file import TerminalFile, TerminalRow
from unyo.ledger.models import TerminalRecord
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out
from unyo.ledger.terminal_fields import key_of

_LISTED = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """What importing a file would do; ``unmentioned`` terminals stand in the ledger only and stay."""

    new: tuple[Amendment, ...]
    changed: tuple[Amendment, ...]
    unchanged: int
    faults: tuple[BadRow, ...]
    unmentioned: int


def compare(file: TerminalFile) -> Comparison:
    """Hold every row against the ledger; nothing is written."""
    records = {key_of(record.serial): record for record in TerminalRecord.objects.all()}
    faults = [*file.faults, *_name_conflicts(file, records)]
    bad = {fault.line for fault in faults}
    amendments = [
        _amendment(row, records.get(key_of(row.serial))) for row in file.rows if row.line not in bad
    ]
    new = tuple(amendment for amendment in amendments if amendment.is_new)
    old = [amendment for amendment in amendments if not amendment.is_new]
    changed = tuple(amendment for amendment in old if amendment.differences)
    return Comparison(new, changed, len(old) - len(changed), tuple(faults), len(records) - len(old))


def _amendment(row: TerminalRow, record: TerminalRecord | None) -> Amendment:
    if record is not None:
        return Amendment(record, row.values)
    return Amendment(TerminalRecord(serial=row.serial), {**_defaults(row.values), **row.values}, is_new=True)


def _defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a register may leave out: a terminal without a name is in stock; it is reached by name."""
    name, addresses = values.get("name", ""), values.get("ip_addresses", [])
    return {
        "address": (addresses or [name.lower()])[0],
        "state": (TerminalState.IN_USE if name else TerminalState.STOCK).value,
        "kind": "client",
    }


def _name_conflicts(file: TerminalFile, records: Mapping[str, TerminalRecord]) -> list[BadRow]:
    """Rows whose name a terminal holds that the file does not rename or retire."""
    rows = {key_of(row.serial): row for row in file.rows}
    holders: dict[str, TerminalRecord] = {}
    for key, record in records.items():
        values = rows[key].values if key in rows else {}
        state, name = values.get("state", record.state), values.get("name", record.name)
        if key not in rows and state != TerminalState.RETIRED and name:
            holders[key_of(name)] = record
    faults = []
    for row in file.rows:
        name = row.values.get("name", "")
        holder = holders.get(key_of(name)) if name else None
        if holder is not None and row.values.get("state") != TerminalState.RETIRED:
            what = Text(f"terminal {holder.serial} has this name", f"端末 {holder.serial} が使用中の名前です")
            right = Text(
                f"another name, or a row that retires {holder.serial}",
                f"別の名前、または {holder.serial} を廃棄とする行",
            )
            faults.append(BadRow(row.line, file.columns.heading("name"), name, what, right))
    return faults


def import_terminals(file: TerminalFile, found: Comparison, hand: Hand) -> None:
    """Write what the comparison found, all or nothing, with history and events."""
    with transaction.atomic():
        carry_out([*found.changed, *found.new], hand)
        fields = {
            "filename": file.filename,
            "rows": file.rows_read,
            "new": len(found.new),
            "changed": len(found.changed),
            "skipped": len({fault.line for fault in found.faults}),
        }
        append([NewEvent("terminals.imported", hand.by, fields=fields)], hand.at)


def refuse_bad_rows(filename: str, faults: Sequence[BadRow], rows_read: int) -> BadInput:
    """The error that names every bad row by line, column, value and what would be right."""
    listed = [fault.sentence() for fault in faults[:_LISTED]]
    bad, more = len({fault.line for fault in faults}), len(faults) - len(listed)
    en = [f"{bad} of {rows_read} rows cannot be used; nothing was imported", *(text.en for text in listed)]
    ja = [f"{rows_read} 行のうち {bad} 行が使えません。何も取り込んでいません", *(t.ja for t in listed)]
    if more:
        en.append(f"and {more} more")
        ja.append(f"ほか {more} 件")
    return BadInput(
        "terminals.file.bad_rows",
        Text("\n    ".join(en), "\n    ".join(ja)),
        Text(
            "mend the rows and import again, or leave them out with --skip-bad",
            "該当行を直して取り込み直すか、--skip-bad で除いて取り込む",
        ),
        target=filename,
    )
