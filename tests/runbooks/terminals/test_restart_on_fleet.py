"""Restarts over real WinRM: people are warned, nobody is thrown out, and the terminal is seen to come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.journey import worked
from support.terminal_town import TerminalTown, ends, step_of
from unyo.core.change import Change
from unyo.core.errors import BadInput
from unyo.core.job_state import JobState
from unyo.flow.approval import approve
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.terminals.restart import Restart, RestartParams


@pytest.fixture(scope="module")
def office() -> Iterator[FleetProcess]:
    with FleetProcess(count=8) as fleet:
        for facts in fleet.terminals:
            fleet.knob(facts["serial"], "reboot_seconds", 0)
            fleet.order("keep", facts["serial"])
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(office: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[TerminalTown]:
    yield TerminalTown(office, tmp_path)
    for facts in office.terminals:
        office.order("restore", facts["serial"])
        office.knob(facts["serial"], "powered_off", False)
        office.knob(facts["serial"], "clock_skew_seconds", 0)


def asked(*serials: str, **more: Any) -> RestartParams:
    return RestartParams(terminal=serials, **more)


def due(town: TerminalTown, serial: str) -> datetime | None:
    """When the restart that was ordered on the terminal comes."""
    told = town.state(serial)["restart_at"]
    return datetime.fromisoformat(told) if told else None


def busy_and_idle(town: TerminalTown) -> tuple[str, str]:
    """A terminal with somebody logged on, and one with nobody."""
    held = {serial: bool(town.state(serial)["sessions"]) for serial in town.serials}
    return next(s for s, used in held.items() if used), next(s for s, used in held.items() if not used)


def test_a_restart_is_ordered_with_its_warning_and_done_when_the_terminal_is_back(town: TerminalTown) -> None:
    serial = town.serials[0]
    before = datetime.fromisoformat(town.state(serial)["boot"])
    job = town.run("terminals.restart", asked(serial, minutes=15, message="再起動します"))
    assert (job.risk, ends(job), step_of(job, serial).waiting_for) == ("GUARDED", {serial: ""}, "reboot")
    ordered = due(town, serial)
    assert ordered is not None
    assert abs(ordered - town.clock.now() - timedelta(minutes=15)) < timedelta(minutes=1)

    # Looked at again before the time: nothing is ordered twice.
    town.later(job, minutes=2)
    assert due(town, serial) == ordered
    town.fleet.order("restart", serial)
    job = town.later(job, minutes=20)
    assert (job.state, ends(job)) == ("DONE", {serial: "DONE"})
    assert datetime.fromisoformat(town.state(serial)["boot"]) > before


def test_at_once_means_soon_enough_for_the_answer_to_arrive(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.run("terminals.restart", asked(serial, minutes=0))
    assert step_of(job, serial).waiting_for == "reboot"
    ordered = due(town, serial)
    assert ordered is not None
    assert ordered - town.clock.now() < timedelta(minutes=1)


def test_a_terminal_in_use_is_left_alone_where_only_idle_ones_are_meant(town: TerminalTown) -> None:
    busy, idle = busy_and_idle(town)
    job = town.run("terminals.restart", asked(idle, busy, if_idle=True))
    if step_of(job, idle).state == "waiting":
        town.fleet.order("restart", idle)
        job = town.later(job, minutes=20)
    assert ends(job) == {idle: "DONE", busy: "SKIPPED"}
    step = step_of(job, busy)
    assert (step.code, "--if-idle" in step.next_step["en"], "--if-idle" in step.next_step["ja"]) == (
        "restart.in_use",
        True,
        True,
    )
    assert due(town, busy) is None


def test_a_terminal_that_somebody_restarted_meanwhile_is_left_alone(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.asked("terminals.restart", asked(serial))
    town.clock.step(timedelta(seconds=5))
    town.fleet.order("restart", serial)
    job = town.done(job)
    assert (ends(job), due(town, serial)) == ({serial: "UNCHANGED"}, None)


def test_a_wrong_clock_on_the_terminal_neither_hides_nor_feigns_a_restart(town: TerminalTown) -> None:
    ahead, behind = town.serials[0], town.serials[1]
    town.fleet.knob(ahead, "clock_skew_seconds", 86_400)
    town.fleet.knob(behind, "clock_skew_seconds", -86_400)
    job = town.run("terminals.restart", asked(ahead, behind))
    town.fleet.order("restart", ahead)
    job = town.later(job, minutes=20)
    town.fleet.order("restart", behind)
    job = town.later(job, minutes=20)
    assert ends(job) == {ahead: "DONE", behind: "DONE"}


def test_a_lost_reply_is_no_reason_to_order_it_again(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.asked("terminals.restart", asked(serial, minutes=30))
    town.fleet.knob(serial, "lose_reply_after_change", 1)
    job = town.done(job)
    ordered = due(town, serial)
    assert ordered is not None
    job = town.later(town.later(job, seconds=10), minutes=2)
    assert (step_of(job, serial).waiting_for, due(town, serial)) == ("reboot", ordered)


def test_after_a_worker_died_in_the_middle_the_order_is_not_given_again(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.asked("terminals.restart", asked(serial, minutes=30))
    approve(town.road, job, "suzuki", "seen", job.digest)
    change = Change.from_json(step_of(job, serial).change)
    Restart().write(change, town.road.tools)
    ordered = due(town, serial)
    job.move_to(JobState.RUNNING)
    gone = {
        "state": "running",
        "owner": "elsewhere:1:a-1",
        "lease_until": town.clock.now() - timedelta(hours=1),
    }
    job.steps.update(**gone, attempts=1)
    job = worked(town.road, job)
    assert (step_of(job, serial).waiting_for, due(town, serial)) == ("reboot", ordered)
    town.fleet.order("restart", serial)
    assert ends(town.later(job, hours=1)) == {serial: "DONE"}


def test_a_terminal_that_is_off_is_restarted_when_it_is_back_unless_it_was_started_meanwhile(
    town: TerminalTown,
) -> None:
    serial = town.serials[0]
    town.fleet.knob(serial, "powered_off", True)
    job = town.later(town.run("terminals.restart", asked(serial)), seconds=10)
    assert step_of(job, serial).waiting_for == "answer"
    # Switching it on is a start.
    town.fleet.knob(serial, "powered_off", False)
    town.state(serial)
    job = town.later(job, minutes=5)
    assert (ends(job)[serial] in ("DONE", "UNCHANGED"), due(town, serial)) == (True, None)


@pytest.mark.parametrize(
    "wrong", [{"minutes": -1}, {"minutes": 100_000}, {"message": 'say "x"'}, {"message": "a\nb"}]
)
def test_a_warning_that_windows_would_not_take_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        asked("PC00001", **wrong).check()
