"""Playbooks as runbooks use them: hosts with their data in, results per host and task out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from unyo.core.errors import UnyoError
from unyo.core.terminal import Terminal


class TaskStatus(StrEnum):
    """How one task ended on one host."""

    OK = "ok"
    CHANGED = "changed"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class PlayHost:
    """One host of a play. ``variables`` hold no secret: a ``SecretRef.as_state()`` in them is fetched from
    the vault by the task that needs it."""

    terminal: Terminal
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """One task (or one item of its loop) on one host.

    ``before`` and ``after`` are the module's diff where it gave one; ``foreseen`` is False where check mode
    could not look ahead.
    """

    task: str
    action: str
    status: TaskStatus
    item: str = ""
    before: Any = None
    after: Any = None
    foreseen: bool = True
    message: str = ""


@dataclass(frozen=True, slots=True)
class HostResult:
    """What a play did on one host; ``answer`` is what the play published there as ``unyo_answer``."""

    tasks: tuple[TaskResult, ...]
    answer: Mapping[str, Any]
    error: UnyoError | None

    @property
    def changed(self) -> bool:
        return any(task.status is TaskStatus.CHANGED for task in self.tasks)


class Playbooks(Protocol):
    """Ansible, one process per play."""

    def play(
        self, playbook: str, hosts: Sequence[PlayHost], *, check: bool = False, timeout: float = 3600
    ) -> list[HostResult]:
        """Run ``playbooks/<playbook>.yml``; one result per host, in order.

        A host that did not answer has an Unreachable error, one with a failed task a TargetSaidNo, one of
        which nothing was heard (the process died, time ran out) an UnyoError that says so.
        """
        ...
