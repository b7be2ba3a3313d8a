"""Disks, network adapters, batteries, BitLocker: the parts that a machine shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Disk:
    """A physical disk; health: 0 healthy, 1 warning, 2 unhealthy."""

    number: int
    name: str
    serial: str
    gibibytes: int
    health: int = 0
    media: int = 4


@dataclass(frozen=True, slots=True)
class Volume:
    """A drive letter; protection: 0 off, 1 on, 2 unknown (locked)."""

    letter: str
    bytes: int
    free: int
    label: str = ""
    file_system: str = "NTFS"
    protection: int = 0
    encrypted_percent: int = 0
    recovery_id: str = ""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A network adapter and its configuration; ``prefix`` is the length of the subnet's."""

    index: int
    name: str
    description: str
    mac: str
    address: str
    prefix: int
    gateway: str
    dns: tuple[str, ...]
    dhcp: bool = True
    dhcp_server: str = ""
    up: bool = True
    speed: int = 1_000_000_000
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Battery:
    """Charge in percent; status 1 discharging, 2 on mains."""

    charge: int
    status: int = 2


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged on; ``kind`` as Windows numbers log-on types: 2 console, 10 remote desktop."""

    id: int
    domain: str
    user: str
    sid: str
    since: datetime
    kind: int = 2
    active: bool = True
    logon_id: int = 0

    @property
    def account(self) -> str:
        return f"{self.domain}\\{self.user}"


@dataclass(frozen=True, slots=True)
class Profile:
    """A user profile; the built-in ones are special."""

    sid: str
    path: str
    last_used: datetime | None = None
    special: bool = False
    loaded: bool = False
