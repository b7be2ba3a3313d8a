"""What win_scheduled_task and win_scheduled_task_stat call the parts of a task."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine import tasks as scheduled

LOGON_TYPES = {
    "none": "None",
    "password": "Password",
    "s4u": "S4U",
    "interactive_token": "Interactive",
    "group": "Group",
    "service_account": "ServiceAccount",
    "interactive_token_or_password": "InteractiveOrPassword",
}
# The module's parameter, the setting of the task scheduler's COM interface, the field of the machine.
SETTINGS = (
    ("enabled", "Enabled", "enabled"),
    ("start_when_available", "StartWhenAvailable", "start_when_available"),
    ("stop_if_going_on_batteries", "StopIfGoingOnBatteries", "stop_on_batteries"),
    ("hidden", "Hidden", "hidden"),
    ("allow_demand_start", "AllowDemandStart", "allow_demand_start"),
    ("execution_time_limit", "ExecutionTimeLimit", "execution_time_limit"),
    ("delete_expired_task_after", "DeleteExpiredTaskAfter", "delete_expired_after"),
)


def folder(text: str) -> str:
    """As the machine keeps it: a backslash at both ends."""
    inner = text.strip("\\")
    return f"\\{inner}\\" if inner else "\\"


def shown_action(action: scheduled.Action) -> dict[str, Any]:
    return {
        "type": "TASK_ACTION_EXEC",
        "path": action.execute,
        "arguments": action.arguments or None,
        "working_directory": action.folder or None,
    }


def account_of_task(task: Task, each: scheduled.Task) -> str:
    sid = task.surroundings.sid_of(each.principal.user)
    return full_name(task.machine, sid) if sid else each.principal.user
