"""The account policy of secedit's [System Access]; names of accounts in it are the accounts' own."""

from __future__ import annotations

from unyo.lab.terminals.machine.overlay import Mark, Overlay

Value = int | str
_CLIENT: dict[str, Value] = {
    "MinimumPasswordAge": 0,
    "MaximumPasswordAge": 42,
    "MinimumPasswordLength": 0,
    "PasswordComplexity": 0,
    "PasswordHistorySize": 0,
    "LockoutBadCount": 10,
    "ResetLockoutCount": 10,
    "LockoutDuration": 10,
    "AllowAdministratorLockout": 1,
    "RequireLogonToChangePassword": 0,
    "ForceLogoffWhenHourExpire": 0,
    "ClearTextPassword": 0,
    "LSAAnonymousNameLookup": 0,
}
_SERVER = _CLIENT | {"PasswordComplexity": 1, "LockoutBadCount": 0, "AllowAdministratorLockout": 0}
SPELLING = {name.lower(): name for name in _CLIENT} | {
    name.lower(): name
    for name in ("NewAdministratorName", "NewGuestName", "EnableAdminAccount", "EnableGuestAccount")
}
"""How secedit spells the keys that it knows."""


_FOLDED = {
    kind: {name.lower(): value for name, value in table.items()}
    for kind, table in (("client", _CLIENT), ("server", _SERVER))
}


class SecurityPolicy:
    """The numbers of [System Access]; what is about single accounts lives with the accounts."""

    __slots__ = ("values",)

    def __init__(self, kind: str, mark: Mark) -> None:
        self.values: Overlay[Value] = Overlay(_FOLDED[kind], mark)

    def number(self, name: str) -> int:
        """A number of the policy; 0 where it is not set."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0
