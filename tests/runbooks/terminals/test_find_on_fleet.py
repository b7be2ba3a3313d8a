"""A search over real WinRM: each planted trace is found on exactly its terminal, and a gap is never a no."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from support.terminal_town import TerminalTown, ends, step_of
from unyo.core.errors import BadInput
from unyo.core.indicators import Indicator, IndicatorType
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.terminals.find import FindParams

CONTENT = "unyo test: nothing harmful"
DIGEST = sha256(CONTENT.encode()).hexdigest()
RUN = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
WHAT = (
    Indicator(IndicatorType.SHA256, DIGEST),
    Indicator(IndicatorType.RUN_KEY, "SysUpd"),
    Indicator(IndicatorType.TASK, "SysUpd Check"),
    Indicator(IndicatorType.DNS, "badsite.example"),
    Indicator(IndicatorType.PROCESS, "svch0st.exe"),
    Indicator(IndicatorType.ADDRESS, "203.0.113.66:443"),
    Indicator(IndicatorType.LOGON, "mallory"),
    Indicator(IndicatorType.FILE, "請求書*.js"),
)
PLANTED: list[dict[str, list[dict[str, Any]]]] = [
    {"files": [{"path": r"C:\ProgramData\sysupd\a.bin", "text": CONTENT}]},
    {"registry": [{"key": RUN, "name": "SysUpd", "value": r"string:C:\ProgramData\x.exe"}]},
    {"tasks": [{"name": "SysUpd Check", "execute": r"C:\ProgramData\x.exe"}]},
    {"dns": [{"name": "cdn.badsite.example", "address": "203.0.113.66"}]},
    {"processes": [{"path": r"C:\ProgramData\x\svch0st.exe"}]},
    {"connections": [{"address": "203.0.113.66", "port": 443}]},
    {"log_ons": [{"user": "mallory", "address": "192.0.2.9", "hours_ago": 5}]},
    {"files": [{"path": r"C:\ProgramData\請求書_2026.pdf.js", "text": "x"}]},
]


@pytest.fixture(scope="module")
def office() -> Iterator[FleetProcess]:
    """Nine terminals in two languages; on each but the last one trace is planted."""
    with FleetProcess(count=9) as fleet:
        for facts, planted in zip(fleet.terminals, PLANTED, strict=False):
            fleet.order("plant", facts["serial"], planted)
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(office: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> TerminalTown:
    return TerminalTown(office, tmp_path)


def verdicts(job: Any) -> dict[str, str]:
    return {step.lock.removeprefix("terminal:"): step.seen["verdict"] for step in job.steps.all()}


def test_every_trace_is_found_on_its_terminal_and_nowhere_else(town: TerminalTown) -> None:
    job = town.run("terminals.find", FindParams(indicators=WHAT))
    *struck, clean = town.serials
    assert (job.state, job.risk) == ("DONE", "ROUTINE")
    found = {serial: [hit["type"] for hit in step_of(job, serial).seen["hits"]] for serial in struck}
    assert list(found.values()) == [[indicator.type.value] for indicator in WHAT]
    assert verdicts(job) == {**dict.fromkeys(struck, "found"), clean: "not_found"}
    assert {facts["locale"] for facts in town.fleet.terminals} == {"en-US", "ja-JP"}
    assert step_of(job, struck[0]).seen["hits"][0]["where"] == r"C:\ProgramData\sysupd\a.bin"


def test_choosing_nothing_searches_all_that_are_in_use(town: TerminalTown) -> None:
    from unyo.ledger.assets import LedgerAssets

    LedgerAssets(town.clock).amend(town.serials[0], {"state": "stock"}, "test")
    job = town.asked("terminals.find", FindParams(indicators=WHAT))
    assert job.plan["changes"] == 8


def test_looking_for_nothing_is_an_error_with_a_way_on(town: TerminalTown) -> None:
    with pytest.raises(BadInput, match="nothing to look for") as refused:
        FindParams(indicators=()).check()
    assert (refused.value.code, "--indicators" in refused.value.next_step.ja) == ("indicators.none", True)


def test_an_area_that_fails_and_a_locked_file_are_not_a_no(town: TerminalTown) -> None:
    *_, deaf, held = town.serials
    town.fleet.order("service", deaf, "Dnscache", False)
    locked = {"path": r"C:\ProgramData\held.bin", "text": "?", "locked": True}
    town.fleet.order("plant", held, {"files": [locked]})
    dns_only = FindParams(terminal=(deaf,), indicators=(WHAT[3],))
    hashes = FindParams(terminal=(deaf, held), indicators=(WHAT[0], WHAT[3]))
    try:
        nothing, partly = town.run("terminals.find", dns_only), town.run("terminals.find", hashes)
    finally:
        town.fleet.order("service", deaf, "Dnscache", True)
    assert verdicts(nothing) == {deaf: "could_not_look"}
    assert verdicts(partly) == {deaf: "partly_looked", held: "partly_looked"}
    assert step_of(partly, deaf).seen["could_not"] == ["dns: The DNS client service is not running."]
    assert step_of(partly, held).seen["could_not"] == [
        r"hash: 1 files cannot be opened, the first is C:\ProgramData\held.bin"
    ]


def test_a_terminal_that_is_off_is_searched_when_it_is_back(town: TerminalTown) -> None:
    away = town.serials[0]
    town.fleet.knob(away, "powered_off", True)
    job = town.run("terminals.find", FindParams(terminal=tuple(town.serials[:2]), indicators=WHAT))
    assert (ends(job)[away], step_of(job, away).waiting_for) == ("", "answer")
    town.fleet.knob(away, "powered_off", False)
    job = town.later(job, hours=1)
    assert (job.state, verdicts(job)[away]) == ("DONE", "found")


def test_an_exchanged_terminal_is_named_and_not_searched(town: TerminalTown) -> None:
    exchanged = town.serials[8]
    town.fleet.knob(exchanged, "swapped_serial", "OTHER-1")
    try:
        job = town.run("terminals.find", FindParams(indicators=WHAT))
    finally:
        town.fleet.knob(exchanged, "swapped_serial", "")
    step = step_of(job, exchanged)
    assert (step.outcome, step.code) == ("SKIPPED", "terminals.swapped")
    assert "unyo run terminals.discover" in step.next_step["ja"]
    assert sum(outcome == "DONE" for outcome in ends(job).values()) == 8
