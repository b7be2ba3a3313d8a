"""Which steps' terminals do not answer now: hundreds are asked at once, which costs seconds."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.tools import Tools
from unyo.ledger.models import Step

_TERMINAL = "terminal:"


def silent_among(steps: Sequence[Step], tools: Tools) -> list[Step]:
    """Steps of terminals that accept no connection. Targets of another kind cannot be asked in passing."""
    terminals = [step for step in steps if step.lock.startswith(_TERMINAL)]
    if not terminals:
        return []
    known = tools.assets.terminals([step.lock.removeprefix(_TERMINAL) for step in terminals])
    asked = [step for step in terminals if step.lock.removeprefix(_TERMINAL) in known]
    answers = tools.terminals.answering([known[step.lock.removeprefix(_TERMINAL)] for step in asked])
    return [step for step, answers_now in zip(asked, answers, strict=True) if not answers_now]
