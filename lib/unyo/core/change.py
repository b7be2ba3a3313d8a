"""What is there, what should be there, and the step from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from unyo.core.secret import SecretRef
from unyo.core.target import Target
from unyo.core.text import Text

State = Mapping[str, Any]
"""A flat, JSON-able mapping; a missing thing is None, a missing attribute is a None value.

A secret stands in it as ``SecretRef.as_state()`` and is resolved only while writing."""


def matches(seen: State | None, wanted: State | None) -> bool:
    """True if the target is as wanted: every wanted key that can be read back has the wanted value."""
    if seen is None or wanted is None:
        return seen is None and wanted is None
    return all(seen.get(key) == value for key, value in wanted.items() if SecretRef.from_state(value) is None)


def holds_secret(state: State | None) -> bool:
    return state is not None and any(SecretRef.from_state(value) for value in state.values())


def without_secrets(state: State) -> dict[str, Any]:
    return {key: value for key, value in state.items() if SecretRef.from_state(value) is None}


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute of one change, as a plan shows it."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One target's way from ``before`` to ``after``.

    ``sort`` names the kind of change for people and counts (``joiner``, ``mover``); ``phase`` orders
    changes within a job; ``due`` holds a change back until that instant; ``removes`` marks what limits
    count as a removal (a deletion or a disabled account); ``undoable`` is False where going back is
    impossible, ``foreseen`` False where the plan could not look ahead; ``reason`` says why.
    """

    target: Target
    before: State | None
    after: State | None
    sort: str = "change"
    phase: int = 0
    due: datetime | None = None
    removes: bool = False
    undoable: bool = True
    foreseen: bool = True
    reason: Text | None = None

    @property
    def action(self) -> str:
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "update"

    def differences(self) -> list[Difference]:
        """The attributes that differ, sorted by name; secrets show as their reference, keys with ``_`` not."""
        before, after = self.before or {}, self.after or {}
        keys = sorted(key for key in (after if self.after is not None else before) if not key.startswith("_"))
        return [
            Difference(key, before.get(key), after.get(key))
            for key in keys
            if before.get(key) != after.get(key)
        ]

    def reversed(self) -> Change | None:
        """The change back, or None where a secret or a destruction makes it impossible.

        A created thing is taken away again; a changed one gets exactly its former attributes. A
        password is never put back: where the change only added a secret, the rest is restored.
        """
        if not self.undoable or (self.before is None and self.after is None):
            return None
        after = None if self.after is None else without_secrets(self.after)
        before = None
        if self.before is not None:
            keys = list(after) if after is not None else list(self.before)
            before = {key: self.before.get(key) for key in keys}
        return replace(
            self, before=after, after=before, sort="undo", phase=-self.phase, due=None, removes=before is None
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "target": self.target.as_json(),
            "before": self.before,
            "after": self.after,
            "sort": self.sort,
            "phase": self.phase,
            "due": self.due,
            "removes": self.removes,
            "undoable": self.undoable,
            "foreseen": self.foreseen,
            "reason": self.reason.as_json() if self.reason else None,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Change:
        """The change that ``plain(change.as_json())`` came from."""
        due, reason = value["due"], value["reason"]
        return Change(
            Target.from_json(value["target"]),
            value["before"],
            value["after"],
            sort=value["sort"],
            phase=value["phase"],
            due=datetime.fromisoformat(due) if due else None,
            removes=value["removes"],
            undoable=value["undoable"],
            foreseen=value["foreseen"],
            reason=Text.from_json(reason) if reason else None,
        )
