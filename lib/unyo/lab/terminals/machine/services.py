"""Windows services: how they start and whether they run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

StartMode = Literal["Auto", "Manual", "Disabled"]
START: dict[StartMode, int] = {"Auto": 2, "Manual": 3, "Disabled": 4}
"""The registry's numbers for the start modes."""
SERVICES_KEY = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


@dataclass(frozen=True, slots=True)
class Service:
    """One service; ``needs`` are the services that it depends on."""

    name: str
    display_name: str
    mode: StartMode
    running: bool
    account: str = "LocalSystem"
    path: str = ""
    delayed: bool = False
    may_stop: bool = True
    needs: tuple[str, ...] = ()
    description: str = ""


class Services:
    """Services by name."""

    __slots__ = ("table",)

    def __init__(self, base: Table[Service], mark: Mark) -> None:
        self.table: Overlay[Service] = Overlay(base, mark)

    def find(self, name: str) -> Service | None:
        return self.table.get(name)

    def running(self, name: str) -> bool:
        service = self.table.get(name)
        return service is not None and service.running

    def put(self, service: Service) -> None:
        self.table[service.name] = service

    def change(self, name: str, *, mode: StartMode | None = None, running: bool | None = None) -> None:
        """Change how a service starts or whether it runs now."""
        service = self.table[name]
        if mode is not None:
            service = replace(service, mode=mode, delayed=service.delayed and mode == "Auto")
        if running is not None:
            service = replace(service, running=running)
        self.table[name] = service

    def dependents(self, name: str) -> list[Service]:
        """Running services that need this one."""
        return self.table.where(lambda s: s.running and name.lower() in {n.lower() for n in s.needs})

    def begin(self) -> None:
        """What starts with Windows runs, what is disabled does not, manual ones stay down unless needed."""
        for service in self.table.values():
            running = service.mode == "Auto" or (service.mode == "Manual" and service.running)
            if running != service.running:
                self.table[service.name] = replace(service, running=running)
