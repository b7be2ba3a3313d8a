"""Short words that the tables of the proof share."""

from __future__ import annotations

from datetime import datetime

from unyo.core.dates import in_jst
from unyo.core.proof_figures import ranges
from unyo.core.risk import Risk
from unyo.core.text import Text

_EN_DASH = "–"


def approver(risk: Risk) -> Text:
    return {
        Risk.ROUTINE: Text("rule", "規則"),
        Risk.GUARDED: Text("a colleague", "同僚"),
        Risk.GRAVE: Text("the officer", "責任者"),
    }[risk]


def rows_text(rows: tuple[int, ...]) -> str:
    return ", ".join(
        str(first) if first == last else f"{first}{_EN_DASH}{last}" for first, last in ranges(rows)
    )


def local(instant: datetime | None) -> datetime | None:
    return in_jst(instant) if instant is not None else None
