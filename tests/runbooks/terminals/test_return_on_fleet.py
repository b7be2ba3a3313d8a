"""A terminal that comes back, over real WinRM: wiped, tested, in stock; and refused where it is still in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.fleet import FreshFleet
from support.terminal_town import TerminalTown, codes, ends, step_of
from unyo.core.outcome import Outcome
from unyo.core.runbook import StepEnd
from unyo.core.target import Target
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.models import TerminalRecord
from unyo.runbooks import load
from unyo.runbooks.policy.apply import ApplyParams

LEFT = {
    "profiles": [{"user": "former"}],
    "files": [
        {"path": r"C:\Users\Public\Documents\名簿.xlsx", "text": "x"},
        {"path": r"C:\$Recycle.Bin\S-1-5-21-1-2-3-1104\$R1.docx", "text": "x"},
    ],
}


@pytest.fixture(scope="module")
def office() -> Iterator[FleetProcess]:
    """Six terminals; on each somebody has left something, and nobody is logged on."""
    with FleetProcess(count=6) as fleet:
        for facts in fleet.terminals:
            fleet.order(
                "plant", facts["serial"], {**LEFT, "profiles": [*LEFT["profiles"], {"user": facts["user"]}]}
            )
            fleet.order("keep", facts["serial"])
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(office: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[TerminalTown]:
    yield TerminalTown(office, tmp_path)
    for facts in office.terminals:
        office.order("restore", facts["serial"])
        for knob, value in (("powered_off", False), ("swapped_serial", "")):
            office.knob(facts["serial"], knob, value)


def asked(*serials: str) -> Any:
    # "return" is a word of the language, so the module cannot be imported by name.
    return load("terminals.return").Params(terminal=serials)


def test_what_people_left_goes_and_the_ledger_has_it_in_stock(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.run("terminals.return", asked(serial))
    assert (job.risk, codes(job), ends(job)) == ("GUARDED", ["return.in_use"], {serial: "DONE"})
    state, record = town.state(serial), TerminalRecord.objects.get(pk=serial)
    assert (state["profiles"], record.state, record.user) == ([], "stock", "")
    assert not any("名簿" in path or "$R1" in path for path in state["files"])
    again = town.asked("terminals.return", asked(serial))
    assert (again.plan["changes"], again.plan["unchanged"]) == (0, 1)


def test_the_account_that_unyo_uses_stays_and_others_are_disabled(town: TerminalTown) -> None:
    serial = town.serials[0]
    town.run("terminals.return", asked(serial))
    enabled = {name for name, user in town.state(serial)["users"].items() if user["enabled"]}
    assert town.fleet.user in enabled
    assert enabled <= {town.fleet.user, "Administrator"}
    # And it still lets unyo in.
    assert town.asked("terminals.return", asked(serial)).plan["unchanged"] == 1


def test_the_tests_are_kept_with_the_step_and_shown_in_the_check_list(town: TerminalTown) -> None:
    serial = town.serials[0]
    step = step_of(town.run("terminals.return", asked(serial)), serial)
    assert set(step.seen["tests"]) == {"disks", "encryption", "battery"}
    assert step.seen["tests"]["disks"][0]["name"] == "NVMe SSD"
    end = StepEnd(Target("terminal", serial, "PC"), Outcome(step.outcome), step.seen, step.change["after"])
    (table,) = load("terminals.return").tables([end])
    assert table.rows[0][2] == "NVMe SSD: OK"


def test_somebody_who_is_logged_on_loses_nothing_and_is_named(town: TerminalTown) -> None:
    serial = town.serials[0]
    user = town.fleet.named(serial)["user"]
    town.fleet.order("plant", serial, {"profiles": [{"user": user, "loaded": True}]})
    before = town.state(serial)
    step = step_of(town.run("terminals.return", asked(serial)), serial)
    assert (step.outcome, step.code) == ("SKIPPED", "wipe.in_use")
    assert (user in step.message["en"], "terminals.restart" in step.next_step["ja"]) == (True, True)
    after = town.state(serial)
    assert (after["profiles"], after["files"]) == (before["profiles"], before["files"])
    assert TerminalRecord.objects.get(pk=serial).state == "in_use"


def test_more_than_fifty_take_the_officer(
    sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet
) -> None:
    town = TerminalTown(fresh_fleet(51), tmp_path)
    assert town.asked("terminals.return", asked(*town.serials)).risk == "GRAVE"


def test_one_that_is_off_is_wiped_when_it_is_back(town: TerminalTown) -> None:
    serial = town.serials[0]
    town.fleet.knob(serial, "powered_off", True)
    job = town.run("terminals.return", asked(serial))
    job = town.later(town.later(job, seconds=6), seconds=31)
    assert (step_of(job, serial).waiting_for, TerminalRecord.objects.get(pk=serial).state) == (
        "answer",
        "in_use",
    )
    town.fleet.knob(serial, "powered_off", False)
    assert ends(town.later(job, hours=1)) == {serial: "DONE"}
    assert TerminalRecord.objects.get(pk=serial).state == "stock"


def test_an_exchanged_terminal_is_never_wiped_and_stops_no_baseline(town: TerminalTown) -> None:
    exchanged, *_ = town.serials
    town.fleet.knob(exchanged, "swapped_serial", "OTHER-1")
    before = town.state(exchanged)["profiles"]
    step = step_of(town.run("terminals.return", asked(exchanged)), exchanged)
    assert (step.outcome, step.code) == ("SKIPPED", "terminals.swapped")
    assert town.state(exchanged)["profiles"] == before
    rules = ApplyParams(terminal=tuple(town.serials[:2]), rule=("llmnr-off",), check_mode=False)
    job = town.asked("policy.apply", rules)
    (refused,) = [f for f in job.plan["findings"] if f["code"] == "baseline.closed"]
    assert (refused["where"], job.plan["changes"]) == ("terminals.swapped", 2)
    assert town.fleet.named(exchanged)["name"] in refused["text"]["ja"]
    assert ends(town.done(job)) == {exchanged: "SKIPPED", town.serials[1]: "DONE"}
