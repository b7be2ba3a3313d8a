"""Carrying out one write on an open connection."""

from __future__ import annotations

from typing import Any

from unyo.connectors.directory.explain import malformed, refusal
from unyo.connectors.directory.faults import is_lost
from unyo.connectors.directory.rules import broken_rule
from unyo.core.directory import Add, Delete, Modify, Move, Write
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

PERMISSIVE = "1.2.840.113556.1.4.1413"


HISTORY = bytes((0x30, 0x03, 0x02, 0x01, 0x01))
"""PolicyHintsRequestValue ::= SEQUENCE { Flags INTEGER }, Flags 1: the history counts (MS-ADTS 3.1.1.3.4.1.27)."""


def perform(connection: Any, write: Write, hints: str = "") -> UnyoError | None:
    """The refusal, or None; an exception means that the connection is lost.

    ``hints`` is the control under which this server holds a reset to the history.
    """
    broken = broken_rule(write)
    if broken is not None:
        return broken
    try:
        if not _sent(connection, write, hints):
            return None
    except Exception as error:
        if is_lost(error):
            raise
        return malformed(write.dn, error)
    finally:
        # ldap3 keeps the last request for curious callers; ours may hold a password.
        connection.request = None
    return refusal(write.dn, connection.result)


def _sent(connection: Any, write: Write, hints: str) -> bool:
    """False where there is nothing to ask for."""
    if isinstance(write, Add):
        connection.add(write.dn, attributes=_added(write))
    elif isinstance(write, Modify):
        changes = _modified(write)
        if not changes:
            return False
        controls: list[tuple[str, bool, bytes | None]] = [(PERMISSIVE, False, None)]
        if hints and write.keep_history:
            # Critical: a server that offered it and cannot do it now must say so, not set the password anyhow.
            controls.append((hints, True, HISTORY))
        connection.modify(write.dn, changes, controls=controls)
    elif isinstance(write, Move):
        connection.modify_dn(write.dn, write.new_rdn, new_superior=write.new_parent)
    elif isinstance(write, Delete):
        connection.delete(write.dn)
    return True


def _added(write: Add) -> dict[str, list[bytes]]:
    attributes = {name: _bytes(values) for name, values in write.attributes.items() if values}
    if write.password is not None:
        attributes["unicodePwd"] = [_windows_password(write.password)]
    return attributes


def _modified(write: Modify) -> dict[str, list[tuple[str, list[bytes]]]]:
    import ldap3

    changes: dict[str, list[tuple[str, list[bytes]]]] = {
        name: [(ldap3.MODIFY_REPLACE, _bytes(values))] for name, values in write.replace.items()
    }
    for kind, named in ((ldap3.MODIFY_DELETE, write.remove), (ldap3.MODIFY_ADD, write.add)):
        for name, values in named.items():
            if values:  # without values it would remove the whole attribute
                changes.setdefault(name, []).append((kind, _bytes(values)))
    if write.password is not None and write.old_password is not None:
        changes["unicodePwd"] = [
            (ldap3.MODIFY_DELETE, [_windows_password(write.old_password)]),
            (ldap3.MODIFY_ADD, [_windows_password(write.password)]),
        ]
    elif write.password is not None:
        changes["unicodePwd"] = [(ldap3.MODIFY_REPLACE, [_windows_password(write.password)])]
    return changes


def _bytes(values: tuple[str, ...]) -> list[bytes]:
    return [value.encode("utf-8", "surrogateescape") for value in values]


def _windows_password(password: Secret) -> bytes:
    return f'"{password.reveal()}"'.encode("utf-16-le")
