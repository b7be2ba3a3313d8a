"""Names and entries for tests against a directory: a unit of its own for each test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from unyo.connectors.directory import DirectorySettings
from unyo.core.directory import Add, Write
from unyo.core.dn import escape_rdn
from unyo.core.secret import Secret
from unyo.lab.controller import LabDirectory

GOOD = Secret("Tr0ub4dor&three")
OTHER = Secret("C0rrect-horse-7")
NORMAL, DISABLED = "512", "514"


def as_administrator(server: LabDirectory) -> DirectorySettings:
    return DirectorySettings(
        urls=(server.url,),
        bind_name=server.admin_name,
        password=lambda: server.admin_password,
        ca_file=str(server.ca_file),
        connect_timeout=3,
    )


@dataclass(frozen=True)
class Place:
    """A unit, and a mark that makes log-on names unique in the domain."""

    dn: str
    mark: str
    domain: str

    @staticmethod
    def for_test(node: str, server: LabDirectory) -> Place:
        mark = "t" + hashlib.sha256(node.encode()).hexdigest()[:10]
        return Place(f"OU=部署 {mark},{server.base_dn}", mark, server.domain)

    def below(self, rdn: str) -> str:
        return f"{rdn},{self.dn}"

    def named(self, name: str) -> str:
        return f"CN={escape_rdn(name)},{self.dn}"

    def logon(self, name: str) -> str:
        """The user principal name of the account that ``person`` makes."""
        return f"{self.mark}{name}@{self.domain}"

    def person(
        self, name: str, password: Secret | None = GOOD, control: str = NORMAL, cn: str = "", **more: str
    ) -> Add:
        attributes = {
            "objectClass": ("top", "person", "organizationalPerson", "user"),
            "sAMAccountName": (self.mark + name,),
            "userPrincipalName": (self.logon(name),),
            "userAccountControl": (control,),
            **{key: (value,) for key, value in more.items()},
        }
        return Add(self.named(cn or name), attributes, password)

    def group(self, name: str) -> Add:
        attributes = {"objectClass": ("top", "group"), "sAMAccountName": (self.mark + name,)}
        return Add(self.named(name), attributes)


class Interrupted(list[Write]):
    """Writes after the second of which something happens to the controller."""

    def __init__(self, writes: Sequence[Write], happening: Callable[[], None]) -> None:
        super().__init__(writes)
        self._happening = happening

    def __iter__(self) -> Iterator[Write]:
        for place in range(len(self)):
            if place == 2:
                self._happening()
            yield self[place]
