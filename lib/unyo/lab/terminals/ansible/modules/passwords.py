"""The password policy, as Windows applies it to passwords that an administrator sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unyo.lab.terminals.powershell.errors import method_error

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_REFUSED = (
    "The password does not meet the password policy requirements. Check the minimum password length, password "
    "complexity and password history requirements."
)


def meets_policy(machine: Machine, user: str, password: str) -> bool:
    """Length and complexity; a complex password has three kinds of letters and not the user's name."""
    if len(password) < machine.security.number("MinimumPasswordLength"):
        return False
    if not machine.security.number("PasswordComplexity"):
        return True
    kinds = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    varied = sum(any(kind(letter) for letter in password) for kind in kinds) >= 3
    return varied and not (len(user) > 2 and user.lower() in password.lower())


def refuse_weak(machine: Machine, user: str, password: str, *, method: str, count: int) -> None:
    """Raise what ADSI raises where the policy does not accept the password."""
    if not meets_policy(machine, user, password):
        raise method_error(method, count, _REFUSED, "System.Runtime.InteropServices.COMException")
