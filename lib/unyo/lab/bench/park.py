"""A fleet of simulated terminals and an installation that knows them, for measurements."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unyo.lab.bench.office import prepare
from unyo.lab.terminals.fleet_process import FleetProcess


@dataclass(frozen=True)
class Park:
    """The running fleet and the home of the installation."""

    fleet: FleetProcess
    home: Path

    @property
    def names(self) -> list[str]:
        return [str(terminal["name"]) for terminal in self.fleet.terminals]


@contextmanager
def park(
    terminals: int, start_seconds: float = 0.0, protocol: str = "winrm", forks: int = 20
) -> Iterator[Park]:
    """So many terminals, all switched on, each PowerShell taking ``start_seconds`` to start."""
    with FleetProcess(terminals) as fleet, tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        more = [
            "[terminals]",
            f'user = "{fleet.user}"',
            f'password_file = "{fleet.password_file}"',
            f'ca_file = "{fleet.ca_file}"',
            'transport = "ntlm"',
            f'protocol = "{protocol}"',
            f"forks = {forks}",
        ]
        prepare(home, None, more=more)
        for terminal in fleet.terminals:
            fleet.order("knob", terminal["serial"], "powered_off", False)
            fleet.order("knob", terminal["serial"], "powershell_start_seconds", start_seconds)
        _into_ledger(fleet)
        yield Park(fleet, home)


def _into_ledger(fleet: FleetProcess) -> None:
    from datetime import datetime, timezone

    from unyo.ledger.models.terminals import TerminalRecord

    now = datetime.now(timezone.utc)
    TerminalRecord.objects.bulk_create(
        TerminalRecord(
            serial=terminal["serial"],
            name=terminal["name"],
            address=terminal["address"],
            model=terminal["model"],
            site=terminal["site"],
            kind=terminal["kind"],
            state="in_use",
            added_at=now,
        )
        for terminal in fleet.terminals
    )


@dataclass(frozen=True)
class Spent:
    """What something took: wall seconds, CPU seconds of this side, CPU seconds of the simulator."""

    wall: float
    cpu: float
    simulator_cpu: float

    def as_json(self, terminals: int) -> dict[str, Any]:
        return {
            "terminals": terminals,
            "seconds": self.wall,
            "cpu_seconds": self.cpu,
            "cpu_seconds_per_terminal": self.cpu / terminals,
            "simulator_cpu_seconds_per_terminal": self.simulator_cpu / terminals,
        }


class Watch:
    """Measures between entering and leaving: this process with its children that ended, and the fleet."""

    def __init__(self, fleet: FleetProcess) -> None:
        self._pid = fleet.pid
        self.spent = Spent(0, 0, 0)

    def __enter__(self) -> Watch:
        self._begun = time.perf_counter(), _own_cpu(), _cpu_of(self._pid)
        return self

    def __exit__(self, *_: object) -> None:
        wall, own, other = self._begun
        self.spent = Spent(time.perf_counter() - wall, _own_cpu() - own, _cpu_of(self._pid) - other)


def _own_cpu() -> float:
    used = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        used += usage.ru_utime + usage.ru_stime
    return used


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
