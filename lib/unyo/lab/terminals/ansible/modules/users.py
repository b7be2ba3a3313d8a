"""win_user."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from unyo.lab.terminals.ansible.modules.passwords import refuse_weak
from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.accounts import Group, LogonRefusal, User
from unyo.lab.terminals.machine.passwords import with_password

_UNKNOWN_TO_THE_MACHINE = ("home_directory", "login_script", "profile")


@module("ansible.windows.win_user")
def win_user(task: Task) -> None:
    name = task.text("name")
    task.diff |= {"before": "", "after": ""}
    for odd in _UNKNOWN_TO_THE_MACHINE:
        if task[odd] is not None:
            task.unsupported(odd)
    if task["account_locked"] is True:
        task.fail("account_locked must be set to 'no' if provided")
    expires = _expires(task)
    user = task.machine.accounts.user(name)
    task.diff["before"] = _fields(task, user) if user else ""
    match task.text("state").lower():
        case "present":
            _present(task, user, expires)
        case "absent":
            _absent(task, user)
        case _:
            task.result |= {"msg": f"Querying user '{name}'", "state": "present" if user else "absent"}
            task.diff["after"] = task.diff["before"]
    task.result["name"] = name
    if after := task.machine.accounts.user(name):
        _report(task, after)


def _expires(task: Task) -> datetime | str | None:
    text = task.text("account_expires")
    if not text:
        return None
    if text == "never":
        return text
    try:
        found = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))
    except ValueError:
        task.fail(
            "Failed to parse account_expires as datetime string. "
            "Expecting datetime in yyyy-MM-dd or yyyy-MM-ddTHH:mm:ss.FFFFFFFK format."
        )
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _password_expired(task: Task, user: User) -> bool:
    """Must change at the next log-on, or older than the policy allows."""
    if user.password_set is None:
        return True
    days = task.machine.security.number("MaximumPasswordAge")
    return (
        user.password_expires and days > 0 and task.machine.now() > user.password_set + timedelta(days=days)
    )


def _locked(task: Task, user: User) -> bool:
    machine = task.machine
    return machine.accounts.locked(user, machine.lockout_rule, machine.now())


def _groups(task: Task, user: User) -> list[Group]:
    accounts = task.machine.accounts
    return [group for group in accounts.groups.values() if user.sid in group.members]


def _fields(task: Task, user: User) -> dict[str, Any]:
    return {
        "account_disabled": not user.enabled,
        "account_expires": user.expires.isoformat() if user.expires else "never",
        "account_locked": _locked(task, user),
        "description": user.description,
        "fullname": user.full_name,
        "groups": [full_name(task.machine, group.sid) for group in _groups(task, user)],
        "home_directory": "",
        "login_script": "",
        "name": user.name,
        "password": "REDACTED",
        "password_expired": _password_expired(task, user),
        "password_never_expires": not user.password_expires,
        "profile": "",
        "user_cannot_change_password": not user.may_change_password,
    }


def _present(task: Task, user: User | None, expires: datetime | str | None) -> None:
    task.result["state"] = "present"
    if user is None:
        user = _create(task)
        if user is None:
            return
    after = _fields(task, user)
    task.diff["after"] = after
    wanted = _with_password(task, user, after)
    changes: dict[str, Any] = {
        "enabled": None if task["account_disabled"] is None else not task["account_disabled"],
        "full_name": task["fullname"],
        "description": task["description"],
        "password_expires": None
        if task["password_never_expires"] is None
        else not task["password_never_expires"],
        "may_change_password": _negated(task["user_cannot_change_password"]),
    }
    wanted = replace(wanted, **{key: value for key, value in changes.items() if value is not None})
    if expires is not None:
        wanted = replace(wanted, expires=None if isinstance(expires, str) else expires)
    wanted = _with_expiry(task, wanted)
    if task["account_locked"] is False and _locked(task, user):
        task.changed()
        if task.acts:
            task.machine.accounts.forgive(user)
    if wanted != user:
        task.changed()
        if task.acts:
            task.machine.accounts.put_user(wanted)
    task.diff["after"] = _fields(task, wanted) | {"password": after["password"]}
    if task["groups"] is not None:
        _join(task, wanted)


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _create(task: Task) -> User | None:
    """A new account; in check mode there is none, and the module looks no further."""
    accounts, password = task.machine.accounts, task["password"]
    task.changed()
    task.diff["after"] = {"name": task.text("name")}
    if task.check_mode:
        if password is not None:
            task.diff["after"]["password"] = "REDACTED"
        return None
    refuse_weak(task.machine, task.text("name"), task.text("password"), method="SetInfo", count=0)
    user = User(task.text("name"), accounts.new_sid(), task.text("password"), password_set=task.machine.now())
    accounts.put_user(user)
    return user


def _with_password(task: Task, user: User, after: dict[str, Any]) -> User:
    password = task["password"]
    if password is None or task.text("update_password").lower() != "always":
        return user
    if user.enabled and not _password_expired(task, user) and _matches(task, user, password):
        return user
    after["password"] = "CHANGED REDACTED"
    task.changed()
    if task.check_mode:
        return user
    refuse_weak(task.machine, user.name, password, method="SetPassword", count=1)
    return with_password(task.machine, user, password)


def _matches(task: Task, user: User, password: str) -> bool:
    """The module tries to log on with the password, which counts towards the lock-out."""
    refusal = task.machine.verify_password(user.name, password)
    if refusal is LogonRefusal.LOCKED:
        task.fail(
            "Failed to validate the user's credentials: Failed to logon "
            f"{user.name} (The referenced account is currently locked out and may not be logged on to, "
            "Win32ErrorCode 1909 - 0x00000775)"
        )
    return refusal is None


def _with_expiry(task: Task, user: User) -> User:
    expired = task["password_expired"]
    if expired is None or expired == _password_expired(task, user):
        return user
    return replace(user, password_set=None if expired else task.machine.now())


def _join(task: Task, user: User) -> None:
    accounts = task.machine.accounts
    wanted = [_group(task, name).sid for name in task["groups"] if str(name).strip()]
    held = [group.sid for group in _groups(task, user)]
    action = task.text("groups_action").lower()
    added = [sid for sid in wanted if sid not in held] if action != "remove" else []
    removed = {
        "add": [],
        "remove": [sid for sid in wanted if sid in held],
        "replace": [sid for sid in held if sid not in wanted],
    }[action]
    if not added and not removed:
        return
    task.changed()
    names = task.diff["after"]["groups"]
    task.diff["after"]["groups"] = [*names, *(accounts.groups[sid].name for sid in added)]
    if task.acts:
        for sid in added:
            accounts.set_members(accounts.groups[sid], (*accounts.groups[sid].members, user.sid))
        for sid in removed:
            kept = tuple(member for member in accounts.groups[sid].members if member != user.sid)
            accounts.set_members(accounts.groups[sid], kept)


def _group(task: Task, name: str) -> Group:
    sid = task.surroundings.sid_of(str(name))
    group = task.machine.accounts.groups.get(sid) if sid else None
    if group is None:
        task.fail(f"group '{name}' not found")
    return group


def _absent(task: Task, user: User | None) -> None:
    task.result["state"] = "absent"
    task.diff["after"] = ""
    if user is None:
        task.result["msg"] = f"User '{task['name']}' was not found"
        return
    task.changed()
    task.result["msg"] = f"User '{user.name}' deleted successfully"
    if task.acts:
        task.machine.accounts.remove_user(user)


def _report(task: Task, user: User) -> None:
    home = f"WinNT://{task.machine.domain or 'WORKGROUP'}/{task.machine.name.upper()}"
    task.result |= {
        "fullname": user.full_name,
        "path": f"{home}/{user.name}",
        "description": user.description,
        "password_expired": _password_expired(task, user),
        "password_never_expires": not user.password_expires,
        "user_cannot_change_password": not user.may_change_password,
        "account_disabled": not user.enabled,
        "account_locked": _locked(task, user),
        "sid": user.sid,
        "groups": [{"name": group.name, "path": f"{home}/{group.name}"} for group in _groups(task, user)],
    }
