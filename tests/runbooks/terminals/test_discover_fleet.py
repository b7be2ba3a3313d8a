"""Discovery and waiting over real WinRM, on terminals that are simulated down to the wire."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from support.boxes import SetClock
from support.fleet import FreshFleet
from support.fleet_road import fleet_road, travelled
from support.staffing import employ
from unyo.core.indicators import Indicator, IndicatorType
from unyo.flow.worker import Worker
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.opening import set_up_django

set_up_django()

from unyo.ledger.assets import LedgerAssets  # noqa: E402
from unyo.runbooks.terminals.discover import DiscoverParams  # noqa: E402
from unyo.runbooks.terminals.find import FindParams  # noqa: E402


@pytest.fixture
def three(fresh_fleet: FreshFleet) -> FleetProcess:
    return fresh_fleet(3)


def test_the_ledger_is_filled_from_terminals_in_two_languages_and_a_swap_is_noticed(
    three: FleetProcess, sqlite_ledger: Path, tmp_path: Path
) -> None:
    employ()
    clock = SetClock()
    road = fleet_road(three, tmp_path, clock)
    first, second, third = three.terminals
    three.knob(second["serial"], "powered_off", True)
    three.knob(third["serial"], "swapped_serial", "OTHER-1")
    job = travelled(road, "terminals.discover", DiscoverParams(directory=False))
    book = LedgerAssets(clock).book()

    assert job.state == "DONE"
    assert book[first["serial"]]["model"] == first["model"]
    assert book[first["serial"]]["os_build"]
    assert book[first["serial"]]["mac_addresses"].count(":") == 5
    assert book[second["serial"]]["model"] == ""
    assert {(f["code"], f["where"].split()[0]) for f in job.plan["findings"]} == {
        ("discover.not_compared", second["serial"]),
        ("discover.swapped", third["serial"]),
    }
    three.knob(second["serial"], "powered_off", False)
    three.knob(third["serial"], "swapped_serial", "")
    travelled(road, "terminals.discover", DiscoverParams(directory=False))
    again = LedgerAssets(clock).book()
    assert {serial: noted["model"] for serial, noted in again.items()} == {
        facts["serial"]: facts["model"] for facts in three.terminals
    }


def test_a_search_waits_for_the_terminal_that_is_off_and_ends_when_it_is_back(
    three: FleetProcess, sqlite_ledger: Path, tmp_path: Path
) -> None:
    employ()
    clock = SetClock()
    road = fleet_road(three, tmp_path, clock)
    away = three.terminals[1]["serial"]
    three.knob(away, "powered_off", True)
    params = FindParams(indicators=(Indicator(IndicatorType.PROCESS, "evil.exe"),))
    job = travelled(road, "terminals.find", params)
    assert (job.state, job.steps.filter(outcome="DONE").count()) == ("RUNNING", 2)
    assert job.steps.get(waiting_for="answer").lock == f"terminal:{away}"

    clock.step(timedelta(hours=1))
    Worker(road).run_until_idle()
    assert job.steps.filter(waiting_for="answer").count() == 1
    three.knob(away, "powered_off", False)
    clock.step(timedelta(hours=1))
    Worker(road).run_until_idle()
    job.refresh_from_db()
    assert (job.state, job.steps.filter(outcome="DONE").count()) == ("DONE", 3)
