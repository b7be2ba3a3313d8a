"""win_hostname."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.restarting import rename


@module("ansible.windows.win_hostname")
def win_hostname(task: Task) -> None:
    current = task.machine.power.pending_name or task.machine.name
    wanted = task.text("name")
    task.result |= {"old_name": current, "reboot_required": False}
    task.diff |= {"before": current, "after": wanted}
    if wanted.lower() == current.lower():
        return
    task.result |= {"changed": True, "reboot_required": True}
    if task.acts:
        _rename(task, wanted)


def _rename(task: Task, wanted: str) -> None:
    odd = any(letter in wanted for letter in " .\\/*?\"<>|:'~!@#$%^&(){}_")
    if odd or not 0 < len(wanted) <= 63 or wanted.isdigit():
        problem = (
            f"Skip computer '{task.machine.name}' with new name '{wanted}' because the new name is not valid."
        )
        task.fail(f"Failed to rename computer to '{wanted}': {problem}")
    rename(task.machine, wanted)
