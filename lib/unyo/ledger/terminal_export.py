"""The asset ledger as a sheet that can be imported again."""

from __future__ import annotations

from collections.abc import Iterable

from unyo.core.table import Table
from unyo.core.terminal import TerminalState
from unyo.core.text import Text
from unyo.ledger.intake.terminal_headings import HEADINGS
from unyo.ledger.models import TerminalRecord
from unyo.ledger.terminal_fields import texts_of

_KINDS = {"client": Text("client", "端末"), "server": Text("server", "サーバ")}


def terminal_table(records: Iterable[TerminalRecord], note: Text) -> Table:
    """One row per terminal, one column per field, state and kind in words."""
    return Table(
        Text("Terminals", "端末台帳"),
        note,
        tuple(HEADINGS.values()),
        tuple(_row(record) for record in records),
    )


def _row(record: TerminalRecord) -> tuple[str | Text, ...]:
    texts = texts_of(record)
    words = {"state": TerminalState(record.state).label, "kind": _KINDS[record.kind]}
    return tuple(words.get(field, texts[field]) for field in HEADINGS)
