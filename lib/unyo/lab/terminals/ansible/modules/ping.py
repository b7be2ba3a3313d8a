"""win_ping."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.powershell.errors import PowerShellError


@module("ansible.windows.win_ping")
def win_ping(task: Task) -> None:
    if task["data"] == "crash":
        raise PowerShellError("boom")
    task.result["ping"] = task["data"]
