"""win_user_right."""

from __future__ import annotations

from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.rights import SPELLING


@module("ansible.windows.win_user_right")
def win_user_right(task: Task) -> None:
    right, action = task.text("name"), task.text("action").lower()
    task.result |= {"added": [], "removed": []}
    task.diff |= {"before": "", "after": ""}
    wanted = list(dict.fromkeys(_sid(task, user) for user in task["users"]))
    if right.lower() not in SPELLING:
        task.fail(f"the specified right {right} is not a valid right")
    held = list(task.machine.rights.holders(right))
    added = [sid for sid in wanted if sid not in held] if action != "remove" else []
    removed = {
        "add": [],
        "remove": [sid for sid in wanted if sid in held],
        "set": [sid for sid in held if sid not in wanted],
    }[action]
    after = [sid for sid in (*held, *added) if sid not in removed]
    task.result["added"] = [full_name(task.machine, sid) for sid in added]
    task.result["removed"] = [full_name(task.machine, sid) for sid in removed]
    task.diff["before"] = {right: [full_name(task.machine, sid) for sid in held]}
    task.diff["after"] = {right: [full_name(task.machine, sid) for sid in after]}
    if added or removed:
        task.changed()
        if task.acts:
            task.machine.rights.grant(right, after)


def _sid(task: Task, user: str) -> str:
    found = task.surroundings.sid_of(user)
    if found is None:
        task.fail(f"Failed to translate the account '{user}' to a SID")
    return found
