"""Faults of terminals over the whole road: each ends in a named outcome, and the second run mends all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.journey import outcomes
from support.trouble import (
    TOGETHER,
    TroubledTown,
    as_soon_as,
    by_trouble,
    explained,
    unturn,
    whole,
)
from unyo.core.errors import Refused
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks.policy.apply import Apply, ApplyParams

pytestmark = pytest.mark.chaos

TERMINALS = 12
SHIPPED_PACE = Apply.pace


@pytest.fixture(scope="module")
def lab() -> Iterator[FleetProcess]:
    with FleetProcess(count=TERMINALS) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


@pytest.fixture
def town(
    lab: FleetProcess, sqlite_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TroubledTown]:
    monkeypatch.setattr("unyo.runbooks.policy.rules.reading.SECONDS", 8)
    monkeypatch.setattr(Apply, "pace", TOGETHER)
    yield TroubledTown(lab, tmp_path)
    for facts in lab.terminals:
        unturn(lab, facts["serial"])
        lab.order("restore", facts["serial"])
    assert lab.unsupported == []


FAULTS: dict[str, dict[str, Any]] = {
    "healthy": {},
    "wrong password": {"wrong_password": True},
    "expired certificate": {"certificate": "expired"},
    "certificate of another name": {"certificate": "wrong_name"},
    "another machine": {"swapped_serial": "SOMEBODY-ELSE"},
    "off": {"powered_off": True},
    "silent": {"powered_off": True, "silent": True},
    "no room for sessions": {"quota_fault": True},
    "commands never end": {"operation_timeout": True},
    "answers in Shift_JIS": {"answers_in_cp932": True},
}


def test_faults_met_by_the_first_look_of_a_step(town: TroubledTown) -> None:
    before = town.chosen()
    names = dict(zip(town.serials, [*FAULTS, "locked by a stranger", "healthy too"], strict=True))
    serial_of = {name: serial for serial, name in names.items()}
    job = town.asked(whole())
    for name, knobs in FAULTS.items():
        town.trouble(serial_of[name], **knobs)
    town.locked_by_a_stranger(serial_of["locked by a stranger"])
    town.done(job)

    assert by_trouble(job, names) == {
        "healthy": ("DONE", ""),
        "healthy too": ("DONE", ""),
        "answers in Shift_JIS": ("DONE", ""),
        "wrong password": ("FAILED", "terminals.logon"),
        "locked by a stranger": ("FAILED", "terminals.logon"),
        "expired certificate": ("FAILED", "terminals.certificate.expired"),
        "certificate of another name": ("FAILED", "terminals.certificate.name"),
        "another machine": ("SKIPPED", "terminals.swapped"),
        "off": ("waits: answer", "terminals.unreachable.refused"),
        "silent": ("waits: answer", "terminals.unreachable.silent"),
        "no room for sessions": ("waits: answer", "terminals.quota"),
        "commands never end": ("waits: answer", "terminals.timeout"),
    }
    assert explained(job)

    town.mended()
    assert town.chosen() == {
        serial: town.wanted() if name in REACHED else before[serial] for serial, name in names.items()
    }
    assert town.worked_later(job).state == "PARTIAL"
    again = town.resumed(job)
    assert (again.state, set(outcomes(again).values()), len(outcomes(again))) == ("DONE", {"DONE"}, 5)
    assert list(town.chosen().values()) == [town.wanted()] * TERMINALS
    assert town.guards() == []


REACHED = {"healthy", "healthy too", "answers in Shift_JIS"}


def test_faults_met_by_the_plan_leave_the_other_terminals_a_plan(town: TroubledTown) -> None:
    names = dict(zip(town.serials, [*FAULTS, "a", "b"], strict=True))
    town.in_trouble(names, FAULTS)
    job = town.asked(whole())

    assert {names[step.lock.removeprefix("terminal:")] for step in job.steps.exclude(sort="unseen")} == {
        "healthy",
        "answers in Shift_JIS",
        "a",
        "b",
    }
    closed = [finding for finding in job.plan["findings"] if finding["code"] == "baseline.closed"]
    assert [finding["where"] for finding in closed] == [
        "terminals.certificate.expired",
        "terminals.certificate.name",
        "terminals.logon",
        "terminals.swapped",
    ]
    town.mended()
    town.done(job)
    assert (job.state, set(outcomes(job).values())) == ("DONE", {"DONE"})
    assert list(town.chosen().values()) == [town.wanted()] * TERMINALS


def test_a_password_that_is_wrong_everywhere_stops_at_three_terminals_and_locks_none(
    town: TroubledTown,
) -> None:
    job = town.asked(whole())
    for serial in town.serials:
        town.trouble(serial, wrong_password=True, lockout_threshold=4)
    # Two plans and a run: each time three terminals are asked once, and no more.
    for _ in range(2):
        with pytest.raises(Refused, match=r"terminals\.logon\.stopped"):
            town.asked(whole())
    town.done(job)
    codes = [step.code for step in job.steps.all()]
    assert (codes.count("terminals.logon"), codes.count("terminals.logon.stopped")) == (3, TERMINALS - 3)
    assert explained(job)
    assert not any(town.locked(serial) for serial in town.serials)


IN_THE_PLAY: dict[str, dict[str, Any]] = {
    "healthy": {},
    "wrong password": {"wrong_password": True},
    "expired certificate": {"certificate": "expired"},
    "another machine": {"swapped_serial": "SOMEBODY-ELSE"},
    "off": {"powered_off": True},
    "no room for sessions": {"quota_fault": True},
    "commands never end": {"operation_timeout": True},
    "answers in Shift_JIS": {"answers_in_cp932": True},
    "loses one reply": {"lose_reply_after_change": 1},
    "loses two replies": {"lose_reply_after_change": 2},
    "dies": {"latency_seconds": 0.2},
    "restarts": {"latency_seconds": 0.2},
}


def test_faults_that_come_between_the_look_and_the_play_are_undone_exactly(
    town: TroubledTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unyo.runbooks.policy.rules.guarding.TASK_SECONDS", 12)
    before = town.chosen()
    names = dict(zip(town.serials, IN_THE_PLAY, strict=True))
    serial_of = {name: serial for serial, name in names.items()}
    job = town.asked(whole())
    town.meanwhile(before=lambda: town.in_trouble(names, IN_THE_PLAY))
    with (
        as_soon_as(
            lambda: town.changed(serial_of["dies"]),
            lambda: town.trouble(serial_of["dies"], powered_off=True),
        ),
        as_soon_as(
            lambda: town.changed(serial_of["restarts"]),
            lambda: town.lab.order("restart", serial_of["restarts"]),
        ),
    ):
        town.done(job)

    ends = by_trouble(job, names)
    # They went away with the answer on its way, or just after it.
    assert {ends.pop("dies"), ends.pop("restarts")} <= {
        ("waits: answer", "terminals.reply_lost"),
        ("waits: answer", "ansible.unreachable"),
    }
    assert ends == {
        "healthy": ("DONE", ""),
        "answers in Shift_JIS": ("DONE", ""),
        "wrong password": ("FAILED", "terminals.logon"),
        "expired certificate": ("FAILED", "terminals.certificate.expired"),
        "another machine": ("SKIPPED", "terminals.swapped"),
        "off": ("waits: answer", "ansible.unreachable"),
        "no room for sessions": ("waits: answer", "terminals.quota"),
        "commands never end": ("waits: answer", "terminals.timeout"),
        "loses one reply": ("waits: answer", "terminals.reply_lost"),
        "loses two replies": ("waits: answer", "terminals.reply_lost"),
    }
    assert explained(job)
    assert town.guards() == []

    town.mended()
    assert town.worked_later(job).state == "PARTIAL"
    again = town.resumed(job)
    assert (again.state, set(outcomes(again).values()), len(outcomes(again))) == ("DONE", {"DONE"}, 3)
    assert list(town.chosen().values()) == [town.wanted()] * TERMINALS
    town.undone(again)
    town.undone(job)
    assert town.chosen() == before
    assert town.guards() == []


def test_what_a_step_wrote_before_it_failed_is_taken_back(town: TroubledTown) -> None:
    before = town.chosen()
    (serial, *_) = town.serials
    job = town.asked(whole(everything=False, terminal=(serial,)))
    with as_soon_as(lambda: town.changed(serial), lambda: town.trouble(serial, wrong_password=True)):
        town.done(job)
    assert [(step.outcome, step.code) for step in job.steps.all()] == [("FAILED", "terminals.logon")]
    town.mended()
    assert town.chosen() != before

    undo = town.undone(job)
    assert (set(outcomes(undo).values()), town.chosen()) == ({"DONE"}, before)


def test_an_outage_of_the_whole_network_ends_no_step_as_failed(
    town: TroubledTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Apply, "pace", replace(SHIPPED_PACE, retry_after=()))
    job = town.asked(whole())
    for serial in town.serials:
        town.trouble(serial, powered_off=True)
    town.done(job)
    assert waiting(job) == TERMINALS

    # It comes back, and breaks down again under the canary's play and under the first wave's.
    for goes_ahead in (1, TERMINALS):
        town.mended()
        town.meanwhile(before=town.all_off)
        town.worked_later(job)
        assert set(outcomes(job).values()) <= {"", "DONE"}
        assert waiting(job) >= TERMINALS - goes_ahead
    town.mended()
    while town.worked_later(job).state == "RUNNING":
        continue
    assert (job.state, set(outcomes(job).values())) == ("DONE", {"DONE"})
    assert list(town.chosen().values()) == [town.wanted()] * TERMINALS


def waiting(job: Any) -> int:
    return int(job.steps.filter(outcome="", waiting_for="answer").count())


CLOSES = """
title: {en: Closes every door, ja: 全ポート閉鎖}
includes: [{pack: windows11, rules: [llmnr-off]}]
rules:
"""
CLOSED = """
  - id: %(profile)s-closed
    title: {en: Nothing comes in, ja: 受信をすべて遮断}
    why: {en: A test, ja: 試験}
    reference: CIS
    severity: high
    setting: {kind: firewall, profile: %(profile)s, name: AllowInboundRules}
    wanted: 'False'
    cuts: [winrm]
"""


def test_a_rule_that_closes_the_way_is_taken_back_by_the_terminal_itself(town: TroubledTown) -> None:
    (town.site / "closes.yml").write_text(
        CLOSES + "".join(CLOSED % {"profile": name} for name in ("domain", "private")), encoding="utf-8"
    )
    before = town.chosen()
    first, second, *_ = town.serials
    job = town.asked(ApplyParams(terminal=(first, second), pack="closes", check_mode=False))
    town.done(job)
    assert {(step.outcome, step.code) for step in job.steps.all()} == {
        ("UNVERIFIED", "baseline.not_confirmed")
    }
    assert explained(job)

    for serial in (first, second):
        town.trouble(serial, clock_skew_seconds=660)
    town.until_open(first, second)
    now = town.chosen()
    assert (now[first]["llmnr-off"], now[second]["llmnr-off"]) == (0, 0)
    town.undone(job)
    assert town.chosen() == before
    assert town.guards() == []
