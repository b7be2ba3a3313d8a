"""A town hall's road to simulated terminals: real ledger, real WinRM, real Ansible, a clock that the test moves."""

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
from unyo.runbooks.policy.apply import Apply
from unyo.runbooks.policy.audit import Audit, AuditParams
from unyo.runbooks.policy.rules.reading import Reading, read_settings
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox


class Town:
    """A road to the lab's terminals, with a clock that the test moves."""

    def __init__(self, lab: FleetProcess, home: Path) -> None:
        from unyo.ledger.models import TerminalRecord
        from unyo.ledger.terminal_changes import Amendment, Hand, carry_out

        employ()
        self.lab = lab
        self.starts = 0
        self.clock = SetClock(datetime.now(timezone.utc))
        for facts in lab.terminals:
            values = {"name": facts["name"], "address": facts["address"], "port": facts["https"]}
            values |= {"state": "in_use", "kind": facts["kind"]}
            record = TerminalRecord(serial=facts["serial"])
            carry_out([Amendment(record, values, True)], Hand("tanaka", "test", self.clock.now()))
        options = TerminalOptions(
            user=lab.user, password_file=str(lab.password_file), ca_file=str(lab.ca_file), transport="ntlm"
        )
        self.site = home / "inventory/baselines"
        self.site.mkdir(parents=True)
        tools = Toolbox(Settings(home=home, terminals=options))
        tools.__dict__["clock"] = self.clock
        runbooks: dict[str, Any] = {"policy.audit": Audit(), "policy.apply": Apply()}
        self.road = Road(tools, lambda name: runbooks[name], home / "audit.anchor")

    @property
    def serials(self) -> list[str]:
        return [facts["serial"] for facts in self.lab.terminals]

    def asked(self, params: Any) -> Any:
        from unyo.flow.planning import plan_job
        from unyo.flow.request import request_job

        name = "policy.audit" if isinstance(params, AuditParams) else "policy.apply"
        job = request_job(self.road, name, params, "tanaka", "the yearly baseline")
        plan_job(self.road, job)
        return job

    def done(self, job: Any) -> Any:
        from unyo.flow.approval import approve

        if job.state == "PLANNED":
            approve(self.road, job, "suzuki", "seen", job.digest)
        return worked(self.road, job)

    def undone(self, job: Any, *only: str) -> Any:
        from unyo.flow.planning import plan_job
        from unyo.flow.undo import request_undo

        undo = request_undo(self.road, job, "tanaka", "it was the wrong pack", only)
        plan_job(self.road, undo)
        return self.done(undo)

    def restarted(self, job: Any) -> Any:
        """The job after every terminal has been restarted and was looked at again."""
        self.starts += 1
        for serial in self.serials:
            self.lab.order("knob", serial, "reboot_seconds", 0)
            # A later clock: two starts within seconds would be taken for one.
            self.lab.order("knob", serial, "clock_skew_seconds", 60 * self.starts)
            self.lab.order("restart", serial)
        self.clock.step(timedelta(hours=2))
        return worked(self.road, job)

    def values(self) -> dict[str, Mapping[str, Any]]:
        """Serial number → rule → value, for every rule of every pack; None: absent."""
        tools = self.road.tools
        rules = list(tools.baselines.rules().values())
        terminals = tools.assets.terminals(self.serials)
        readings = read_settings([(terminals[serial], rules) for serial in self.serials], tools)
        found = {}
        for serial, reading in zip(self.serials, readings, strict=True):
            assert isinstance(reading, Reading), reading
            found[serial] = reading.values
        return found
