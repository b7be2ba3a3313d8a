"""Diagnosis over real WinRM: one page and one file of data, oddities first, and no personal data unless asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.terminal_town import TerminalTown, ends, step_of
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.terminals.diagnose import DiagnoseParams

CANARY = "canary7291"


@pytest.fixture(scope="module")
def office() -> Iterator[FleetProcess]:
    """Three terminals; somebody's name stands on the first in a profile, an event and a log-on."""
    with FleetProcess(count=3) as fleet:
        said = {"source": "Print", "id": 6161, "message": f"printing for {CANARY} failed"}
        planted = {
            "profiles": [{"user": CANARY, "loaded": True}],
            "events": [said] * 25,
            "log_ons": [{"user": CANARY, "address": "192.0.2.9"}],
        }
        fleet.order("plant", fleet.terminals[0]["serial"], planted)
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(office: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> TerminalTown:
    return TerminalTown(office, tmp_path)


def bundle(town: TerminalTown, job: Any, serial: str) -> tuple[str, dict[str, Any]]:
    """The page and the data that the job wrote of one terminal."""
    page, data = sorted(step_of(job, serial).seen["files"])
    folder = town.road.tools.output
    return (folder / page).read_text(encoding="utf-8"), json.loads(
        (folder / data).read_text(encoding="utf-8")
    )


def test_a_bundle_tells_every_part_in_two_languages_of_terminals(town: TerminalTown) -> None:
    job = town.run("terminals.diagnose", DiagnoseParams(everything=True))
    assert set(ends(job).values()) == {"DONE"}
    for facts in town.fleet.terminals:
        page, data = bundle(town, job, facts["serial"])
        assert data["errors"] == {}
        assert {"system", "memory", "disks", "network", "services", "updates", "printers", "baseline"} <= set(
            data
        )
        assert f"{facts['name']} の診断" in page


def test_the_baseline_counts_what_is_kept_and_names_what_is_broken(town: TerminalTown) -> None:
    serial = town.serials[0]
    page, data = bundle(town, town.run("terminals.diagnose", DiagnoseParams(terminal=(serial,))), serial)
    part = data["baseline"]
    assert (part["pack"], part["unread"]) == ("windows11", 0)
    assert part["kept"] > 10
    assert "llmnr-off" in part["broken"]
    assert f"セキュリティポリシー {len(part['broken'])} 件が不適合です" in page


def test_personal_data_is_nowhere_and_named_as_left_out(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.run("terminals.diagnose", DiagnoseParams(terminal=(serial,)))
    page, data = bundle(town, job, serial)
    assert CANARY not in page
    assert CANARY not in json.dumps(data)
    assert CANARY not in json.dumps(step_of(job, serial).seen)
    assert town.fleet.named(serial)["user"] not in json.dumps(data)
    assert data["left_out"] == ["who is logged on", "profiles on the terminal", "texts of events"]
    assert "イベントの本文" in page
    assert len(data["events"]) >= 25


def test_personal_data_is_there_where_it_is_asked_for(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.run("terminals.diagnose", DiagnoseParams(terminal=(serial,), personal=True))
    page, data = bundle(town, job, serial)
    assert CANARY in page
    assert CANARY in json.dumps(data["people"])
    assert CANARY in json.dumps(data["events"])
    assert data["left_out"] == []


def test_what_stands_out_comes_first(town: TerminalTown) -> None:
    serial = town.serials[0]
    job = town.run("terminals.diagnose", DiagnoseParams(terminal=(serial,)))
    oddities = [oddity["ja"] for oddity in step_of(job, serial).seen["oddities"]]
    page, _ = bundle(town, job, serial)
    assert any("イベントログのエラー" in oddity for oddity in oddities)
    assert page.index(oddities[0]) < page.index("システム")


def test_a_clock_that_is_wrong_stands_out(town: TerminalTown) -> None:
    serial = town.serials[1]
    town.fleet.knob(serial, "clock_skew_seconds", 660)
    try:
        job = town.run("terminals.diagnose", DiagnoseParams(terminal=(serial,)))
    finally:
        town.fleet.knob(serial, "clock_skew_seconds", 0)
    assert any("+11" in oddity["en"] for oddity in step_of(job, serial).seen["oddities"])


def test_a_terminal_that_is_off_is_named_and_the_others_are_diagnosed(town: TerminalTown) -> None:
    off, *others = town.serials
    town.fleet.knob(off, "powered_off", True)
    try:
        job = town.later(town.run("terminals.diagnose", DiagnoseParams(everything=True)), minutes=1)
    finally:
        town.fleet.knob(off, "powered_off", False)
    assert ends(job) == {off: "UNREACHABLE", **dict.fromkeys(others, "DONE")}
    assert step_of(job, off).next_step["ja"]
