"""The shipped baseline on simulated terminals over real WinRM and real Ansible, Japanese ones among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
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
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.runbooks.policy.apply import Apply, ApplyParams
from unyo.runbooks.policy.audit import Audit, AuditParams
from unyo.runbooks.policy.rules.reading import Reading, read_settings
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox


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


@pytest.fixture
def town(lab: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[Town]:
    yield Town(lab, tmp_path)
    for facts in lab.terminals:
        lab.order("restore", facts["serial"])
        for knob in fields(Knobs):
            lab.order("knob", facts["serial"], knob.name, getattr(Knobs(), knob.name))
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
    before = town.values()
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
    assert town.values() == before


SHUTS_OUT = """
title: {en: Too strict, ja: 厳しすぎる}
includes:
  - pack: windows11-domain
    rules: [right-deny-network, uac-remote-local-accounts, llmnr-off, audit-logon]
"""


def test_a_pack_that_shuts_unyo_out_is_warned_of_and_taken_back_by_the_terminal(town: Town) -> None:
    (town.site / "strict.yml").write_text(SHUTS_OUT, encoding="utf-8")
    before = town.values()
    (serial, *_) = town.serials
    job = town.asked(ApplyParams(terminal=(serial,), pack="strict"))
    assert [text.partition(" ")[0] for text in findings(job, "baseline.own_way")] == [
        "right-deny-network",
        "uac-remote-local-accounts",
    ]
    town.done(job)
    step = job.steps.get()
    assert (step.outcome, step.code) == ("UNVERIFIED", "baseline.not_confirmed")

    # Ten minutes later by the terminal's clock.
    town.lab.order("knob", serial, "clock_skew_seconds", 660)
    now = town.values()[serial]
    assert (now["right-deny-network"], now["llmnr-off"]) == (before[serial]["right-deny-network"], 0)
    assert now["uac-remote-local-accounts"] == before[serial]["uac-remote-local-accounts"]


def test_one_terminal_off_and_one_that_loses_its_reply_do_not_hold_up_the_others(town: Town) -> None:
    before = town.values()
    off, silent, _ = town.serials
    town.lab.order("knob", off, "powered_off", True)
    job = town.asked(whole(rule=("llmnr-off", "audit-logon", "rdp-nla", "right-debug")))
    town.lab.order("knob", silent, "lose_reply_after_change", 1)
    town.done(job)
    ends = {step.lock.removeprefix("terminal:"): step.outcome for step in job.steps.all()}
    assert (ends[off], ends[silent], job.state) == ("", "DONE", "RUNNING")

    town.lab.order("knob", off, "powered_off", False)
    town.clock.step(timedelta(hours=2))
    assert town.done(job).state == "DONE"
    town.undone(job, "llmnr-off")
    after = town.values()
    assert {serial: after[serial]["llmnr-off"] for serial in after} == {
        serial: before[serial]["llmnr-off"] for serial in before
    }
    assert {values["rdp-nla"] for values in after.values()} == {1}


def test_what_group_policy_sets_otherwise_is_found(town: Town) -> None:
    (serial, *_) = town.serials
    town.lab.order("domain", serial, "office.example.jp")
    job = town.done(town.asked(AuditParams(terminal=(serial,))))
    assert outcomes(job).values()
    assert seen(job, serial)["domain"] == {}
