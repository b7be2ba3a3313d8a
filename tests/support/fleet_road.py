"""The road to a simulated fleet: real ledger, real WinRM, real shipped runbooks; only the terminals are simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from support.boxes import SetClock
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.options import WinrmSettings
from unyo.flow.context import Road
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.assets import LedgerAssets
from unyo.ledger.models import TerminalRecord
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out
from unyo.policies import PolicyFiles
from unyo.runbooks import load

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts/windows"


@dataclass
class FleetTools:
    """The tools of terminal runbooks, with a clock under the test's control."""

    fleet: FleetProcess
    clock: SetClock
    output: Path

    @cached_property
    def terminals(self) -> WinrmTerminals:
        settings = WinrmSettings(user=self.fleet.user, ca_file=str(self.fleet.ca_file), scripts=(SCRIPTS,))
        return WinrmTerminals(settings, lambda: self.fleet.password, lambda ref: self.fleet.password)

    @property
    def assets(self) -> LedgerAssets:
        return LedgerAssets(self.clock)

    @cached_property
    def policies(self) -> PolicyFiles:
        return PolicyFiles(self.output)

    def progress(self, text: str, done: int, total: int) -> None: ...


def fleet_road(fleet: FleetProcess, home: Path, clock: SetClock) -> Road:
    """A road whose runbooks are the shipped ones; the fleet stands in the ledger."""
    for facts in fleet.terminals:
        enter(facts, clock)
    return Road(FleetTools(fleet, clock, home), load, home / "audit.anchor")  # type: ignore[arg-type]


def enter(facts: Mapping[str, Any], clock: SetClock, **more: Any) -> None:
    """One terminal of the fleet as the asset ledger would have it: name, address and place, no hardware."""
    values = {
        "name": facts["name"],
        "address": facts["address"],
        "port": facts["https"],
        "kind": facts["kind"],
        "site": facts["site"],
        "floor": facts["floor"],
        "state": "in_use",
        **more,
    }
    record = TerminalRecord(serial=facts["serial"])
    carry_out([Amendment(record, values, True)], Hand("tanaka", "test", clock.now()))


def travelled(road: Road, runbook: str, params: Any) -> Any:
    """A job of a shipped runbook, planned, approved and worked on until it can only wait."""
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job
    from unyo.flow.worker import Worker

    job = request_job(road, runbook, params, "tanaka", "the monthly round")
    plan_job(road, job)
    approve(road, job, "sato" if job.risk == "GRAVE" else "suzuki", "looks right", job.digest)
    Worker(road).run_until_idle()
    job.refresh_from_db()
    return job
