"""What a check run of a playbook says of one host: what would change, what it could not foresee."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.change import Change
from unyo.core.playbook import HostResult, TaskStatus
from unyo.core.target import Target
from unyo.core.text import Text

VARIABLES, UNFORESEEN, BLIND = "_variables", "_unforeseen", "_blind"
CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Look:
    """``left`` is what the playbook would do: task (and item) → before and after; ``unforeseen`` are tasks that
    check mode skipped although they would run."""

    left: Mapping[str, tuple[Any, Any]]
    unforeseen: tuple[str, ...]

    def without(self, tasks: Collection[str]) -> Look:
        """Apart from tasks whose own success is their proof."""
        left = {key: pair for key, pair in self.left.items() if _task_of(key) not in tasks}
        return Look(left, tuple(name for name in self.unforeseen if name not in tasks))

    @property
    def is_clean(self) -> bool:
        return not self.left and not self.unforeseen

    @property
    def names(self) -> str:
        return ", ".join((*self.left, *self.unforeseen))


def look_of(result: HostResult) -> Look:
    """Of a host whose check run ended without error."""
    left: dict[str, tuple[Any, Any]] = {}
    unforeseen: list[str] = []
    for task in result.tasks:
        if not task.foreseen:
            unforeseen.append(task.task)
        elif task.status is TaskStatus.CHANGED:
            differs = task.before != task.after
            pair = (task.before, task.after) if differs else (None, CHANGED)
            left[_key(task.task, task.item, left)] = pair
    return Look(left, tuple(dict.fromkeys(unforeseen)))


def planned_change(target: Target, look: Look, variables: Mapping[str, Any]) -> Change:
    """The change that a plan holds; there is no way back, as a playbook knows none."""
    unforeseen = list(look.unforeseen)
    names = ", ".join(unforeseen)
    return Change(
        target,
        {key: before for key, (before, _) in look.left.items()},
        {key: after for key, (_, after) in look.left.items()}
        | {VARIABLES: dict(variables), UNFORESEEN: unforeseen},
        sort="play",
        undoable=False,
        foreseen=not unforeseen,
        reason=Text(f"check mode cannot foresee: {names}", f"事前確認できないタスク: {names}")
        if names
        else None,
    )


def blind_change(target: Target, variables: Mapping[str, Any], why: Text) -> Change:
    """For a terminal that could not be looked at: whatever the playbook finds to do there later."""
    after = {VARIABLES: dict(variables), UNFORESEEN: [], BLIND: True}
    return Change(target, {}, after, sort="play", undoable=False, foreseen=False, reason=why)


def tasks_of(change: Change) -> Look:
    """What was planned, out of the stored change."""
    before, after = change.before or {}, change.after or {}
    left = {key: (before.get(key), value) for key, value in after.items() if not key.startswith("_")}
    return Look(left, tuple(after.get(UNFORESEEN, ())))


def is_as_planned(change: Change, now: Look) -> bool:
    """Nothing would be done that was not planned; that some of it has been done meanwhile does no harm."""
    if (change.after or {}).get(BLIND):
        return True
    planned = tasks_of(change)
    foreseen = all(planned.left.get(key) == pair for key, pair in now.left.items())
    return foreseen and set(now.unforeseen) <= set(planned.unforeseen)


def _key(task: str, item: str, taken: Mapping[str, object]) -> str:
    key = f"{task}: {item}" if item else task
    number = 2
    while key in taken:
        key, number = f"{key.removesuffix(f' #{number - 1}')} #{number}", number + 1
    return key


def _task_of(key: str) -> str:
    return key.partition(" #")[0].partition(": ")[0]
