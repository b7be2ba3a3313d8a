"""A dress rehearsal reads terminals, ledger and playbooks, and writes none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.fleet import FreshFleet
from support.fleet_road import fleet_road
from support.staffing import employ
from unyo.core.errors import Refused
from unyo.core.indicators import Indicator, IndicatorType
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.terminal import Terminal
from unyo.flow.rehearsal import rehearse
from unyo.flow.rehearsal_terminals import RehearsalAssets, RehearsalPlaybooks
from unyo.ledger.assets import LedgerAssets
from unyo.ledger.opening import set_up_django
from unyo.runbooks.terminals.find import FindParams
from unyo.runbooks.terminals.isolate import IsolateParams

set_up_django()


def test_reading_runbooks_are_tried_whole_and_writing_ones_refused(
    fresh_fleet: FreshFleet, sqlite_ledger: Path, tmp_path: Path
) -> None:
    employ()
    clock = SetClock()
    fleet = fresh_fleet(2)
    road = fleet_road(fleet, tmp_path, clock)
    searched = rehearse(
        road,
        road.find_runbook("terminals.find"),
        FindParams(indicators=(Indicator(IndicatorType.PROCESS, "evil.exe"),)),
    )
    serial = fleet.terminals[0]["serial"]
    before = fleet.order("state", serial)
    until = clock.now() + timedelta(hours=1)
    cut = rehearse(
        road, road.find_runbook("terminals.isolate"), IsolateParams(terminal=(serial,), until=until)
    )

    assert (dict(searched.counts), searched.bad) == ({"DONE": 2}, ())
    assert [(target.key, result.code) for target, result in cut.bad] == [(serial, "rehearsal.not_possible")]
    assert fleet.order("state", serial)["firewall"] == before["firewall"]


class Recorder:
    """A player of playbooks that remembers how it was asked."""

    def __init__(self) -> None:
        self.checks: list[bool] = []

    def play(
        self, playbook: str, hosts: Sequence[PlayHost], *, check: bool = False, timeout: float = 3600
    ) -> list[HostResult]:
        self.checks.append(check)
        return [HostResult((), {}, None)] * len(hosts)


def test_a_playbook_is_played_in_check_mode_only() -> None:
    recorder = Recorder()
    rehearsed = RehearsalPlaybooks(recorder)
    hosts = [PlayHost(Terminal("SN-1", "PC-0001", "pc-0001"))]
    (checked,) = rehearsed.play("policy.apply", hosts, check=True)
    (played,) = rehearsed.play("policy.apply", hosts)

    assert recorder.checks == [True]
    assert checked.error is None
    assert played.error is not None
    assert played.error.code == "rehearsal.not_possible"


def test_the_asset_ledger_is_not_changed(sqlite_ledger: Path) -> None:
    rehearsed: Any = RehearsalAssets(LedgerAssets(SetClock()))
    assert (rehearsed.in_service(), rehearsed.book(), rehearsed.approved(["SN-1"])) == (0, {}, {})
    with pytest.raises(Refused, match="rehearsal"):
        rehearsed.amend("SN-1", {"seat": "A-1"}, "J-1")
