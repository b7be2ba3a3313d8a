"""Updates over real WinRM and real Ansible: the plan is the report, and exactly what was approved is installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.terminal_town import TerminalTown, codes, ends, step_of
from unyo.core.errors import Unreachable
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.terminals.updates import Category, UpdatesParams


@pytest.fixture(scope="module")
def office() -> Iterator[FleetProcess]:
    """Four terminals; each lacks one update of its own making beside what it lacks by chance."""
    with FleetProcess(count=4) as fleet:
        for facts in fleet.terminals:
            fleet.knob(facts["serial"], "reboot_seconds", 0)
            fleet.knob(facts["serial"], "longest_shutdown_delay_seconds", 0.3)
            fleet.order("keep", facts["serial"])
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(office: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[TerminalTown]:
    yield TerminalTown(office, tmp_path)
    for facts in office.terminals:
        office.order("restore", facts["serial"])
        for knob in ("powered_off", "silent"):
            office.knob(facts["serial"], knob, False)


def offered(town: TerminalTown, serial: str, kb: str, **more: Any) -> None:
    """Microsoft publishes an update for this terminal."""
    town.fleet.order("plant", serial, {"updates": [{"kb": kb, **more}]})


def installed(town: TerminalTown, serial: str) -> set[str]:
    return {kb for kb, update in town.state(serial)["updates"].items() if update["installed"]}


def asked(*serials: str, **more: Any) -> UpdatesParams:
    return UpdatesParams(terminal=serials, **more)


def test_the_plan_alone_is_the_report_and_installs_nothing(town: TerminalTown) -> None:
    serial, other = town.serials[:2]
    for one in (serial, other):
        offered(town, one, "6000001")
    before = installed(town, serial)
    job = town.asked("terminals.updates", asked(serial, other, kb=("KB6000001",)))
    assert (job.risk, job.plan["changes"]) == ("GUARDED", 2)
    assert step_of(job, serial).change["before"]["KB6000001"] == "missing"
    assert installed(town, serial) == before


def test_exactly_the_approved_updates_are_installed(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001")
    offered(town, serial, "6000002", title="同じ月の別の更新 (KB6000002)")
    before = installed(town, serial)
    job = town.asked("terminals.updates", asked(serial, kb=("6000001",)))
    # Published between the approval and the night, with a number that begins alike.
    offered(town, serial, "60000013")
    job = town.done(job)
    assert ends(job) == {serial: "DONE"}
    assert installed(town, serial) - before == {"6000001"}


def test_an_update_that_needs_a_restart_waits_for_it(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001", restart=True)
    job = town.run("terminals.updates", asked(serial, kb=("KB6000001",)))
    step = step_of(job, serial)
    assert (ends(job), step.waiting_for, step.code) == ({serial: ""}, "reboot", "step.reboot")
    assert "terminals.restart" in step.next_step["ja"]
    town.fleet.order("restart", serial)
    job = town.later(job, hours=1)
    assert (job.state, ends(job)) == ("DONE", {serial: "DONE"})


def test_with_reboot_ansible_restarts_it_and_the_job_ends_done(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001", restart=True)
    boot = town.state(serial)["boot"]
    job = town.run("terminals.updates", asked(serial, kb=("KB6000001",), reboot=True))
    assert (ends(job), town.state(serial)["boot"] > boot) == ({serial: "DONE"}, True)


def test_when_the_window_is_over_nothing_begins_and_the_next_step_says_so(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001")
    window = town.clock.now() + timedelta(hours=2)
    job = town.asked("terminals.updates", asked(serial, kb=("KB6000001",), until=window))
    town.clock.step(timedelta(hours=3))
    job = town.done(job)
    step = step_of(job, serial)
    assert (step.outcome, step.code) == ("SKIPPED", "updates.window")
    assert ("another window" in step.next_step["en"], "6000001" in installed(town, serial)) == (True, False)


def test_an_update_that_fails_is_a_failure_with_what_the_terminal_said(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001")
    offered(town, serial, "6000009", fails=True)
    job = town.run("terminals.updates", asked(serial, kb=("KB6000001", "KB6000009")))
    step = step_of(job, serial)
    assert (step.outcome, step.seen["KB6000001"], step.seen["KB6000009"]) == (
        "FAILED",
        "installed",
        "missing",
    )
    assert (step.code, step.message["ja"]) == ("updates.failed", "適用できませんでした: KB6000009")
    assert "unyo jobs resume" in step.next_step["ja"]


def test_a_terminal_that_is_off_is_named_and_left_out_and_alone_it_is_an_error(town: TerminalTown) -> None:
    off, there = town.serials[:2]
    offered(town, there, "6000001")
    town.fleet.knob(off, "powered_off", True)
    job = town.asked("terminals.updates", asked(off, there, kb=("KB6000001",)))
    assert (codes(job), list(ends(job))) == (["updates.unread"], [there])
    with pytest.raises(Unreachable):
        town.asked("terminals.updates", asked(off, kb=("KB6000001",)))


def test_one_that_goes_off_between_plan_and_night_is_done_when_it_is_back(town: TerminalTown) -> None:
    serial = town.serials[0]
    offered(town, serial, "6000001")
    job = town.asked("terminals.updates", asked(serial, kb=("KB6000001",)))
    town.fleet.knob(serial, "powered_off", True)
    job = town.later(town.done(job), seconds=10)
    assert step_of(job, serial).waiting_for == "answer"
    town.fleet.knob(serial, "powered_off", False)
    assert ends(town.later(job, hours=1)) == {serial: "DONE"}


def test_kinds_are_told_by_what_they_are_on_japanese_terminals_too(town: TerminalTown) -> None:
    japanese = next(facts["serial"] for facts in town.fleet.terminals if facts["locale"] == "ja-JP")
    offered(town, japanese, "6000001", title="2026-11 累積更新プログラム (KB6000001)")
    job = town.asked("terminals.updates", asked(japanese, category=(Category.SECURITY,)))
    assert step_of(job, japanese).change["before"]["KB6000001"] == "missing"
    none = town.asked("terminals.updates", asked(japanese, category=(Category.DRIVER,)))
    assert (none.plan["changes"], none.plan["unchanged"]) == (0, 1)
    assert ends(town.done(job))[japanese] in ("DONE", "")
    assert "6000001" in installed(town, japanese)


def test_while_a_restart_is_due_nothing_is_tried_and_the_next_step_says_so(town: TerminalTown) -> None:
    serial = town.serials[0]
    town.fleet.order("plant", serial, {"drifts": ["restart_due"]})
    offered(town, serial, "6000001")
    step = step_of(town.run("terminals.updates", asked(serial, kb=("KB6000001",))), serial)
    assert (step.outcome, step.code) == ("SKIPPED", "updates.restart_first")
    assert ("--reboot" in step.next_step["en"], "6000001" in installed(town, serial)) == (True, False)


def test_more_than_half_of_all_terminals_takes_the_officer(town: TerminalTown) -> None:
    for serial in town.serials:
        offered(town, serial, "6000001")
    assert town.asked("terminals.updates", UpdatesParams(everything=True, kb=("6000001",))).risk == "GRAVE"
