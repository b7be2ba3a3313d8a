"""win_security_policy: one line of what secedit exports and imports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unyo.lab.terminals.ansible.conversions import to_text
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.accounts import User
from unyo.lab.terminals.machine.rights import SPELLING as RIGHTS
from unyo.lab.terminals.machine.security import SPELLING as KEYS

_SECTIONS = ("Unicode", "System Access", "Event Audit", "Registry Values", "Privilege Rights", "Version")
_ONLY_WITH_LOCKOUT = ("resetlockoutcount", "lockoutduration")
_ACCOUNT_KEYS = {
    "newadministratorname": ("-500", "name"),
    "newguestname": ("-501", "name"),
    "enableadminaccount": ("-500", "enabled"),
    "enableguestaccount": ("-501", "enabled"),
}


@module("community.windows.win_security_policy")
def win_security_policy(task: Task) -> None:
    section, key, value = task.text("section"), task.text("key"), task["value"]
    task.result |= {"section": section, "key": key, "value": value}
    if section == "Privilege Rights":
        task.result["warnings"] = [
            "Using this module to edit rights and privileges is error-prone, use the ansible.windows.win_user_right "
            "module instead"
        ]
    if section.lower() not in (name.lower() for name in _SECTIONS):
        task.fail(f"The section '{section}' does not exist in SecEdit.exe output ini")
    current = _read(task, section, key)
    if (current is None and to_text(value) == "") or (current is not None and _same(current, value)):
        return
    removed = "" if current is None else f"-{key} = {current}\n"
    task.diff["prepared"] = f"[{section}]\n{removed}+{key} = {to_text(value)}"
    task.changed()
    if task.check_mode:
        return
    _write(task, section, key, value)
    task.result["import_log"] = ""
    _verify(task, section, key, value)


def _same(current: int | str, value: Any) -> bool:
    """PowerShell's -ceq: the right side becomes what the left side is."""
    if isinstance(current, int):
        text = to_text(value).strip()
        number = int(value) if isinstance(value, bool) else int(text) if text.lstrip("-").isdigit() else None
        return number == current
    return to_text(value) == current


def _account(task: Task, end: str) -> User:
    return next(user for user in task.machine.accounts.users.values() if user.sid.endswith(end))


def _read(task: Task, section: str, key: str) -> int | str | None:
    """What secedit would export; None where it exports no such key."""
    folded = key.lower()
    if section.lower() not in ("system access", "privilege rights"):
        task.unsupported(f"section {section}")
    if section.lower() == "privilege rights":
        held = task.machine.rights.holders(key) if folded in RIGHTS else ()
        return ",".join(f"*{sid}" for sid in held) or None
    if folded in _ACCOUNT_KEYS:
        end, field = _ACCOUNT_KEYS[folded]
        user = _account(task, end)
        return user.name if field == "name" else int(user.enabled)
    policy = task.machine.security
    hidden = folded in _ONLY_WITH_LOCKOUT and not policy.number("LockoutBadCount")
    return None if hidden else policy.values.get(folded)


def _write(task: Task, section: str, key: str, value: Any) -> None:
    """What secedit takes over; it passes over keys that it does not know."""
    folded = key.lower()
    if section.lower() == "privilege rights":
        if folded in RIGHTS:
            task.machine.rights.grant(key, _holders(task, to_text(value)))
    elif folded in _ACCOUNT_KEYS:
        end, field = _ACCOUNT_KEYS[folded]
        user = _account(task, end)
        changed = replace(user, name=to_text(value)) if field == "name" else replace(user, enabled=_on(value))
        task.machine.accounts.put_user(changed)
    elif folded in KEYS:
        number = to_text(int(value) if isinstance(value, bool) else value).strip()
        if number.lstrip("-").isdigit() and _read(task, section, key) is not None:
            task.machine.security.values[folded] = int(number)


def _on(value: Any) -> bool:
    return to_text(value).strip() not in ("0", "False")


def _holders(task: Task, text: str) -> list[str]:
    names = [part.strip().lstrip("*") for part in text.split(",") if part.strip()]
    found = [task.surroundings.sid_of(name) for name in names]
    return [sid for sid in found if sid is not None]


def _verify(task: Task, section: str, key: str, value: Any) -> None:
    now = _read(task, section, key)
    if now is None and to_text(value) != "":
        task.fail(f"The key '{key}' in section '{section}' is not a valid key, cannot set this value")
    if now is not None and not _same(now, value):
        task.fail(
            f"Failed to change the value for key '{key}' in section '{section}', the value is still {now}"
        )
