"""Who a simulated terminal is: what its firmware and its Windows say, and what never changes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Locale = Literal["en-US", "ja-JP"]
Kind = Literal["client", "server"]


@dataclass(frozen=True, slots=True)
class Windows:
    """One release of Windows."""

    caption: str
    release: str
    build: int
    revision: int
    product_type: int
    sku: int
    edition: str

    @property
    def version(self) -> str:
        return f"10.0.{self.build}"


WINDOWS_11_23H2 = Windows("Microsoft Windows 11 Enterprise", "23H2", 22631, 4602, 1, 4, "Enterprise")
WINDOWS_11_24H2 = Windows("Microsoft Windows 11 Enterprise", "24H2", 26100, 2605, 1, 4, "Enterprise")
SERVER_2022 = Windows("Microsoft Windows Server 2022 Standard", "21H2", 20348, 2966, 3, 7, "ServerStandard")
RELEASES = {"23H2": WINDOWS_11_23H2, "24H2": WINDOWS_11_24H2, "2022": SERVER_2022}


@dataclass(frozen=True, slots=True)
class Model:
    """What a maker sells."""

    maker: str
    name: str
    memory_gib: int
    disk_gib: int
    laptop: bool
    bios: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a terminal stands and who uses it; ``user`` is a staff number."""

    site: str = ""
    floor: str = ""
    room: str = ""
    seat: str = ""
    department: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the firmware and the installation say; local accounts share ``machine_sid`` (S-1-5-21-…)."""

    serial: str
    uuid: str
    model: Model
    windows: Windows
    locale: Locale
    kind: Kind
    machine_sid: str
