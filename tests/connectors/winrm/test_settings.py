"""Settings of every kind are applied, read back and put back exactly; group policy is told apart."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.winrm_reach import Reach, answered
from unyo.core.terminal import Answer, Terminal

LENGTH = {"id": "x", "kind": "security", "section": "System Access", "name": "MinimumPasswordLength"}
DENY = {"id": "x", "kind": "user_right", "name": "SeDenyNetworkLogonRight"}
LOGON = {"id": "x", "kind": "audit", "guid": "{0CCE9215-69AE-11D9-BED3-505054503030}"}
SPOOLER = {"id": "x", "kind": "service", "name": "Spooler"}
BLOCKED = {"id": "x", "kind": "firewall", "profile": "public", "name": "LogBlocked"}
INBOUND = {"id": "x", "kind": "firewall", "profile": "public", "name": "DefaultInboundAction"}


@pytest.fixture(params=["en-US", "ja-JP"])
def terminal(winrm_reach: Reach, request: pytest.FixtureRequest) -> Terminal:
    facts = next(facts for facts in winrm_reach.fleet.terminals if facts["locale"] == request.param)
    return winrm_reach.terminal(str(facts["serial"]))


def work(reach: Reach, terminal: Terminal, mode: str, *settings: dict[str, Any]) -> Answer:
    return answered(reach.run("settings", terminal, {"mode": mode, "settings": list(settings)}))


def until_answering(reach: Reach, terminal: Terminal) -> None:
    ends = time.monotonic() + 10
    while reach.hands().answering([terminal]) != [True]:
        assert time.monotonic() < ends, "the terminal never came back"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        (LENGTH, 13),
        (DENY, ["S-1-5-32-546", "S-1-5-7"]),
        (DENY, []),
        (LOGON, "failure"),
        (SPOOLER, "disabled"),
        (BLOCKED, "True"),
        (INBOUND, "Block"),
    ],
)
def test_each_kind_is_applied_once_and_put_back_exactly(
    winrm_reach: Reach, terminal: Terminal, setting: dict[str, Any], wanted: object
) -> None:
    before = work(winrm_reach, terminal, "read", setting)["values"]["x"]
    done = work(winrm_reach, terminal, "apply", {**setting, "value": wanted, "before": before})
    assert done["errors"] == {}
    assert done["values"] == {"x": wanted}
    assert done["before"] == ({} if before == wanted else {"x": before})
    assert work(winrm_reach, terminal, "apply", {**setting, "value": wanted})["changed"] == []
    undone = work(winrm_reach, terminal, "apply", {**setting, "value": before, "before": wanted})
    assert undone["errors"] == {}
    assert work(winrm_reach, terminal, "read", setting)["values"] == {"x": before}


def test_the_order_of_accounts_makes_no_difference(winrm_reach: Reach, terminal: Terminal) -> None:
    work(winrm_reach, terminal, "apply", {**DENY, "value": ["S-1-5-32-546", "S-1-5-7"]})
    turned = work(winrm_reach, terminal, "apply", {**DENY, "value": ["S-1-5-7", "S-1-5-32-546"]})
    assert turned["changed"] == []


def test_a_feature_waits_for_the_restart(winrm_reach: Reach, terminal: Terminal) -> None:
    feature = {"id": "x", "kind": "feature", "name": "SMB1Protocol"}
    now = work(winrm_reach, terminal, "read", feature)["values"]["x"]
    other = "disabled" if now == "enabled" else "enabled"
    done = work(winrm_reach, terminal, "apply", {**feature, "value": other})
    assert done["errors"] == {}
    assert (done["values"], done["pending"], done["changed"]) == ({"x": now}, {"x": other}, ["x"])
    assert done["reboot_pending"] is True
    assert work(winrm_reach, terminal, "apply", {**feature, "value": other})["changed"] == []
    winrm_reach.fleet.knob(terminal.serial, "reboot_seconds", 0.5)
    winrm_reach.fleet.order("restart", terminal.serial)
    until_answering(winrm_reach, terminal)
    assert work(winrm_reach, terminal, "read", feature)["values"] == {"x": other}


def test_signs_of_a_restart_that_is_due(winrm_reach: Reach, terminal: Terminal) -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired"
    winrm_reach.fleet.order("registry", terminal.serial, key, "any", "DWord", 1)
    read = work(winrm_reach, terminal, "read", LENGTH)
    assert read["reboot_pending"] is True
    assert "updates" in read["reboot_reasons"]


def test_nothing_is_left_in_the_temporary_folder(winrm_reach: Reach, terminal: Terminal) -> None:
    work(winrm_reach, terminal, "apply", {**LENGTH, "value": 12}, {**LOGON, "id": "y", "value": "both"})
    looking = "Get-ChildItem -LiteralPath ([System.IO.Path]::GetTempPath()) -ErrorAction SilentlyContinue"
    winrm_reach.script(
        "left", f"@{{ left = @({looking} | Where-Object {{ $_.Name -like 'unyo-*' }}).Count }}"
    )
    assert answered(winrm_reach.run("left", terminal)) == {"left": 0}
