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


_ROLES = {"operator": Text("operator", "運用担当者"), "officer": Text("officer", "責任者")}


def roles(who: tuple[str, ...]) -> Text:
    known = [_ROLES.get(each, Text(each, each)) for each in who]
    if not known:
        return Text("nobody", "払出し不可")
    return Text(", ".join(each.en for each in known), "、".join(each.ja for each in known))


def instant_in(text: object) -> datetime | str:
    """An instant as an event tells it, for a cell; anything else stays as it is."""
    try:
        return in_jst(datetime.fromisoformat(str(text)))
    except ValueError:
        return str(text or "")


def rows_text(rows: tuple[int, ...]) -> str:
    return ", ".join(
        str(first) if first == last else f"{first}{_EN_DASH}{last}" for first, last in ranges(rows)
    )


def local(instant: datetime | None) -> datetime | None:
    return in_jst(instant) if instant is not None else None
