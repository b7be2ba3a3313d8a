"""System.DirectoryServices.DirectoryEntry over the WinNT provider: this computer's policy, and its local users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.ansible.modules.passwords import REFUSED as POLICY_TEXT
from unyo.lab.terminals.machine import passwords
from unyo.lab.terminals.powershell.dotnet import constructor, method
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.accounts import User
    from unyo.lab.terminals.machine.machine import Machine

ENTRY = "System.DirectoryServices.DirectoryEntry"
COM = "System.Runtime.InteropServices.COMException"
_PATH = re.compile(r"WinNT://(?P<computer>[^/,]+)(?:/(?P<user>[^/,]+),user|,computer)", re.I)
_NO_SUCH_USER = 2221
_FOR_EVER = -1
_DAY = 24 * 60 * 60
_TEXTS = {
    passwords.WRONG: "The specified network password is not correct.",
    passwords.LOCKED: "The referenced account is currently locked out and may not be logged on to.",
    passwords.REFUSED: POLICY_TEXT,
    _NO_SUCH_USER: "The user name could not be found.",
}


@constructor(ENTRY, machine=True)
def directory_entry(machine: Machine, path: Any) -> Item:
    """Nothing is looked up before something is asked of it."""
    found = _PATH.fullmatch(str(path))
    if found is None or found["computer"].lower() not in (".", "localhost", machine.name.lower()[:15]):
        machine.unsupported(f"DirectoryEntry({path})")
    return Item(ENTRY, {"Path": str(path), "SimulatedUser": found["user"]})


def _failed(name: str, count: int, number: int) -> PowerShellError:
    # 0x8007 and the Win32 number, as a signed number.
    return method_error(name, count, _TEXTS[number], COM, (0x80070000 | number) - (1 << 32))


def _user(machine: Machine, item: Item, name: str, count: int) -> User:
    account = machine.accounts.user(str(item["SimulatedUser"])) if item["SimulatedUser"] else None
    if account is None:
        raise _failed(name, count, _NO_SUCH_USER)
    return account


@method(ENTRY, "InvokeGet", machine=True)
def invoke_get(machine: Machine, item: Item, name: Any) -> Any:
    wanted = str(name).lower()
    if item["SimulatedUser"] is None:
        values = _of_computer(machine)
    else:
        values = _of_user(machine, _user(machine, item, "InvokeGet", 1))
    if wanted not in values:
        machine.unsupported(f"InvokeGet('{name}') of {item['Path']}")
    return values[wanted]


def _of_computer(machine: Machine) -> dict[str, int]:
    """Times are seconds; a lock-out that never ends by itself is -1."""
    rule, policy = machine.lockout_rule, machine.security
    return {
        "maxbadpasswordsallowed": rule.threshold,
        "lockoutobservationinterval": int(rule.window.total_seconds()),
        "autounlockinterval": int(rule.duration.total_seconds()) or _FOR_EVER,
        "minpasswordlength": policy.number("MinimumPasswordLength"),
        "passwordhistorylength": policy.number("PasswordHistorySize"),
        "minpasswordage": policy.number("MinimumPasswordAge") * _DAY,
    }


def _of_user(machine: Machine, user: User) -> dict[str, Any]:
    attempts, rule, now = machine.accounts.attempts.get(user.sid), machine.lockout_rule, machine.now()
    recent = attempts is not None and now - attempts.since < rule.window
    return {
        "isaccountlocked": machine.accounts.locked(user, rule, now),
        "badpasswordattempts": attempts.wrong if attempts is not None and recent else 0,
    }


@method(ENTRY, "SetPassword", machine=True)
def set_password(machine: Machine, item: Item, new: Any) -> None:
    user = _user(machine, item, "SetPassword", 1)
    number = passwords.reset(machine, user, str(new))
    if number is not None:
        raise _failed("SetPassword", 1, number)


@method(ENTRY, "ChangePassword", machine=True)
def change_password(machine: Machine, item: Item, old: Any, new: Any) -> None:
    user = _user(machine, item, "ChangePassword", 2)
    number = passwords.change(machine, user, str(old), str(new))
    if number is not None:
        raise _failed("ChangePassword", 2, number)
