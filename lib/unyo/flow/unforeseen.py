"""What was there before the first write, noted where the plan could not know it, so that undo can go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from unyo.core.canonical import plain
from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.outcome import Outcome
from unyo.core.state_runbook import StateRunbook, shown_before
from unyo.core.tools import Tools
from unyo.ledger.models import Step


def note_unforeseen(runbook: StateRunbook[Any], steps: Sequence[Step], tools: Tools) -> None:
    """Read the targets that the plan could not look at and keep their state; before anything is written."""
    blind = [step for step in steps if not step.change["foreseen"] and step.found is None]
    if not blind:
        return
    changes = [Change.from_json(step.change) for step in blind]
    for step, change, now in zip(blind, changes, runbook.read_changes(changes, tools), strict=True):
        if now is None or isinstance(now, UnyoError):
            continue
        step.found = plain(shown_before(now, change.after))
        Step.objects.filter(pk=step.pk).update(found=step.found)


def carried_out(step: Step) -> Change:
    """The change that a step really made: from what it found, where the plan could not look ahead."""
    change = Change.from_json(step.change)
    if change.foreseen:
        return change
    if step.found is None:
        return replace(change, undoable=False)
    after = change.after
    if after is not None and step.outcome == Outcome.DONE.value:
        # What was found as good as the wanted value was left as it was.
        left = {key: value for key, value in (step.seen or {}).items() if step.found.get(key) == value}
        after = {key: left.get(key, value) for key, value in after.items()}
    return replace(change, before=step.found, after=after)
