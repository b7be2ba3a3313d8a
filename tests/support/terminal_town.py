"""A town hall's road to simulated terminals: every shipped runbook, real ledger, WinRM and Ansible, a clock to move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from support.boxes import SetClock
from support.journey import worked
from support.staffing import employ
from unyo.flow.context import Road
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.opening import set_up_django
from unyo.runbooks import load
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox

set_up_django()

from unyo.flow.approval import approve, approve_by_rule  # noqa: E402
from unyo.flow.planning import plan_job  # noqa: E402
from unyo.flow.request import request_job  # noqa: E402
from unyo.ledger.models import TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out  # noqa: E402

FIELDS = ("name", "address", "kind", "model", "site", "floor", "room", "seat", "department", "user")


class TerminalTown:
    """The fleet in the ledger, tanaka who asks, suzuki and sato who approve."""

    def __init__(self, fleet: FleetProcess, home: Path) -> None:
        employ()
        self.fleet = fleet
        self.home = home
        self.clock = SetClock(datetime.now(timezone.utc))
        for facts in fleet.terminals:
            values = {name: facts.get(name, "") for name in FIELDS}
            record = TerminalRecord(serial=facts["serial"])
            entry = Amendment(record, {**values, "port": facts["https"], "state": "in_use"}, True)
            carry_out([entry], Hand("tanaka", "test", self.clock.now()))
        options = TerminalOptions(
            user=fleet.user,
            password_file=str(fleet.password_file),
            ca_file=str(fleet.ca_file),
            transport="ntlm",
        )
        self.settings = Settings(home=home, terminals=options)
        tools = Toolbox(self.settings)
        tools.__dict__["clock"] = self.clock
        (home / "inventory/policies").mkdir(parents=True)
        tools.output.mkdir(exist_ok=True)
        self.road = Road(tools, load, home / "audit.anchor")

    @property
    def serials(self) -> list[str]:
        return [str(facts["serial"]) for facts in self.fleet.terminals]

    def policy(self, name: str, text: str) -> None:
        """The site's own policy in place of the shipped one."""
        (self.home / f"inventory/policies/{name}.yml").write_text(text, encoding="utf-8")

    def asked(self, runbook: str, params: Any) -> Any:
        """A job, planned; a routine one is approved by rule."""
        job = request_job(self.road, runbook, params, "tanaka", "ticket of the day")
        plan_job(self.road, job)
        return job

    def done(self, job: Any) -> Any:
        """The job, approved by whom it takes, after a worker has done what it can."""
        if job.state == "PLANNED" and job.risk == "ROUTINE":
            approve_by_rule(self.road, job)
        elif job.state == "PLANNED":
            approve(self.road, job, "sato" if job.risk == "GRAVE" else "suzuki", "seen", job.digest)
        return worked(self.road, job)

    def run(self, runbook: str, params: Any) -> Any:
        return self.done(self.asked(runbook, params))

    def later(self, job: Any, **time: float) -> Any:
        """The job after some time on unyo's clock, looked at by a worker again."""
        self.clock.step(timedelta(**time))
        return worked(self.road, job)

    def state(self, serial: str) -> Mapping[str, Any]:
        """The simulated terminal's own state."""
        found: Mapping[str, Any] = self.fleet.order("state", serial)
        return found


def ends(job: Any) -> dict[str, str]:
    """Serial number → outcome of its step, "" while it waits."""
    pairs = job.steps.values_list("lock", "outcome")
    return {lock.removeprefix("terminal:"): outcome for lock, outcome in pairs}


def step_of(job: Any, serial: str) -> Any:
    return job.steps.get(lock=f"terminal:{serial}")


def codes(job: Any) -> list[str]:
    """The findings of the job's plan."""
    return [finding["code"] for finding in job.plan["findings"]]
