"""Scheduled tasks and when they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from unyo.lab.terminals.machine.overlay import Mark, Overlay

TriggerKind = Literal["Once", "Daily", "AtStartup", "AtLogOn"]
RAN_NEVER, RUNNING, OK = 267011, 267009, 0
"""Last results as the task scheduler gives them: SCHED_S_TASK_HAS_NOT_RUN, SCHED_S_TASK_RUNNING, S_OK."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a task; ``start`` in UTC, of ``Daily`` the first time."""

    kind: TriggerKind
    start: datetime | None = None
    enabled: bool = True
    days: int = 1
    delay: timedelta = timedelta(0)
    end: datetime | None = None

    def after(self, moment: datetime) -> datetime | None:
        """The first time later than ``moment`` at which it starts its task by the clock."""
        if not self.enabled or self.start is None:
            return None
        due = self.start
        if self.kind == "Daily" and due <= moment:
            due += timedelta(days=self.days) * ((moment - due) // timedelta(days=self.days) + 1)
        return due if due > moment and (self.end is None or due <= self.end) else None


@dataclass(frozen=True, slots=True)
class Action:
    """A program that a task runs, or the class that it calls instead."""

    execute: str
    arguments: str = ""
    folder: str = ""
    class_id: str = ""

    @property
    def command_line(self) -> str:
        program = (
            f'"{self.execute}"' if " " in self.execute and not self.execute.startswith('"') else self.execute
        )
        return f"{program} {self.arguments}".strip()


@dataclass(frozen=True, slots=True)
class Principal:
    """As whom a task runs; ``user`` is a SID or a name."""

    user: str = "S-1-5-18"
    logon_type: str = "ServiceAccount"
    run_level: str = "Limited"


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """How a task behaves."""

    enabled: bool = True
    start_when_available: bool = False
    allow_on_batteries: bool = False
    stop_on_batteries: bool = True
    hidden: bool = False
    allow_demand_start: bool = True
    execution_time_limit: str = "PT72H"
    delete_expired_after: str = ""
    multiple_instances: str = "IgnoreNew"


@dataclass(frozen=True, slots=True)
class Task:
    """One scheduled task; ``seen`` is the time up to which its triggers have been looked at."""

    name: str
    path: str
    actions: tuple[Action, ...]
    seen: datetime
    triggers: tuple[Trigger, ...] = ()
    principal: Principal = Principal()
    settings: TaskSettings = TaskSettings()
    description: str = ""
    author: str = ""
    running: bool = False
    last_run: datetime | None = None
    last_result: int = RAN_NEVER
    missed: int = 0

    @property
    def state(self) -> str:
        return "Running" if self.running else "Ready" if self.settings.enabled else "Disabled"

    def next_run(self, now: datetime) -> datetime | None:
        """The next time by the clock, or None."""
        if not self.settings.enabled:
            return None
        due = [moment for trigger in self.triggers if (moment := trigger.after(now)) is not None]
        return min(due, default=None)

    def due_by(self, now: datetime) -> bool:
        """Whether a trigger's time has come since the task was last looked at."""
        moment = self.next_run(self.seen)
        return moment is not None and moment <= now


class Tasks:
    r"""Tasks by path and name; a path begins and ends with a backslash."""

    __slots__ = ("table",)

    def __init__(self, mark: Mark) -> None:
        self.table: Overlay[Task] = Overlay({}, mark)

    def find(self, path: str, name: str) -> Task | None:
        return self.table.get(path + name)

    def put(self, task: Task) -> None:
        self.table[task.path + task.name] = task

    def remove(self, task: Task) -> None:
        del self.table[task.path + task.name]
