"""Doors that are shut, slow, or show the wrong certificate; and restarts."""

from __future__ import annotations

import socket
import time

import pytest
import requests

from support.terminal_clients import Shell, Terminal, opened


def accepts(terminal: Terminal, scheme: str = "http") -> bool:
    try:
        with socket.create_connection((terminal.address, int(terminal.facts[scheme])), timeout=2):
            return True
    except ConnectionRefusedError:
        return False


def test_a_terminal_that_is_off_refuses(terminal: Terminal) -> None:
    terminal.knob("powered_off", True)
    assert not accepts(terminal)
    assert not accepts(terminal, "https")
    terminal.knob("powered_off", False)
    assert accepts(terminal)


def test_a_silent_terminal_does_not_even_refuse(terminal: Terminal) -> None:
    terminal.knob("silent", True)
    assert accepts(terminal)
    terminal.knob("powered_off", True)
    with pytest.raises(TimeoutError):
        socket.create_connection((terminal.address, int(terminal.facts["http"])), timeout=0.5)
    terminal.knob("powered_off", False)
    assert terminal.says("echo in") == "in\r\n"
    terminal.knob("silent", False)


def test_the_others_answer_while_one_is_off(terminal: Terminal, japanese: Terminal) -> None:
    terminal.knob("powered_off", True)
    assert japanese.says("echo in") == "in\r\n"
    terminal.knob("powered_off", False)


def test_switching_off_cuts_connections(terminal: Terminal) -> None:
    protocol = terminal.protocol()
    shell = Shell(protocol, protocol.open_shell())
    terminal.knob("powered_off", True)
    with pytest.raises(requests.exceptions.ConnectionError):
        shell.run("echo in")
    terminal.knob("powered_off", False)


def test_a_stopped_service_shuts_the_door(terminal: Terminal) -> None:
    terminal.fleet.order("service", terminal.serial, "WinRM", False)
    assert not accepts(terminal)
    terminal.fleet.order("service", terminal.serial, "WinRM", True)
    assert accepts(terminal)


def test_a_restart_takes_its_time_and_ends(terminal: Terminal) -> None:
    terminal.knob("reboot_seconds", 1.0)
    terminal.fleet.order("restart", terminal.serial)
    assert not accepts(terminal)
    time.sleep(1.6)
    assert terminal.says("echo back") == "back\r\n"


def test_latency_is_added_to_every_answer_and_to_no_other_terminal(
    terminal: Terminal, japanese: Terminal
) -> None:
    terminal.knob("latency_seconds", 0.2)
    begin = time.monotonic()
    with opened(terminal.protocol()):
        slow = time.monotonic() - begin
    assert slow >= 0.8
    begin = time.monotonic()
    with opened(japanese.protocol()):
        quick = time.monotonic() - begin
    assert quick < 0.4
    terminal.knob("latency_seconds", 0)


def test_an_expired_certificate_is_noticed(terminal: Terminal) -> None:
    terminal.knob("certificate", "expired")
    with pytest.raises(requests.exceptions.SSLError, match="expired"):
        terminal.says("echo in", scheme="https")
    terminal.knob("certificate", "good")
    assert terminal.says("echo in", scheme="https") == "in\r\n"


def test_a_certificate_for_another_name_is_noticed(terminal: Terminal) -> None:
    terminal.knob("certificate", "wrong_name")
    with pytest.raises(requests.exceptions.SSLError, match="mismatch"):
        terminal.says("echo in", scheme="https")
    terminal.knob("certificate", "good")


def test_a_certificate_of_nobody_we_trust_is_refused(terminal: Terminal) -> None:
    with pytest.raises(requests.exceptions.SSLError, match=r"self-signed|unable to get"):
        requests.post(terminal.url("https"), timeout=5)
