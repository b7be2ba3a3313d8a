"""What runs on a machine and whom it talks to: processes, TCP connections, the DNS cache."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

ANYWHERE = "0.0.0.0"  # noqa: S104 (a text in a table, nothing listens)


@dataclass(frozen=True, slots=True)
class Process:
    """One process; ``memory`` is its working set in bytes, ``started`` None where it came with Windows."""

    id: int
    name: str
    path: str
    command_line: str
    parent: int
    started: datetime | None = None
    owner: str = "S-1-5-18"
    memory: int = 20 << 20
    session: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """One TCP connection or listener."""

    local_address: str
    local_port: int
    remote_address: str
    remote_port: int
    state: str
    process: int


@dataclass(frozen=True, slots=True)
class DnsEntry:
    """A name in the DNS cache; type 1 A, 28 AAAA, 5 CNAME."""

    name: str
    data: str
    type: int = 1
    seconds: int = 300


class Running:
    """Processes by number (as text), connections and cached names."""

    __slots__ = ("connections", "dns", "next_id", "processes")

    def __init__(self, base: Table[Process], listeners: Table[Connection], mark: Mark) -> None:
        self.processes: Overlay[Process] = Overlay(base, mark)
        self.connections: Overlay[Connection] = Overlay(listeners, mark)
        self.dns: Overlay[DnsEntry] = Overlay({}, mark)
        self.next_id = 9000

    def start(self, process: Process) -> None:
        self.processes[str(process.id)] = process

    def begin(self) -> None:
        """After a start only Windows' own processes run; caches are empty."""
        for table in (self.processes, self.connections, self.dns):
            table.reset()

    def new_id(self) -> int:
        """A process number that nobody has."""
        self.next_id += 4
        return self.next_id

    def connect(self, connection: Connection) -> None:
        c = connection
        self.connections[f"{c.local_address}:{c.local_port} {c.remote_address}:{c.remote_port}"] = c

    def remember(self, entry: DnsEntry) -> None:
        self.dns[f"{entry.name} {entry.type} {entry.data}"] = entry
