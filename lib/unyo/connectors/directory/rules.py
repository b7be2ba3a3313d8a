"""Rules of Windows that other controllers do not keep: refused here, so that they hold everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from unyo.core.directory import Add, Entry, Modify, Move, PasswordPolicy, Write
from unyo.core.dn import rdn_of, unescape_rdn
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text

_LONGEST = {"samaccountname": 20, "cn": 64, "ou": 64}
_DISABLED, _NO_PASSWORD_NEEDED = 0x2, 0x20
_SEPARATORS = re.compile(r"[,.\-_ #\t]+")


def broken_rule(write: Write) -> UnyoError | None:
    """The refusal that Windows would give, or None."""
    broken = _too_long(write)
    if broken is None and isinstance(write, Add) and _is_user(write):
        broken = _named_in_password(write) if write.password else _enabled_without_password(write)
    return broken


def _too_long(write: Write) -> UnyoError | None:
    for name, values in _given(write):
        longest = _LONGEST.get(name)
        if longest is not None and any(_units(value) > longest for value in values):
            return TargetSaidNo(
                "directory.too_long",
                Text(
                    f"{name} is longer than {longest} characters", f"{name} が {longest} 文字を超えています"
                ),
                Text("shorten it and plan again", "短くして計画し直す"),
                target=write.dn,
            )
    return None


def _given(write: Write) -> list[tuple[str, tuple[str, ...]]]:
    """Attribute names in lower case and the values that the write gives them, the relative name included."""
    named: list[tuple[str, tuple[str, ...]]] = []
    if isinstance(write, Modify):
        named += [(name.lower(), values) for name, values in write.replace.items()]
    if isinstance(write, Add):
        named += [(name.lower(), values) for name, values in write.attributes.items()]
        named.append(_relative(rdn_of(write.dn)))
        if not _is_user(write):
            # The limit of 20 is for people's log-on names; groups may have longer ones.
            named = [(name, values) for name, values in named if name != "samaccountname"]
    if isinstance(write, Move):
        named.append(_relative(write.new_rdn))
    return named


def _relative(rdn: str) -> tuple[str, tuple[str, ...]]:
    kind, _, value = rdn.partition("=")
    return kind.strip().lower(), (unescape_rdn(value),)


def _units(value: str) -> int:
    """Windows counts UTF-16 units: a character outside the basic plane is two."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def _is_user(write: Add) -> bool:
    return any(value.lower() == "user" for value in _values(write, "objectClass"))


def _values(write: Add, name: str) -> tuple[str, ...]:
    return next((values for key, values in write.attributes.items() if key.lower() == name.lower()), ())


def broken_by_names(
    password: Secret, entry: Entry, policy: Callable[[str], PasswordPolicy]
) -> UnyoError | None:
    """The refusal where an account's new password holds its own name and its rules ask for complexity."""
    shown = _SEPARATORS.split(entry.first("displayName") or "")
    names = [entry.first("sAMAccountName") or "", *shown]
    if not _holds_any(password, names) or not policy(entry.dn).complexity:
        return None
    return _named(entry.dn)


def _named_in_password(write: Add) -> UnyoError | None:
    """Complexity as documented: neither the log-on name nor a part of the display name of three or more."""
    names = [*_values(write, "sAMAccountName")]
    for shown in _values(write, "displayName"):
        names += _SEPARATORS.split(shown)
    if write.password is None or not _holds_any(write.password, names):
        return None
    return _named(write.dn)


def _named(dn: str) -> UnyoError:
    return TargetSaidNo(
        "directory.password.policy",
        Text("the password contains the person's name", "パスワードに氏名またはログオン名が含まれています"),
        Text("make another password", "別のパスワードにする"),
        target=dn,
    )


def _holds_any(password: Secret, names: list[str]) -> bool:
    text = password.reveal().lower()
    return any(len(name) >= 3 and name.lower() in text for name in names)


def _enabled_without_password(write: Add) -> UnyoError | None:
    control = _values(write, "userAccountControl")
    flags = int(control[0]) if control else _DISABLED
    if flags & (_DISABLED | _NO_PASSWORD_NEEDED):
        return None
    return TargetSaidNo(
        "directory.password.missing",
        Text(
            "an account cannot be enabled without a password",
            "パスワードのないアカウントは有効にできません",
        ),
        Text("give a password or leave it disabled", "パスワードを設定するか、無効のままにする"),
        target=write.dn,
    )
