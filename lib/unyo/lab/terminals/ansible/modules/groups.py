"""win_group and win_group_membership."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.accounts import Group
from unyo.lab.terminals.powershell.errors import PowerShellError


def _named(task: Task, name: str) -> Group | None:
    found = task.machine.accounts.group(name)
    return found if found is not None and found.name.lower() == name.lower() else None


def _names(task: Task, sids: Sequence[str]) -> list[str]:
    return [full_name(task.machine, sid) for sid in sids]


@module("ansible.windows.win_group")
def win_group(task: Task) -> None:
    name = task.text("name")
    group = _named(task, name)
    task.diff |= {"before": _shown(task, name, group) if group else None, "after": None}
    task.result["sid"] = None
    if task.text("state").lower() == "absent":
        if group is not None:
            task.changed()
            if task.acts:
                del task.machine.accounts.groups[group.sid]
        return
    if group is None:
        task.changed()
        group = Group(name, task.machine.accounts.new_sid() if task.acts else "S-1-5-0000")
    wanted = _wanted(task, group)
    task.result["sid"] = group.sid
    task.diff["after"] = _shown(task, name, wanted)
    if wanted != group:
        task.changed()
    if task.acts:
        task.machine.accounts.groups[wanted.sid] = wanted


def _shown(task: Task, name: str, group: Group) -> dict[str, Any]:
    return {"name": name, "description": group.description, "members": sorted(_names(task, group.members))}


def _wanted(task: Task, group: Group) -> Group:
    if task["description"] is not None and group.description.lower() != task.text("description").lower():
        group = replace(group, description=task.text("description"))
    members = task["members"]
    if members is None:
        return group
    if members["set"] is not None:
        wanted = _sids(task, members["set"])
        return group if set(wanted) == set(group.members) else replace(group, members=tuple(wanted))
    gone = set(_sids(task, members["remove"]))
    kept = [sid for sid in group.members if sid not in gone]
    new = [sid for sid in _sids(task, members["add"]) if sid not in group.members]
    return replace(group, members=(*kept, *new))


def _sids(task: Task, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(_sid(task, name) for name in names))


def _sid(task: Task, name: str) -> str:
    found = task.surroundings.sid_of(str(name))
    if found is None:
        raise PowerShellError(
            f'Failed to translate \'{name}\' to a SecurityIdentifier: Exception calling "Translate" with "1" '
            'argument(s): "Some or all identity references could not be translated."'
        )
    return found


@module("ansible.windows.win_group_membership")
def win_group_membership(task: Task) -> None:
    name, state = task.text("name"), task.text("state").lower()
    task.result["name"] = name
    if state != "absent":
        task.result["added"] = []
    if state != "present":
        task.result["removed"] = []
    group = _named(task, name)
    if group is None:
        task.fail(f"Could not find local group {name}")
    wanted = list(dict.fromkeys(_member(task, each) for each in task["members"]))
    added = [sid for sid in wanted if sid not in group.members] if state != "absent" else []
    removed = {
        "present": [],
        "absent": [sid for sid in wanted if sid in group.members],
        "pure": [sid for sid in group.members if sid not in wanted],
    }[state]
    after = tuple(sid for sid in (*group.members, *added) if sid not in removed)
    if added:
        task.result["added"] = _names(task, added)
    if removed:
        task.result["removed"] = _names(task, removed)
    task.result |= {"changed": bool(added or removed), "members": _names(task, after)}
    if task.result["changed"] and task.acts:
        task.machine.accounts.set_members(group, after)


def _member(task: Task, name: Any) -> str:
    found = task.surroundings.sid_of(str(name))
    if found is None:
        task.fail(f"account_name {name} is not a valid account, cannot get SID")
    return found
