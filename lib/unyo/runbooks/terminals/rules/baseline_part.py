"""How terminals keep the security baseline, as one part of their diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unyo.core.errors import UnyoError
from unyo.core.terminal import Answer, Terminal
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.judging import judged
from unyo.runbooks.policy.rules.reading import read_settings
from unyo.runbooks.policy.rules.scope import BaselineSelection, scope_of


def baselines_of(terminals: Sequence[Terminal], tools: Tools) -> list[Answer]:
    """One part per terminal: ``baseline``, or ``errors`` with why it could not be told."""
    try:
        scope = scope_of(BaselineSelection(everything=True), terminals, tools)
    except UnyoError as error:
        return [_unread(error)] * len(terminals)
    readings = read_settings([(terminal, scope.rules_for(terminal)) for terminal in terminals], tools)
    return [
        _unread(reading) if isinstance(reading, UnyoError) else _part(judged(terminal, reading, scope, None))
        for terminal, reading in zip(terminals, readings, strict=True)
    ]


def _part(seen: dict[str, Any]) -> Answer:
    counts = seen["counts"]
    return {
        "baseline": {
            "pack": seen["pack"],
            "score": seen["score"],
            "kept": counts.get("pass", 0),
            "broken": sorted(seen["broken"]),
            "exceptions": counts.get("exempt", 0),
            "unread": counts.get("unread", 0),
        }
    }


def _unread(error: UnyoError) -> Answer:
    return {"errors": {"baseline": error.what.en}}
