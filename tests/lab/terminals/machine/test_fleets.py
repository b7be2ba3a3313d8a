"""Fleets: mixed, the same for the same seed, cheap, and out of scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest

import unyo.lab.terminals
from support.windows_machines import Clock
from unyo.core.errors import BadSetting
from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.machine.restarting import pending_reasons

OFFICE = Path(unyo.lab.terminals.__file__).parent / "scenarios" / "office-40.yml"


@pytest.fixture(scope="module")
def office() -> Fleet:
    return Fleet.of(200, clock=Clock())


def test_a_third_and_more_speak_japanese(office: Fleet) -> None:
    assert sum(machine.locale == "ja-JP" for machine in office) >= len(office) / 3


def test_some_are_off_some_are_servers_some_stand_outside_the_domain(office: Fleet) -> None:
    machines = list(office)
    assert 0 < sum(not machine.answers() for machine in machines) < 20
    assert sum(machine.kind == "server" for machine in machines) == 10
    assert any(not machine.domain for machine in machines)
    assert any(pending_reasons(machine) for machine in machines)


def test_names_serial_numbers_addresses_and_sids_are_unique(office: Fleet) -> None:
    for fact in ("name", "serial", "address"):
        assert len({getattr(machine, fact) for machine in office}) == len(office)
    assert len({machine.identity.machine_sid for machine in office}) == len(office)


def test_the_same_seed_gives_the_same_office(office: Fleet) -> None:
    again = Fleet.of(200, clock=Clock())
    assert [machine.as_json() for machine in again] == [machine.as_json() for machine in office]


def test_machines_do_not_share_what_they_change(office: Fleet) -> None:
    first, second = list(office)[:2]
    first.registry.put("HKLM\\SOFTWARE\\Only", "Here", "DWord", 1)
    assert second.registry.key("HKLM\\SOFTWARE\\Only") is None


def test_state_is_json(office: Fleet) -> None:
    assert json.loads(json.dumps(next(iter(office)).as_json()))["kind"] == "client"


def test_two_thousand_machines_are_made_in_seconds() -> None:
    began = process_time()
    fleet = Fleet.of(2000)
    assert process_time() - began < 15
    began = process_time()
    fleet.tick()
    assert process_time() - began < 1


def test_the_demonstrations_office_has_one_infected_terminal() -> None:
    fleet = Fleet.from_scenario(OFFICE)
    machines = list(fleet)
    assert len(machines) == 40
    assert [machine.name for machine in machines if not machine.answers()] == ["PC00007"]
    infected = [m for m in machines if m.files.find("C:\\ProgramData\\sysupd\\svch0st.exe")]
    assert [machine.name for machine in infected] == ["PC00017"]
    assert infected[0].tasks.find("\\", "SysUpd Check")
    assert not infected[0].changed


@pytest.mark.parametrize(
    "text",
    [
        "counts: 3",
        "count: 1\nterminals: [{number: 1, drifts: [nothing]}]",
        "count: 1\nterminals: [{number: 1, knobs: {speed: 3}}]",
        "count: 1\nterminals: [{number: 1, files: [{text: x}]}]",
        "- 1",
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fleet.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"fleet\.yml"):
        Fleet.from_scenario(path)
