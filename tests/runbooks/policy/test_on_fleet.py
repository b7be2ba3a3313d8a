"""The shipped baseline on simulated terminals over real WinRM and real Ansible, Japanese ones among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runbooks.policy.conftest import findings, seen
from support.baseline_town import Town
from support.fleet import FreshFleet
from support.journey import outcomes
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.runbooks.policy.apply import ApplyParams
from unyo.runbooks.policy.audit import AuditParams


@pytest.fixture(scope="module")
def lab() -> Iterator[FleetProcess]:
    with FleetProcess(count=3) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


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


SCENARIO = r"""
policy:
  - {kind: registry, where: 'SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services', name: fDisableCdm, value: 'dword:0'}
  - {kind: security, where: System Access, name: MinimumPasswordLength, value: 8}
  - {kind: firewall, where: Public, name: LogBlocked, value: 'False'}
terminals:
  - {number: 1, locale: ja-JP, domain: true, drifts: [value_of_wrong_type, smb1_on, uac_off]}
  - {number: 2, locale: ja-JP, domain: false, model: PowerEdge R350, release: '2022'}
"""


@pytest.fixture
def members(sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet) -> Town:
    """A Japanese terminal in a domain that has its own mind, and a Japanese server."""
    scenario = tmp_path / "scenario.yml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    return Town(fresh_fleet(scenario=scenario), tmp_path)


def test_what_the_domain_will_set_back_is_found_on_the_terminal_itself(members: Town) -> None:
    serial, _ = members.serials
    job = members.done(members.asked(AuditParams(terminal=(serial,))))
    assert seen(job, serial)["domain"] == {
        "rdp-drives-off": 0,
        "password-length": 8,
        "firewall-public-log-blocked": "False",
    }
    assert len(findings(members.asked(whole()), "baseline.group_policy")) == 3


def test_servers_get_their_own_pack_and_a_value_of_a_wrong_type_comes_back_as_it_was(members: Town) -> None:
    terminal, server = members.serials
    before = members.values()
    assert before[terminal]["inactivity-limit"] == {"type": "string", "value": "900"}
    job = members.restarted(members.done(members.asked(whole())))
    assert (members.values()[terminal]["inactivity-limit"], set(outcomes(job).values())) == (900, {"DONE"})
    audit = members.done(members.asked(AuditParams(terminal=(server,))))
    assert (seen(audit, server)["pack"], seen(audit, server)["score"]) == ("windows-server", 100.0)
    members.restarted(members.undone(job))
    assert members.values() == before
