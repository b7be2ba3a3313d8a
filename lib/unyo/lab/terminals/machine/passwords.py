"""What Windows does when the password of a local account is set: its policy, its history, its minimum age."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.accounts import LogonRefusal, User

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

WRONG, LOCKED, REFUSED = 86, 1909, 2245
"""ERROR_INVALID_PASSWORD, ERROR_ACCOUNT_LOCKED_OUT and NERR_PasswordTooShort, which stands for any rule broken."""
_KINDS = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
_ENOUGH_KINDS = 3


def meets_policy(machine: Machine, user: str, password: str) -> bool:
    """Length and complexity, which bind administrators too."""
    if len(password) < machine.security.number("MinimumPasswordLength"):
        return False
    if not machine.security.number("PasswordComplexity"):
        return True
    varied = sum(any(kind(letter) for letter in password) for kind in _KINDS) >= _ENOUGH_KINDS
    return varied and not (len(user) > 2 and user.lower() in password.lower())


def with_password(machine: Machine, user: User, password: str) -> User:
    """The account with a new password, the one that it had in its history."""
    kept = machine.security.number("PasswordHistorySize")
    former = (user.password, *user.former)[:kept] if user.password else user.former
    return replace(user, password=password, password_set=machine.now(), former=former)


def reset(machine: Machine, user: User, password: str) -> int | None:
    """An administrator sets it: history and minimum age do not count. The Win32 number of a refusal."""
    if not meets_policy(machine, user.name, password):
        return REFUSED
    machine.accounts.put_user(with_password(machine, user, password))
    return None


def change(machine: Machine, user: User, old: str, password: str) -> int | None:
    """Somebody who knows the old one changes it; a wrong one counts towards the lock-out."""
    refusal = machine.verify_password(user.name, old)
    if refusal is not None:
        return LOCKED if refusal is LogonRefusal.LOCKED else WRONG
    youngest = timedelta(days=machine.security.number("MinimumPasswordAge"))
    too_young = user.password_set is not None and machine.now() < user.password_set + youngest
    kept = machine.security.number("PasswordHistorySize")
    known = bool(kept) and password in (user.password, *user.former)
    if too_young or known or not meets_policy(machine, user.name, password):
        return REFUSED
    machine.accounts.put_user(with_password(machine, user, password))
    return None
