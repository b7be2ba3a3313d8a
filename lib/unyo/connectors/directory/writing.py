"""Carrying out one write on an open connection."""

from __future__ import annotations

from typing import Any

from unyo.connectors.directory.explain import refusal
from unyo.core.directory import Add, Delete, Modify, Move, Write
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text

# Windows enforces these; Samba is looser, so the rule is kept here for both.
LONGEST = {"samaccountname": 20, "cn": 64}


def perform(connection: Any, write: Write, permissive: str) -> UnyoError | None:
    """The directory's refusal, or None; ldap3's own exceptions mean a lost connection and pass through."""
    too_long = _too_long(write)
    if too_long is not None:
        return too_long
    if isinstance(write, Add):
        connection.add(write.dn, attributes=_added(write))
    elif isinstance(write, Modify):
        connection.modify(write.dn, _modified(write), controls=[(permissive, False, None)])
    elif isinstance(write, Move):
        connection.modify_dn(write.dn, write.new_rdn, new_superior=write.new_parent)
    elif isinstance(write, Delete):
        connection.delete(write.dn)
    return refusal(write.dn, connection.result)


def _added(write: Add) -> dict[str, list[bytes]]:
    attributes = {name: _bytes(values) for name, values in write.attributes.items() if values}
    if write.password is not None:
        attributes["unicodePwd"] = [_windows_password(write.password)]
    return attributes


def _modified(write: Modify) -> dict[str, list[tuple[str, list[bytes]]]]:
    import ldap3

    changes: dict[str, list[tuple[str, list[bytes]]]] = {}
    for kind, named in (
        (ldap3.MODIFY_REPLACE, write.replace),
        (ldap3.MODIFY_DELETE, write.remove),
        (ldap3.MODIFY_ADD, write.add),
    ):
        for name, values in named.items():
            changes.setdefault(name, []).append((kind, _bytes(values)))
    if write.password is not None:
        changes["unicodePwd"] = [(ldap3.MODIFY_REPLACE, [_windows_password(write.password)])]
    return changes


def _bytes(values: tuple[str, ...]) -> list[bytes]:
    return [value.encode() for value in values]


def _windows_password(password: Secret) -> bytes:
    return f'"{password.reveal()}"'.encode("utf-16-le")


def _too_long(write: Write) -> UnyoError | None:
    named: dict[str, tuple[str, ...]] = {}
    if isinstance(write, Add):
        named = dict(write.attributes)
        named[write.dn.partition("=")[0]] = (write.dn.partition("=")[2].partition(",")[0],)
    elif isinstance(write, Modify):
        named = dict(write.replace)
    elif isinstance(write, Move):
        named = {write.new_rdn.partition("=")[0]: (write.new_rdn.partition("=")[2],)}
    for name, values in named.items():
        most = LONGEST.get(name.lower())
        if most is not None and any(len(value) > most for value in values):
            return TargetSaidNo(
                "directory.too_long",
                Text(f"{name} is longer than {most} characters", f"{name} が {most} 文字を超えています"),
                Text("shorten the name and plan again", "名前を短くして計画し直す"),
                target=write.dn,
            )
    return None
