"""win_environment: variables of the machine and of the user, which live in the registry."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task

_MACHINE = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
_USER = "HKCU:\\Environment"


@module("ansible.windows.win_environment")
def win_environment(task: Task) -> None:
    level, state = task.text("level"), task.text("state").lower()
    task.result |= {"values": {}, "env_values": {}}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    task.diff |= {"before": {level: before}, "after": {level: after}}
    wanted = task["variables"] or {task.text("name"): task["value"]}
    for name, value in wanted.items():
        if state == "absent" and value:
            task.warn(f"When removing environment variable '{name}' it should not have a value '{value}' set")
        elif state == "present" and not value:
            task.fail(
                "When state=present, value must be defined and not an empty string, if you wish to remove the envvar, "
                "set state=absent"
            )
        status = _one(task, str(name), value, state)
        if status["before"]:
            before[name] = status["before"]
        if status["after"]:
            after[name] = status["after"]
        task.result["values"][name] = task.result["env_values"][name] = status
        task.result["changed"] = task.result["changed"] or status["changed"]
        task.result |= {"before_value": status["before"], "value": status["after"]}


def _one(task: Task, name: str, value: Any, state: str) -> dict[str, Any]:
    text = None if value is None else str(value)
    if task.text("level").lower() == "process":
        # The process ends with the task, so nothing of it stays.
        kept: Any = task.surroundings.environment.get(name.upper())
        return {"changed": (text or None) != kept, "before": kept, "after": text}
    key = task.surroundings.key(_MACHINE if task.text("level").lower() == "machine" else _USER)
    registry = task.machine.registry
    kept = registry.data(key, name)
    shown = None if kept is None else task.surroundings.expand(str(kept))
    state = state or ("present" if text else "absent")
    # PowerShell's -ne: without regard to case.
    differs = (text or "").lower() != (shown or "").lower() if state == "present" else kept is not None
    if differs and task.acts:
        if state == "present":
            registry.put(key, name, "ExpandString" if "%" in str(text) else "String", str(text))
        else:
            registry.drop(key, name)
    return {"changed": differs, "before": shown, "after": text}
