"""What ADSI says to win_user where the password policy refuses a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.passwords import meets_policy
from unyo.lab.terminals.powershell.errors import method_error

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

REFUSED = (
    "The password does not meet the password policy requirements. Check the minimum password length, password "
    "complexity and password history requirements."
)


def refuse_weak(machine: Machine, user: str, password: str, *, method: str, count: int) -> None:
    """Raise what ADSI raises where the policy does not accept the password."""
    if not meets_policy(machine, user, password):
        raise method_error(method, count, REFUSED, "System.Runtime.InteropServices.COMException")
