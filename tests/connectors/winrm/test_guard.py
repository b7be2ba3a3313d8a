"""Settings under a guard come back by themselves unless they are confirmed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.winrm_reach import Reach, answered
from unyo.core.terminal import Terminal

RULE: dict[str, Any] = {
    "id": "guarded",
    "kind": "registry",
    "key": r"HKLM:\SOFTWARE\unyo-test",
    "name": "guarded",
    "type": "dword",
}
SHORT = 0.02  # minutes


@pytest.fixture
def terminal(winrm_reach: Reach) -> Terminal:
    """A terminal on which the value is 1."""
    terminal = winrm_reach.terminals[0]
    answered(winrm_reach.run("settings", terminal, {"mode": "apply", "settings": [{**RULE, "value": 1}]}))
    return terminal


def arm(reach: Reach, terminal: Terminal, minutes: float, **more: Any) -> Any:
    parameters = {"mode": "arm", "id": "j1", "minutes": minutes, "settings": [{**RULE, "value": 2, **more}]}
    return answered(reach.run("guard", terminal, parameters))


def now(reach: Reach, terminal: Terminal) -> object:
    read = reach.run("settings", terminal, {"mode": "read", "settings": [RULE]})
    return answered(read)["values"]["guarded"]


def told(reach: Reach, terminal: Terminal, mode: str) -> Any:
    return answered(reach.run("guard", terminal, {"mode": mode, "id": "j1"}))


def until_reverted(reach: Reach, terminal: Terminal) -> Any:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        status = told(reach, terminal, "status")
        if status["reverted"]:
            return status
        time.sleep(0.2)
    raise AssertionError("the guard never fired")


def test_confirmed_in_time_it_stays(winrm_reach: Reach, terminal: Terminal) -> None:
    armed = arm(winrm_reach, terminal, 10)
    assert armed["armed"] is True
    assert armed["before"] == {"guarded": 1}
    assert told(winrm_reach, terminal, "status")["fires"] == armed["fires"]
    assert told(winrm_reach, terminal, "confirm") == {"confirmed": True, "reverted": False}
    assert told(winrm_reach, terminal, "status")["armed"] is False
    assert now(winrm_reach, terminal) == 2


def test_unconfirmed_it_comes_back_and_leaves_no_task(winrm_reach: Reach, terminal: Terminal) -> None:
    arm(winrm_reach, terminal, SHORT)
    status = until_reverted(winrm_reach, terminal)
    assert status["armed"] is False
    assert status["errors"] == {}
    assert now(winrm_reach, terminal) == 1
    assert told(winrm_reach, terminal, "confirm")["confirmed"] is False
    assert told(winrm_reach, terminal, "confirm")["reverted"] is True


def test_armed_twice_it_remembers_the_first_values(winrm_reach: Reach, terminal: Terminal) -> None:
    arm(winrm_reach, terminal, SHORT)
    again = arm(winrm_reach, terminal, SHORT)
    assert again["armed"] is True
    assert again["changed"] == []
    until_reverted(winrm_reach, terminal)
    assert now(winrm_reach, terminal) == 1


def test_armed_again_with_another_setting_it_guards_both(winrm_reach: Reach, terminal: Terminal) -> None:
    arm(winrm_reach, terminal, 10)
    other = {**RULE, "id": "other", "name": "other"}
    parameters = {"mode": "arm", "id": "j1", "minutes": SHORT, "settings": [{**other, "value": 3}]}
    assert answered(winrm_reach.run("guard", terminal, parameters))["changed"] == ["other"]
    until_reverted(winrm_reach, terminal)
    read = answered(winrm_reach.run("settings", terminal, {"mode": "read", "settings": [RULE, other]}))
    assert read["values"] == {"guarded": 1, "other": None}


def test_where_nothing_is_to_change_no_guard_is_left(winrm_reach: Reach, terminal: Terminal) -> None:
    assert arm(winrm_reach, terminal, 10, value=1)["armed"] is False
    assert told(winrm_reach, terminal, "status")["armed"] is False


def test_what_somebody_changed_is_not_touched(winrm_reach: Reach, terminal: Terminal) -> None:
    answer = arm(winrm_reach, terminal, 10, before=5)
    assert answer["errors"] == {"guarded": "moved"}
    assert answer["armed"] is False
    assert now(winrm_reach, terminal) == 1


def test_a_guard_fires_after_a_restart_in_its_time(winrm_reach: Reach, terminal: Terminal) -> None:
    winrm_reach.fleet.knob(terminal.serial, "reboot_seconds", 3)
    arm(winrm_reach, terminal, SHORT)
    winrm_reach.fleet.order("restart", terminal.serial)
    time.sleep(3.5)
    until_reverted(winrm_reach, terminal)
    assert now(winrm_reach, terminal) == 1
