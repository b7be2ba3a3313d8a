"""Printer queues, their ports and drivers."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table


@dataclass(frozen=True, slots=True)
class Port:
    """A printer port; ``address`` is empty for local ones."""

    name: str
    address: str = ""
    number: int = 9100
    snmp: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """A printer queue."""

    name: str
    driver: str
    port: str
    standard: bool = False
    shared: bool = False
    offline: bool = False
    location: str = ""
    comment: str = ""
    jobs: int = 0


_DRIVERS = (
    "Microsoft Print To PDF",
    "Microsoft XPS Document Writer v4",
    "Universal Print Class Driver",
    "Microsoft IPP Class Driver",
    "Microsoft enhanced Point and Print compatibility driver",
    "RICOH IM C3510 JPN RPCS",
    "Canon Generic Plus LIPSLX",
)
_PORTS = {name.lower(): Port(name) for name in ("PORTPROMPT:", "FILE:", "LPT1:", "COM1:", "nul:")}
_QUEUES = {
    queue.name.lower(): queue
    for queue in (Queue("Microsoft Print to PDF", _DRIVERS[0], "PORTPROMPT:", standard=True),)
}
_INSTALLED = {name.lower(): name for name in _DRIVERS[:2]}
STORE: Table[str] = {name.lower(): name for name in _DRIVERS}
"""Drivers in the driver store: may be added without a print server."""


class Printers:
    """Queues, ports and installed drivers by name."""

    __slots__ = ("drivers", "ports", "queues")

    def __init__(self, mark: Mark) -> None:
        self.queues: Overlay[Queue] = Overlay(_QUEUES, mark)
        self.ports: Overlay[Port] = Overlay(_PORTS, mark)
        self.drivers: Overlay[str] = Overlay(_INSTALLED, mark)
