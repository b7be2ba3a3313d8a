"""``unyo doctor`` on the way to the terminals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from unyo.cli.terminal_check import look_at_terminals
from unyo.core.errors import UnyoError
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.opening import set_up_django
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox

set_up_django()

from unyo.ledger.models import TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out  # noqa: E402

NOW = datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def two() -> Iterator[FleetProcess]:
    with FleetProcess(count=2) as fleet:
        yield fleet


@pytest.fixture
def tools(two: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Toolbox:
    """An installation that knows both terminals of the fleet."""
    for facts in two.terminals:
        values = {
            "name": facts["name"],
            "address": facts["address"],
            "port": facts["https"],
            "state": "in_use",
        }
        record = TerminalRecord(serial=facts["serial"])
        carry_out([Amendment(record, values, True)], Hand("tanaka", "test", NOW))
    options = TerminalOptions(
        user=two.user, password_file=str(two.password_file), ca_file=str(two.ca_file), transport="ntlm"
    )
    return Toolbox(Settings(home=tmp_path, terminals=options))


def test_it_names_channel_clock_and_rights(tools: Toolbox, two: FleetProcess) -> None:
    found = look_at_terminals(tools)
    assert found.startswith("2 of 2 answer")
    assert f"{two.user} over HTTPS" in found
    assert found.endswith("administrator")


def test_a_clock_that_is_off_needs_somebody(tools: Toolbox, two: FleetProcess) -> None:
    for facts in two.terminals:
        two.knob(facts["serial"], "clock_skew_seconds", 600)
    with pytest.raises(UnyoError) as caught:
        look_at_terminals(tools)
    for facts in two.terminals:
        two.knob(facts["serial"], "clock_skew_seconds", 0)
    assert caught.value.code == "doctor.terminals.clock"


def test_a_fleet_that_is_off_needs_somebody(tools: Toolbox, two: FleetProcess) -> None:
    for facts in two.terminals:
        two.knob(facts["serial"], "powered_off", True)
    with pytest.raises(UnyoError) as caught:
        look_at_terminals(tools)
    for facts in two.terminals:
        two.knob(facts["serial"], "powered_off", False)
    assert caught.value.code == "doctor.terminals"


def test_an_installation_without_terminals_is_well(tools: Toolbox) -> None:
    bare = Toolbox(replace(tools.settings, terminals=TerminalOptions()))
    assert look_at_terminals(bare) == "not configured"


def test_a_ledger_without_terminals_is_well(two: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> None:
    options = TerminalOptions(user=two.user, password_file=str(two.password_file))
    assert look_at_terminals(Toolbox(Settings(home=tmp_path, terminals=options))) == "none in the ledger"
