"""The shipped baseline on simulated terminals over real WinRM and real Ansible, Japanese ones among them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from runbooks.policy.conftest import findings, seen
from support.boxes import SetClock
from support.journey import outcomes, worked
from support.staffing import employ
from unyo.flow.context import Road
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.policy.apply import Apply, ApplyParams
from unyo.runbooks.policy.audit import Audit, AuditParams
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox

# What a step leaves beside the settings themselves, and what time alone moves.
NOT_SETTINGS = ("boot", "files", "fired", "reboot_pending", "restart_at", "sessions", "tasks")


@pytest.fixture(scope="module")
def lab() -> Iterator[FleetProcess]:
    with FleetProcess(count=3) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


class Town:
    """A road to the lab's terminals, with a clock that the test moves."""

    def __init__(self, lab: FleetProcess, home: Path) -> None:
        from unyo.ledger.models import TerminalRecord
        from unyo.ledger.terminal_changes import Amendment, Hand, carry_out

        employ()
        self.lab = lab
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
        runbooks = {"policy.audit": Audit(), "policy.apply": Apply()}
        self.road = Road(tools, lambda name: runbooks[name], home / "audit.anchor")  # type: ignore[arg-type]

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
        time.sleep(0.1)
        for serial in self.serials:
            # Two starts within two minutes are taken for one.
            self.lab.order("knob", serial, "clock_skew_seconds", 300)
            self.lab.order("restart", serial)
        self.clock.step(timedelta(hours=2))
        return worked(self.road, job)

    def settings(self, serial: str) -> dict[str, Any]:
        state: Mapping[str, Any] = self.lab.order("state", serial)
        kept = {name: value for name, value in state.items() if name not in NOT_SETTINGS}
        registry = {
            path: values
            for path, values in state["registry"].items()
            if values and not path.lower().endswith(r"unyo\baseline")
        }
        return {**kept, "registry": registry}


@pytest.fixture
def town(lab: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[Town]:
    yield Town(lab, tmp_path)
    for facts in lab.terminals:
        lab.order("restore", facts["serial"])
    assert lab.unsupported == []


def whole(**more: Any) -> ApplyParams:
    return ApplyParams(everything=True, **more)


def test_every_shipped_rule_can_be_read_in_any_language(town: Town) -> None:
    assert {facts["locale"] for facts in town.lab.terminals} >= {"ja-JP"}
    job = town.done(town.asked(AuditParams(everything=True)))
    assert set(outcomes(job).values()) == {"DONE"}
    for serial in town.serials:
        assert seen(job, serial)["unread"] == {}
        assert seen(job, serial)["score"] < 100


def test_the_shipped_pack_is_applied_kept_and_taken_back_exactly(town: Town) -> None:
    before = {serial: town.settings(serial) for serial in town.serials}
    job = town.asked(whole())
    assert "foresees the same" in findings(job, "baseline.check_mode")[0]
    town.done(job)
    assert {step.waiting_for for step in job.steps.all()} == {"reboot"}
    assert (town.restarted(job).state, set(outcomes(job).values())) == ("DONE", {"DONE"})

    audit = town.done(town.asked(AuditParams(everything=True)))
    assert [seen(audit, serial)["score"] for serial in town.serials] == [100.0] * 3
    assert [seen(audit, serial)["drift"] for serial in town.serials] == [{}] * 3
    again = town.asked(whole())
    assert (again.plan["changes"], again.plan["unchanged"]) == (0, 3)

    undo = town.restarted(town.undone(job))
    assert set(outcomes(undo).values()) == {"DONE"}
    assert {serial: town.settings(serial) for serial in town.serials} == before
