"""Account jobs on the whole road, with ledger and vault: transfer, undo, list, grant with its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.journey import worked
from support.office import accounts, carried_out, import_roster, open_office
from support.staff import last_year, this_year
from unyo.flow.context import Road
from unyo.lab.directory_simulator import SimulatorProcess
from unyo.runbooks.accounts.list import ListParams
from unyo.runbooks.accounts.provision import TransferParams
from unyo.runbooks.accounts.remote_access import AccessParams
from unyo.runbooks.accounts.suspend import SuspendParams


@pytest.fixture
def road(sqlite_ledger: Path, simulator: SimulatorProcess, tmp_path: Path) -> Iterator[Road]:
    """Last year's staff in the simulated directory; the clock stands at noon of 1 April 2027."""
    simulator.reset()
    clock = SetClock()
    clock.step(timedelta(days=7))
    made = open_office(tmp_path, simulator, clock)
    carried_out(made, "accounts.provision", TransferParams(import_roster(made, last_year())))
    yield made
    made.tools.directory.close()  # type: ignore[attr-defined]


def taken_back(road: Road, job: Any) -> Any:
    """The undo of a job, approved and worked."""
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    undo = request_undo(road, job, "tanaka", "it was the wrong file")
    plan_job(road, undo)
    approve(road, undo, "sato", "as agreed", undo.digest)
    return worked(road, undo)


def plain(states: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        number: {key: value for key, value in state.items() if key != "_dn"}
        for number, state in states.items()
    }


def test_a_transfer_is_done_and_taken_back_to_the_last_attribute(road: Road) -> None:
    before = accounts(road)
    file = replace(
        this_year(), people={n: replace(p, handover_until=None) for n, p in this_year().people.items()}
    )
    job = carried_out(road, "accounts.provision", TransferParams(import_roster(road, file)))
    assert (job.state, set(job.steps.values_list("outcome", flat=True))) == ("DONE", {"DONE"})
    assert plain(accounts(road)) != plain(before)
    undo = taken_back(road, job)
    assert (undo.state, set(undo.steps.values_list("outcome", flat=True))) == ("DONE", {"DONE"})
    assert accounts(road) == before


def test_a_handover_leaves_the_job_running_until_its_end(road: Road) -> None:
    people = dict(this_year().people)
    people["000001"] = replace(people["000001"], handover_until=date(2027, 4, 30))
    number = import_roster(road, replace(this_year(), effective=date(2027, 4, 1), people=people))
    job = carried_out(road, "accounts.provision", TransferParams(number))
    assert job.state == "RUNNING"
    assert {"D-0101", "D-0102"} <= set(accounts(road)["000001"]["groups"])
    road.tools.clock.step(timedelta(days=40))  # type: ignore[attr-defined]
    assert worked(road, job).state == "DONE"
    assert "D-0102" not in accounts(road)["000001"]["groups"]


def test_a_list_is_a_job_whose_step_names_its_files(road: Road) -> None:
    job = carried_out(road, "accounts.list", ListParams())
    assert job.state == "DONE"
    (step,) = job.steps.all()
    assert step.seen["rows"] == 63
    assert len(list(road.tools.output.glob("*-users.*"))) == 3


def test_remote_access_ends_by_itself_when_its_time_has_come(road: Road) -> None:
    params = AccessParams(("000011",), until=date(2027, 4, 30))
    job = carried_out(road, "accounts.remote_access", params)
    assert job.state == "RUNNING"
    assert "Remote-Access" in accounts(road)["000011"]["groups"]
    road.tools.clock.step(timedelta(days=40))  # type: ignore[attr-defined]
    assert worked(road, job).state == "DONE"
    assert "Remote-Access" not in accounts(road)["000011"]["groups"]


def test_a_suspension_is_taken_back_through_the_ledger(road: Road) -> None:
    before = accounts(road)
    job = carried_out(road, "accounts.suspend", SuspendParams(("000011", "000012")))
    assert not accounts(road)["000011"]["enabled"]
    assert taken_back(road, job).state == "DONE"
    assert accounts(road) == before
