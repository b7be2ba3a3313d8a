"""win_scheduled_task."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.ansible.modules.task_triggers import shown_trigger, triggers_of
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

_UNKNOWN_TO_THE_MACHINE = [
    "display_name",
    "date",
    "source",
    "version",
    "allow_hard_terminate",
    "compatibility",
    "priority",
    "restart_count",
    "restart_interval",
    "run_only_if_idle",
    "run_only_if_network_available",
    "wake_to_run",
    "group",
]
_INSTANCES = ("Parallel", "Queue", "IgnoreNew", "StopExisting")
_SERVICE_ACCOUNTS = ("S-1-5-18", "S-1-5-19", "S-1-5-20")


@module("community.windows.win_scheduled_task")
def win_scheduled_task(task: Task) -> None:
    name, path = task.text("name"), folder(task.text("path"))
    if re.search(r'[\\/:*?"<>|]', name):
        task.fail(f"Invalid task name '{name}'. The following characters are not valid: \\/:*?\"<>|")
    for odd in _UNKNOWN_TO_THE_MACHINE:
        if task[odd] is not None:
            task.unsupported(odd)
    _refuse_contradictions(task)
    existing = task.machine.tasks.find(path, name)
    if task.text("state").lower() == "absent":
        if existing is not None:
            task.changed()
            task.diff["prepared"] = f"-[Task]\n-{path}{name}\n"
            if task.acts:
                task.machine.tasks.remove(existing)
        return
    if existing is None:
        existing = _created(task, path, name)
        if existing is None:
            return
    _update(task, existing)


def _refuse_contradictions(task: Task) -> None:
    logon = task.text("logon_type").lower()
    if logon == "s4u" and task["password"] is None:
        task.fail("password must be set when logon_type=s4u")
    if (
        logon == "service_account"
        and task.surroundings.sid_of(task.text("username")) not in _SERVICE_ACCOUNTS
    ):
        task.fail("username must be SYSTEM, LOCAL SERVICE or NETWORK SERVICE when logon_type=service_account")
    for action in task["actions"] or ():
        if "path" not in action:
            task.fail("action entry must contain the key 'path'")


def _actions(task: Task) -> tuple[scheduled.Action, ...]:
    return tuple(
        scheduled.Action(
            str(each["path"]), str(each.get("arguments") or ""), str(each.get("working_directory") or "")
        )
        for each in task["actions"]
    )


def _created(task: Task, path: str, name: str) -> scheduled.Task | None:
    """A task with its actions alone, as the module registers it first; None in check mode."""
    if not task["actions"]:
        task.fail(
            "cannot create a task with no actions, set at least one action with a path to an executable"
        )
    task.changed()
    lines = "".join(
        f"+action[0] = {{\n  +Type=TASK_ACTION_EXEC,\n  +Path={action.execute}\n"
        + (f"  +Arguments={action.arguments}\n" if action.arguments else "")
        + (f"  +WorkingDirectory={action.folder}\n" if action.folder else "")
        + "+}\n"
        for action in _actions(task)
    )
    task.diff["prepared"] = f"+[Task]\n+{path}{name}\n\n[Actions]\n{lines}"
    if task.check_mode:
        triggers_of(task)
        return None
    user = scheduled.Principal(task.surroundings.sid, "Interactive")
    return scheduled.Task(name, path, _actions(task), task.machine.now(), principal=user)


def _update(task: Task, existing: scheduled.Task) -> None:
    wanted = replace(
        existing, settings=_settings(task, existing.settings), principal=_principal(task, existing)
    )
    if task["actions"] is not None:
        wanted = replace(wanted, actions=_actions(task))
    if task["description"] is not None:
        wanted = replace(wanted, description=task.text("description"))
    if task["author"] is not None:
        wanted = replace(wanted, author=task.text("author"))
    if task["triggers"] is not None:
        triggers = triggers_of(task)
        if triggers != wanted.triggers:
            wanted = replace(wanted, triggers=triggers, seen=task.machine.now())
    lines = _lines(task, existing, wanted)
    resets = task["password"] is not None and task["update_password"]
    if lines:
        said = task.diff.get("prepared")
        task.diff["prepared"] = f"{said}\n{lines}".strip() if said else lines.strip()
    if lines or resets:
        task.changed()
    if task.acts and task.result["changed"]:
        task.machine.tasks.put(wanted)


def _settings(task: Task, settings: scheduled.TaskSettings) -> scheduled.TaskSettings:
    changes: dict[str, Any] = {field: task[name] for name, _, field in SETTINGS if task[name] is not None}
    if task["disallow_start_if_on_batteries"] is not None:
        changes["allow_on_batteries"] = not task["disallow_start_if_on_batteries"]
    if task["multiple_instances"] is not None:
        changes["multiple_instances"] = _INSTANCES[task["multiple_instances"]]
    return replace(settings, **changes)


def _principal(task: Task, existing: scheduled.Task) -> scheduled.Principal:
    principal = existing.principal
    if task["username"] is not None:
        sid = task.surroundings.sid_of(task.text("username"))
        if sid is None:
            task.fail(f"account_name {task['username']} is not a valid account, cannot get SID")
        known = task.surroundings.sid_of(principal.user)
        logon = "ServiceAccount" if sid in _SERVICE_ACCOUNTS else principal.logon_type
        principal = principal if sid == known else replace(principal, user=sid, logon_type=logon)
    if task["logon_type"] is not None:
        principal = replace(principal, logon_type=LOGON_TYPES[task.text("logon_type").lower()])
    if task["run_level"] is not None:
        principal = replace(principal, run_level=task.text("run_level").capitalize())
    return principal


def _lines(task: Task, old: scheduled.Task, new: scheduled.Task) -> str:
    """The diff, by the module's headings."""
    parts = {
        "Actions": _listed(
            "action", [shown_action(a) for a in old.actions], [shown_action(a) for a in new.actions]
        ),
        "Principal": _changed(
            [
                ("UserId", account_of_task(task, old), account_of_task(task, new)),
                ("LogonType", old.principal.logon_type, new.principal.logon_type),
                ("RunLevel", old.principal.run_level, new.principal.run_level),
            ]
        ),
        "Registration Info": _changed(
            [("Author", old.author, new.author), ("Description", old.description, new.description)]
        ),
        "Settings": _changed(
            [(com, getattr(old.settings, field), getattr(new.settings, field)) for _, com, field in SETTINGS]
            + [
                (
                    "DisallowStartIfOnBatteries",
                    not old.settings.allow_on_batteries,
                    not new.settings.allow_on_batteries,
                ),
                ("MultipleInstances", old.settings.multiple_instances, new.settings.multiple_instances),
            ]
        ),
        "Triggers": _listed(
            "trigger", [shown_trigger(t) for t in old.triggers], [shown_trigger(t) for t in new.triggers]
        ),
    }
    return "\n\n".join(f"[{name}]\n{lines}" for name, lines in parts.items() if lines)


def _changed(pairs: list[tuple[str, Any, Any]]) -> str:
    return "\n".join(f"-{name}={old}\n+{name}={new}" for name, old, new in pairs if old != new)


def _listed(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> str:
    """Actions or triggers one by one."""
    lines = []
    for at in range(max(len(old), len(new))):
        before = old[at] if at < len(old) else {}
        after = new[at] if at < len(new) else {}
        keys = [key for key in (after or before) if before.get(key) != after.get(key)]
        gone = [f"-{key}={before[key]}" for key in keys if before.get(key) is not None]
        came = [f"+{key}={after[key]}" for key in keys if after.get(key) is not None]
        if gone or came:
            inner = ",\n  ".join((*gone, *came))
            lines.append(f"{name}[{at}] = {{\n  {inner}\n}}")
    return "\n".join(lines)
