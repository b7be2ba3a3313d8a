"""win_scheduled_task_stat."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.ansible.modules.task_triggers import shown_trigger
from unyo.lab.terminals.ansible.modules.task_words import (
    LOGON_TYPES,
    SETTINGS,
    account_of_task,
    folder,
    shown_action,
)
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine import tasks as scheduled
from unyo.lab.terminals.powershell.dates import local


@module("community.windows.win_scheduled_task_stat")
def win_scheduled_task_stat(task: Task) -> None:
    path = folder(task.text("path"))
    inside = task.machine.tasks.table.where(lambda each: each.path.lower() == path.lower())
    exists = bool(inside) or path == "\\"
    task.result["folder_exists"] = exists
    if exists:
        task.result |= {
            "folder_task_names": [each.name for each in inside],
            "folder_task_count": len(inside),
        }
    if task["name"] is None:
        return
    found = task.machine.tasks.find(path, task.text("name")) if exists else None
    task.result["task_exists"] = found is not None
    if found is not None:
        task.result |= _stat(task, found)


def _stat(task: Task, each: scheduled.Task) -> dict[str, Any]:
    now = task.machine.now()
    next_run = each.next_run(now)
    return {
        "state": {
            "last_run_time": f"{local(each.last_run):%Y-%m-%dT%H:%M:%S}"
            if each.last_run
            else "1999-11-30T00:00:00",
            "last_task_result": each.last_result,
            "next_run_time": f"{local(next_run):%Y-%m-%dT%H:%M:%S}" if next_run else "1899-12-30T00:00:00",
            "number_of_missed_runs": each.missed,
            "status": f"TASK_STATE_{each.state.upper()}",
        },
        "principal": {
            "user_id": account_of_task(task, each),
            "group_id": None,
            "logon_type": f"TASK_LOGON_{_logon_name(each)}",
            "run_level": "TASK_RUNLEVEL_HIGHEST"
            if each.principal.run_level == "Highest"
            else "TASK_RUNLEVEL_LUA",
        },
        "registration_info": {"author": each.author or None, "description": each.description or None},
        "settings": {name: getattr(each.settings, field) for name, _, field in SETTINGS}
        | {"disallow_start_if_on_batteries": not each.settings.allow_on_batteries},
        "actions": [shown_action(action) for action in each.actions],
        "triggers": [shown_trigger(trigger) for trigger in each.triggers],
    }


def _logon_name(each: scheduled.Task) -> str:
    return next(
        (name for name, kept in LOGON_TYPES.items() if kept == each.principal.logon_type), "none"
    ).upper()
