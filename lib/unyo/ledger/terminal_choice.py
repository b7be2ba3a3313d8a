"""Choosing terminals by name, place, department, model and kind, tolerant of width and case."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Sequence

from unyo.core.errors import NotFound
from unyo.core.terminal import Selection, TerminalState
from unyo.core.text import Text
from unyo.ledger.models import RosterFile, TerminalRecord
from unyo.ledger.terminal_fields import floor_key, key_of

IN_SERVICE = (TerminalState.IN_USE, TerminalState.LOAN)


def choose(selection: Selection, records: Sequence[TerminalRecord]) -> list[TerminalRecord]:
    """Those of ``records`` that fulfil every condition; NotFound for a value that nobody has."""
    chosen = _named(selection.terminal, records) if selection.terminal else _in_service(records)
    for field, wanted in _conditions(selection):
        if wanted:
            keys = _known(field, wanted, records)
            chosen = [record for record in chosen if _key(field)(getattr(record, field)) in keys]
    return sorted(chosen, key=lambda record: (record.name_key, record.serial))


def _conditions(selection: Selection) -> Iterable[tuple[str, Sequence[str]]]:
    for field in ("site", "floor", "room", "department", "model", "kind"):
        yield field, getattr(selection, field)


def _in_service(records: Iterable[TerminalRecord]) -> list[TerminalRecord]:
    return [record for record in records if record.state in IN_SERVICE]


def _key(field: str) -> Callable[[str], str]:
    return floor_key if field == "floor" else key_of


def _known(field: str, wanted: Sequence[str], records: Sequence[TerminalRecord]) -> Collection[str]:
    """The keys of the wanted values, a department's with those below it; NotFound for an unknown value."""
    key = _key(field)
    values = {key(getattr(record, field)): getattr(record, field) for record in records}
    found: set[str] = set()
    for value in wanted:
        keys = {key(value)} | (_departments_below(value) if field == "department" else set())
        if not keys & set(values):
            raise unknown(value, [value for value in values.values() if value])
        found |= keys
    return found


def _departments_below(code: str) -> set[str]:
    """The departments of the newest roster that lie below this one, by their parent or their code."""
    newest = RosterFile.objects.order_by("-effective", "-pk").first()
    rows = [(key_of(row[0]), key_of(row[2] or "")) for row in newest.departments] if newest else []
    below = {key for key, _ in rows if key.startswith(key_of(code))}
    reached = {key_of(code)} | below
    while more := {key for key, parent in rows if parent in reached} - reached:
        reached |= more
    return reached


def _named(names: Sequence[str], records: Sequence[TerminalRecord]) -> list[TerminalRecord]:
    found: dict[str, TerminalRecord] = {}
    by_key: dict[str, list[TerminalRecord]] = {}
    for record in records:
        for text in {record.serial, record.name, record.address, record.asset_number} - {""}:
            by_key.setdefault(key_of(text), []).append(record)
    for name in names:
        holder = _holder(by_key.get(key_of(name), []))
        if holder is None:
            raise unknown(name, [text for record in records for text in (record.name, record.serial) if text])
        found[holder.serial] = holder
    return list(found.values())


def _holder(records: Sequence[TerminalRecord]) -> TerminalRecord | None:
    """The one that holds the name now; a retired one only where nobody else has it."""
    living = [record for record in records if record.state != TerminalState.RETIRED]
    return next(iter(living or records[-1:]), None)


def unknown(value: str, known: Sequence[str]) -> NotFound:
    """The error for a name or value that no terminal has, with what is near."""
    keys = {key_of(text): text for text in known}
    near = ", ".join(keys[key] for key in difflib.get_close_matches(key_of(value), list(keys), 5, 0.6))
    hint = near or ", ".join(sorted(set(known))[:5]) or "-"
    return NotFound(
        "terminals.unknown",
        Text("no terminal has this name or value", "該当する端末がありません"),
        Text(f"near: {hint}; list them: unyo terminals list", f"近い値: {hint}。一覧: unyo terminals list"),
        target=value,
    )
