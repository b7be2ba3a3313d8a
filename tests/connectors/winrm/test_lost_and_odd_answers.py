"""Replies that get lost, terminals that were exchanged, and answers in Shift_JIS."""

from __future__ import annotations

from support.winrm_reach import Reach, answered, failed
from unyo.core.errors import Refused, Unreachable
from unyo.core.terminal import Errand

NAME = {"id": "v", "kind": "registry", "key": r"HKLM:\SOFTWARE\unyo-test", "name": "v", "type": "dword"}
WRITE = {"mode": "apply", "settings": [{**NAME, "value": 1}]}
READ = {"mode": "read", "settings": [NAME]}


def test_a_reply_lost_after_the_change_is_unknown_and_never_repeated(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "lose_reply_after_change", 1)
    error = failed(reach.run("settings", terminal, WRITE))
    assert isinstance(error, Unreachable)
    assert error.code == "terminals.reply_lost"
    assert "not known" in error.what.en
    assert answered(reach.run("settings", terminal, READ))["values"] == {"v": 1}


def test_a_lost_reply_of_a_reading_script_is_asked_for_again(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.script(
        "touch", "# Repeatable: always\nNew-Item -Path 'HKLM:\\SOFTWARE\\unyo-test' -Force | Out-Null\n@{}"
    )
    reach.fleet.knob(terminal.serial, "lose_reply_after_change", 1)
    assert answered(reach.run("touch", terminal)) == {}


def test_the_next_errand_finds_a_new_connection(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "powered_off", True)
    reach.fleet.knob(terminal.serial, "powered_off", False)
    results = reach.hands().run("settings", [Errand(terminal, READ), Errand(terminal, READ)])
    assert [answered(result)["values"] for result in results] == [{"v": None}, {"v": None}]


def test_an_exchanged_terminal_is_refused_before_anything_is_done(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "swapped_serial", "OTHER-SERIAL")
    error = failed(reach.run("settings", terminal, WRITE))
    assert isinstance(error, Refused)
    assert error.code == "terminals.swapped"
    assert "OTHER-SERIAL" in str(error.detail)
    assert "terminals.discover" in error.next_step.ja
    reach.fleet.knob(terminal.serial, "swapped_serial", "")
    assert answered(reach.run("settings", terminal, READ))["values"] == {"v": None}


def test_a_terminal_that_answers_in_shift_jis_is_read_all_the_same(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "answers_in_cp932", True)
    reach.script("name", "Write-Host '警告'\n@{ name = '行政端末' }")
    assert answered(reach.run("name", terminal)) == {"name": "行政端末"}


def test_one_terminal_that_is_off_leaves_the_others_alone(reach: Reach) -> None:
    first, second, *_ = reach.terminals
    reach.fleet.knob(first.serial, "powered_off", True)
    off, on = reach.hands().run("settings", [Errand(first, READ), Errand(second, READ)])
    assert failed(off).code == "terminals.unreachable.refused"
    assert answered(on)["values"] == {"v": None}
