"""A client of the simulated directory: real ldap3, in words that tests read as sentences."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ldap3 import BASE, MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException

from unyo.lab.directory_simulator import DirectorySimulator

PERMISSIVE = [("1.2.840.113556.1.4.1413", True, None)]
GOOD = "Correct-Horse-7"


class SteppingClock:
    """The machine's time, moved by the test."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.shift


@dataclass
class Client:
    """A real ldap3 connection in words that tests read as sentences."""

    connection: Any
    base: str
    wire: Any

    def leave(self) -> None:
        leave(self.connection, self.wire)

    def dn(self, rdn: str) -> str:
        return f"{rdn},OU=staff,{self.base}"

    def outcome(self) -> tuple[int, str]:
        return self.connection.result["result"], self.connection.result["message"]

    def add(self, rdn: str, kind: str, **attributes: object) -> tuple[int, str]:
        self.connection.add(self.dn(rdn), kind, attributes)
        return self.outcome()

    def add_user(self, name: str, **attributes: object) -> tuple[int, str]:
        given = {"sAMAccountName": name, "userAccountControl": 512, "unicodePwd": quoted(GOOD), **attributes}
        return self.add(f"CN={name}", "user", **given)

    def put(self, rdn: str, **values: object) -> tuple[int, str]:
        return self.change(rdn, {name: [(MODIFY_REPLACE, _many(value))] for name, value in values.items()})

    def give(self, rdn: str, permissive: bool = False, **values: object) -> tuple[int, str]:
        return self.change(rdn, {n: [(MODIFY_ADD, _many(v))] for n, v in values.items()}, permissive)

    def take(self, rdn: str, permissive: bool = False, **values: object) -> tuple[int, str]:
        return self.change(rdn, {n: [(MODIFY_DELETE, _many(v))] for n, v in values.items()}, permissive)

    def change(self, rdn: str, changes: Mapping[str, object], permissive: bool = False) -> tuple[int, str]:
        self.connection.modify(self.dn(rdn), changes, PERMISSIVE if permissive else None)
        return self.outcome()

    def move(self, rdn: str, new_rdn: str, new_parent: str | None = None) -> tuple[int, str]:
        self.connection.modify_dn(self.dn(rdn), new_rdn, new_superior=new_parent)
        return self.outcome()

    def delete(self, rdn: str) -> tuple[int, str]:
        self.connection.delete(self.dn(rdn))
        return self.outcome()

    def read(self, rdn: str, *names: str) -> dict[str, list[bytes]]:
        self.connection.search(self.dn(rdn), "(objectClass=*)", BASE, attributes=list(names) or ["*"])
        return dict(self.connection.response[0]["raw_attributes"])

    def found(self, filter_text: str) -> list[str]:
        """The common names found below the staff unit, sorted."""
        self.connection.search(f"OU=staff,{self.base}", filter_text, SUBTREE, attributes=["cn", "ou"])
        entries = [each["attributes"] for each in self.connection.response]
        return sorted(str((entry["cn"] or entry["ou"] or [""])[0]) for entry in entries)


def leave(connection: Any, wire: Any) -> None:
    """Close a connection that may be broken; ldap3 itself forgets the socket of a broken one."""
    with contextlib.suppress(LDAPException):
        connection.unbind()
    if wire is not None:
        wire.close()


def _many(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def quoted(password: str) -> bytes:
    return f'"{password}"'.encode("utf-16-le")


def server_of(simulator: DirectorySimulator, url: str | None = None) -> Server:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(simulator.ca_file))
    return Server(url or simulator.url, get_info=NONE, tls=tls)


def opened(simulator: DirectorySimulator) -> Client:
    """Bound as administrator, with an empty unit ``staff`` to work in."""
    password = simulator.admin_password.reveal()
    connection: Any = Connection(server_of(simulator), simulator.admin_name, password, check_names=False)
    assert connection.bind()
    connection.add(f"OU=staff,{simulator.base_dn}", "organizationalUnit")
    return Client(connection, simulator.base_dn, connection.socket)


def log_on(simulator: DirectorySimulator, name: str, password: str) -> str:
    """``ok``, or the code after ``data`` in the answer."""
    connection: Any = Connection(server_of(simulator), name, password)
    accepted = connection.bind()
    message = str(connection.result["message"])
    connection.unbind()
    return "ok" if accepted else message.partition("data ")[2].partition(",")[0]
