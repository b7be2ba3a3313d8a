"""Many simulated terminals in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

from unyo.lab.terminals.machine.domain import Domain
from unyo.lab.terminals.machine.machine import Machine

Clock = Callable[[], datetime]
ADMINISTRATOR = "unyo-admin"
"""The local account on every terminal that unyo uses."""


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Fleet:
    """Machines by serial number; ``unsupported`` collects whatever lay beyond the simulation."""

    user = ADMINISTRATOR

    def __init__(self, seed: str = "unyo", clock: Clock = _utc_now, password: str = "Lab-pass.0001") -> None:
        self.seed = seed
        self.clock = clock
        self.password = password
        self.domain = Domain()
        self.shares: dict[str, bytes] = {}
        """Files on file servers that every terminal reaches: content by folded UNC path."""
        self.unsupported: list[str] = []
        self.machines: dict[str, Machine] = {}

    @classmethod
    def of(cls, count: int, seed: str = "unyo", clock: Clock = _utc_now) -> Fleet:
        """A mixed office: models, languages, sites, ages and drifts by chance, the same for the same seed."""
        from unyo.lab.terminals.machine.office import furnish

        fleet = cls(seed, clock)
        furnish(fleet, count)
        return fleet

    @classmethod
    def from_scenario(cls, path: Path, seed: str = "unyo", clock: Clock = _utc_now) -> Fleet:
        """A fleet as a scenario file describes it; a seed in the file is stronger."""
        from unyo.lab.terminals.machine.scenario import read_scenario

        fleet = cls(seed, clock)
        read_scenario(fleet, path)
        return fleet

    def add(self, machine: Machine) -> None:
        self.machines[machine.identity.serial] = machine

    def machine(self, serial: str) -> Machine:
        """The machine that stands under a serial number in the fleet's books; KeyError where none does."""
        return self.machines[serial]

    def __iter__(self) -> Iterator[Machine]:
        return iter(list(self.machines.values()))

    def __len__(self) -> int:
        return len(self.machines)

    def tick(self) -> None:
        """Let happen on every machine what is due by now."""
        for machine in self:
            machine.tick()
