"""Opens the way to another system as its definition says; credentials come from the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from unyo.connectors.distribution.file_drop import FileDrop
from unyo.connectors.distribution.ldap_target import LdapChannel
from unyo.connectors.distribution.scim import ScimChannel
from unyo.connectors.distribution.scim_wire import Wire, open_client
from unyo.core.directory import Directory
from unyo.core.distribution import Channel, OtherSystem, SystemKind
from unyo.core.secret import Secret, SecretRef

OpenDirectory = Callable[[OtherSystem, Secret | None], AbstractContextManager[Directory]]


@dataclass(frozen=True, slots=True)
class OtherSystems:
    """All ways to other systems.

    ``open_secret`` is the vault's ``open``; relative files lie below ``output``; ``open_directory``
    binds to an LDAP system (``destination`` is its URL, ``user`` the bind name).
    """

    open_secret: Callable[[SecretRef], Secret]
    output: Path
    open_directory: OpenDirectory
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    def drop(self, system: OtherSystem) -> FileDrop:
        return FileDrop(system.name, (self.output / system.destination).parent)

    @contextmanager
    def open(self, system: OtherSystem) -> Iterator[Channel]:
        credential = self.open_secret(system.credential) if system.credential else None
        if system.kind is SystemKind.LDAP:
            with self.open_directory(system, credential) as directory:
                yield LdapChannel(system, directory)
        else:
            with open_client(system, credential) as client:
                yield ScimChannel(Wire(system, client, self.sleep, self.now))
