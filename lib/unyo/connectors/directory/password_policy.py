"""The rules for passwords as the directory keeps them: the domain's own, and fine-grained ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from unyo.core.directory import Entry, PasswordPolicy

_COMPLEX = 1
_NEVER = -0x8000000000000000
RESULTANT = "msDS-ResultantPSO"
_DOMAIN = {
    "length": "minPwdLength",
    "complexity": "pwdProperties",
    "history": "pwdHistoryLength",
    "youngest": "minPwdAge",
    "oldest": "maxPwdAge",
    "threshold": "lockoutThreshold",
    "window": "lockOutObservationWindow",
    "duration": "lockoutDuration",
}
_FINE = {
    "length": "msDS-MinimumPasswordLength",
    "complexity": "msDS-PasswordComplexityEnabled",
    "history": "msDS-PasswordHistoryLength",
    "youngest": "msDS-MinimumPasswordAge",
    "oldest": "msDS-MaximumPasswordAge",
    "threshold": "msDS-LockoutThreshold",
    "window": "msDS-LockoutObservationWindow",
    "duration": "msDS-LockoutDuration",
}

Read = Callable[[str, Sequence[str]], Entry | None]


def password_policy(read: Read, domain_dn: str, dn: str = "") -> PasswordPolicy:
    """The rules for one account, or the domain's; ``read`` gives one entry by its name."""
    own = read(dn, [RESULTANT]) if dn else None
    fine = own.first(RESULTANT) if own is not None else None
    if fine:
        entry = read(fine, list(_FINE.values()))
        # Only administrators may read fine-grained policies by default.
        if entry is not None and entry.attributes:
            return _policy(entry, _FINE, fine)
    head = read(domain_dn, list(_DOMAIN.values()))
    return _policy(head or Entry(domain_dn, {}), _DOMAIN, fine or "", hidden=bool(fine))


def _policy(entry: Entry, names: dict[str, str], source: str, hidden: bool = False) -> PasswordPolicy:
    text = {key: entry.first(name) or "0" for key, name in names.items()}
    complexity = text["complexity"] == "TRUE" or (
        text["complexity"].isdecimal() and bool(int(text["complexity"]) & _COMPLEX)
    )
    return PasswordPolicy(
        minimum_length=int(text["length"]),
        complexity=complexity,
        history=int(text["history"]),
        minimum_age=_interval(int(text["youngest"])) or timedelta(0),
        maximum_age=_interval(int(text["oldest"])),
        lockout_threshold=int(text["threshold"]),
        lockout_window=_interval(int(text["window"])) or timedelta(0),
        lockout_duration=_interval(int(text["duration"])),
        source=source,
        hidden=hidden,
    )


def _interval(ticks: int) -> timedelta | None:
    """Intervals are negative, in units of 100 ns; 0 and the lowest number stand for never."""
    return None if ticks in (0, _NEVER) else timedelta(microseconds=-ticks // 10)
