"""What happens on a machine by itself: tasks whose time has come, restarts, group policy that comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.stored import TASK, logs_on
from unyo.lab.terminals.machine.tasks import Task

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

FAILED = 1
NO_LOGON = 0x8007052E - (1 << 32)
"""ERROR_LOGON_FAILURE as the last result of a task that was not begun."""


def fire_due(machine: Machine, now: datetime) -> None:
    """Run every task whose time has come; ``now`` is the machine's own time."""
    for task in machine.tasks.table.values():
        if task.running or not task.due_by(now):
            continue
        run_task(machine, replace(task, seen=now), now)


def catch_up(machine: Machine, now: datetime) -> None:
    """After the machine was off: missed starts run late where the task allows it, and start-up tasks run."""
    for task in machine.tasks.table.values():
        missed = task.due_by(now)
        looked = replace(task, seen=now)
        at_start = task.settings.enabled and any(t.kind == "AtStartup" and t.enabled for t in task.triggers)
        if at_start or (missed and task.settings.start_when_available):
            run_task(machine, looked, now)
        elif missed:
            machine.tasks.put(replace(looked, missed=task.missed + 1))


def run_task(machine: Machine, task: Task, now: datetime) -> None:
    """Run a task's actions as its principal and note the result; the task may remove itself meanwhile."""
    from unyo.lab.terminals.execution import run_command

    if not logs_on(machine, TASK, task.path + task.name):
        machine.tasks.put(replace(task, last_run=now, last_result=NO_LOGON))
        machine.fired.append(f"{task.path}{task.name}: {NO_LOGON}")
        return
    machine.tasks.put(replace(task, running=True, last_run=now))
    result = FAILED
    try:
        for action in task.actions:
            if action.class_id:
                machine.unsupported(f"the task {task.name} would call the class {action.class_id}")
            user = principal_name(machine, task.principal.user)
            done = run_command(machine, user, action.command_line, (), b"", None)
            result = done.exit_code
            machine.fired.append(f"{task.path}{task.name}: {result}")
            if done.stderr:
                machine.fired.append(done.stderr.decode(errors="replace"))
    finally:
        kept = machine.tasks.find(task.path, task.name)
        if kept is not None:
            machine.tasks.put(replace(kept, running=False, last_result=result))


def principal_name(machine: Machine, user: str) -> str:
    """The account name of a task's principal."""
    account = machine.accounts.user(user)
    if account is not None:
        return account.name
    known = {"s-1-5-18": "SYSTEM", "s-1-5-19": "LOCAL SERVICE", "s-1-5-20": "NETWORK SERVICE"}
    return known.get(user.lower(), user.rpartition("\\")[2])
