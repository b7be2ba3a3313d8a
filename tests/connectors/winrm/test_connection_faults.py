"""Each way in which a terminal cannot be spoken to has its own name and its next step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.odd_doors import listening, plain_http
from support.terminal_clients import SERVICE
from support.winrm_reach import Reach, answered, failed
from unyo.core.errors import BadSetting, Refused, TargetSaidNo, Unreachable
from unyo.core.outcome import Outcome
from unyo.core.secret import Secret
from unyo.core.terminal import Errand, Terminal

CLOCK = {"parts": ["clock"]}


def test_a_terminal_that_is_off_is_unreachable(winrm_reach: Reach) -> None:
    terminal = winrm_reach.terminals[0]
    winrm_reach.fleet.knob(terminal.serial, "powered_off", True)
    error = failed(winrm_reach.run("facts", terminal, CLOCK))
    assert isinstance(error, Unreachable)
    assert error.code == "terminals.unreachable.refused"
    assert error.target == terminal.name


def test_a_name_that_nobody_knows_is_unreachable(winrm_reach: Reach) -> None:
    nowhere = Terminal("S-1", "PC-NOWHERE", "pc-nowhere.invalid")
    assert failed(winrm_reach.run("facts", nowhere, CLOCK)).code == "terminals.unreachable.name"


def test_which_terminals_answer_is_known_in_seconds(winrm_reach: Reach) -> None:
    first, second, *_ = winrm_reach.terminals
    winrm_reach.fleet.knob(second.serial, "powered_off", True)
    assert winrm_reach.hands().answering([first, second]) == [True, False]


def test_a_wrong_password_says_what_winrm_cannot_tell_apart(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "wrong_password", True)
    error = failed(reach.run("facts", terminal, CLOCK))
    assert isinstance(error, TargetSaidNo)
    assert error.code == "terminals.logon"
    assert "does not say which" in error.what.en
    assert "4625" in error.next_step.ja


def test_a_wrong_password_is_tried_on_three_terminals_only(winrm_reach: Reach) -> None:
    reach = replace(winrm_reach, password=Secret("not-the-password"))
    errands = [Errand(terminal, CLOCK) for terminal in reach.terminals]
    results = [failed(result) for result in reach.hands().run("facts", errands)]
    assert [error.code for error in results].count("terminals.logon") == 3
    stopped = [error for error in results if error.code == "terminals.logon.stopped"]
    assert len(stopped) == len(errands) - 3
    assert all(isinstance(error, Refused) and error.outcome is Outcome.SKIPPED for error in stopped)


def test_a_locked_account_is_not_tried_again(winrm_reach: Reach) -> None:
    terminal = winrm_reach.terminals[0]
    winrm_reach.fleet.knob(terminal.serial, "lockout_threshold", 1)
    stranger = replace(winrm_reach, password=Secret("not-the-password"))
    assert failed(stranger.run("facts", terminal, CLOCK)).code == "terminals.logon"
    assert failed(winrm_reach.run("facts", terminal, CLOCK)).code == "terminals.logon"


@pytest.mark.parametrize(
    ("knob", "code"),
    [("expired", "terminals.certificate.expired"), ("wrong_name", "terminals.certificate.name")],
)
def test_a_bad_certificate_ends_it_before_the_log_on(reach: Reach, knob: str, code: str) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "certificate", knob)
    error = failed(reach.run("facts", terminal, CLOCK))
    assert isinstance(error, TargetSaidNo)
    assert error.code == code


def test_an_unknown_authority_is_not_trusted(winrm_reach: Reach) -> None:
    trusting_nobody = winrm_reach.with_settings(ca_file="")
    error = failed(trusting_nobody.run("facts", winrm_reach.terminals[0], CLOCK))
    assert error.code == "terminals.certificate.unknown_ca"


def test_https_spoken_to_a_plain_port_is_named(winrm_reach: Reach) -> None:
    with listening(plain_http) as port:
        door = Terminal("S1", "PC1", "127.0.0.1", port)
        assert failed(winrm_reach.run("facts", door, CLOCK)).code == "terminals.tls"


def test_a_password_never_goes_over_plain_http(winrm_reach: Reach) -> None:
    plain = winrm_reach.with_settings(scheme="http", transport="basic")
    with pytest.raises(BadSetting) as caught:
        plain.run("facts", winrm_reach.terminals[0], CLOCK)
    assert caught.value.code == "terminals.channel"


@pytest.mark.parametrize("protocol", ["winrm", "psrp"])
@pytest.mark.parametrize("transport", ["negotiate", "ntlm"])
def test_plain_http_is_sealed_message_by_message(winrm_reach: Reach, protocol: str, transport: str) -> None:
    plain = winrm_reach.with_settings(scheme="http", transport=transport, protocol=protocol)
    assert answered(plain.run("facts", plain.terminals[0], CLOCK))["errors"] == {}


def test_a_full_terminal_is_tried_again_until_there_is_room(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "quota_fault", True)
    error = failed(reach.run("facts", terminal, CLOCK, timeout=2))
    assert error.code == "terminals.quota"
    reach.fleet.knob(terminal.serial, "quota_fault", False)
    assert answered(reach.run("facts", terminal, CLOCK))["errors"] == {}


def test_a_command_that_never_ends_is_ended_by_the_deadline(reach: Reach) -> None:
    terminal = reach.terminals[0]
    reach.fleet.knob(terminal.serial, "operation_timeout", True)
    error = failed(reach.run("facts", terminal, CLOCK, timeout=3))
    assert isinstance(error, Unreachable)
    assert error.code == "terminals.timeout"
    assert "answers" in str(error.detail)


def test_what_the_deadline_has_ended_runs_no_longer_on_the_terminal(reach: Reach) -> None:
    terminal = reach.terminals[0]
    shells = rf"{SERVICE}\WinRS"
    reach.fleet.order("registry", terminal.serial, shells, "MaxShellsPerUser", "DWord", 1)
    reach.fleet.knob(terminal.serial, "operation_timeout", True)
    error = failed(reach.run("facts", terminal, CLOCK, timeout=2))
    assert "nothing is left running" in str(error.detail)
    reach.fleet.knob(terminal.serial, "operation_timeout", False)
    assert answered(reach.run("facts", terminal, CLOCK, timeout=2))["errors"] == {}
