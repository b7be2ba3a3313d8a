"""Each way of logging on opens the terminal, by both protocols."""

from __future__ import annotations

import pytest

from support.terminal_clients import SERVICE
from support.winrm_reach import Reach, answered, failed
from unyo.core.errors import BadSetting
from unyo.core.terminal import Terminal

CLOCK = {"parts": ["clock"]}


def allow(reach: Reach, terminal: Terminal, name: str) -> None:
    reach.fleet.order("registry", terminal.serial, SERVICE, name, "DWord", 1)


def test_basic_within_https(reach: Reach) -> None:
    terminal = reach.terminals[0]
    allow(reach, terminal, "AllowBasic")
    basic = reach.with_settings(transport="basic")
    assert answered(basic.run("facts", terminal, CLOCK))["errors"] == {}


def test_basic_where_the_terminal_does_not_allow_it(reach: Reach) -> None:
    basic = reach.with_settings(transport="basic")
    assert failed(basic.run("facts", reach.terminals[0], CLOCK)).code == "terminals.logon"


def test_a_client_certificate_takes_the_place_of_a_password(reach: Reach) -> None:
    terminal = reach.terminals[0]
    allow(reach, terminal, "AllowCertificate")
    certificate, key = reach.fleet.order("client_certificate", reach.fleet.user)
    by_certificate = reach.with_settings(
        transport="certificate", certificate_file=certificate, certificate_key_file=key
    )
    assert answered(by_certificate.run("facts", terminal, CLOCK))["errors"] == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"user": ""}, "terminals.user"),
        ({"transport": "telepathy"}, "terminals.setting"),
        ({"protocol": "ssh"}, "terminals.setting"),
        ({"scheme": "ftp"}, "terminals.setting"),
        ({"transport": "certificate"}, "terminals.setting"),
        ({"ca_file": "/no/such/file.pem"}, "terminals.file"),
    ],
)
def test_settings_that_could_not_work_are_said_before_anything_is_sent(
    winrm_reach: Reach, changed: dict[str, str], code: str
) -> None:
    wrong = winrm_reach.with_settings(**changed)
    with pytest.raises(BadSetting) as caught:
        wrong.run("facts", winrm_reach.terminals[0], CLOCK)
    assert caught.value.code == code


def test_a_ca_file_that_is_none_is_named(winrm_reach: Reach) -> None:
    nonsense = winrm_reach.own / "ca.pem"
    nonsense.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(BadSetting) as caught:
        winrm_reach.with_settings(ca_file=str(nonsense)).run("facts", winrm_reach.terminals[0], CLOCK)
    assert caught.value.code == "terminals.file"
