"""Simulated machines in this process, without the wire: a clock that tests move, scripts that tests run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.machine.identity import WINDOWS_11_23H2, WINDOWS_11_24H2, Locale, Seat
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.office import MODELS, Order, finish, make
from unyo.lab.terminals.powershell.shell import Ran, Shell
from unyo.lab.terminals.powershell.values import Table

SCRIPTS = Path(__file__).parents[2] / "scripts" / "windows"
ADMINISTRATORS = "S-1-5-32-544"
LOGON = "{0CCE9215-69AE-11D9-BED3-505054503030}"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 4, 1, 3, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


def machine_of(locale: Locale = "en-US", *, domain: bool = True, clock: Clock | None = None) -> Machine:
    """One client without drift, as it was found; its user sits elsewhere."""
    fleet = Fleet(clock=clock or Clock())
    windows = WINDOWS_11_23H2 if locale == "en-US" else WINDOWS_11_24H2
    seat = Seat("本庁舎", "1F", "101", "01", "01010", "000123")
    machine = make(fleet, Order(1, MODELS[0], windows, locale, seat, fleet.domain.name if domain else ""))
    machine.sessions.clear()
    finish(machine)
    return machine


def ran(machine: Machine, script: str, user: str = "unyo-admin") -> Ran:
    """A script's text, run on a machine."""
    return Shell(machine, user).run(script)


def output(machine: Machine, script: str) -> list[Any]:
    """What a script gives; an error in it fails the test."""
    done = ran(machine, script)
    assert not done.errors, done.errors
    return done.output


def shipped(machine: Machine, name: str, parameters: Mapping[str, Any]) -> Table:
    """The answer of a script of scripts/windows, sent as unyo sends it."""
    text = (SCRIPTS / f"{name}.ps1").read_text(encoding="utf-8")
    text = text.replace("#include settings.ps1", (SCRIPTS / "settings.ps1").read_text(encoding="utf-8"))
    done = Shell(machine, "unyo-admin").run(text, {"Parameters": tabled(parameters)})
    assert not done.errors, done.errors
    (answer,) = done.output
    assert isinstance(answer, Table)
    return answer


def tabled(value: Any) -> Any:
    """Mappings as hashtables, all the way down."""
    if isinstance(value, Mapping):
        return Table({name: tabled(part) for name, part in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [tabled(part) for part in value]
    return value
