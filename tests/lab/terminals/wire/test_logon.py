"""Whoever proves who he is gets in, over every transport, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from winrm.exceptions import InvalidCredentialsError
from winrm.exceptions import WSManFaultError as PywinrmFault

from support.terminal_clients import SERVICE, SYSTEM, Terminal, opened


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_pywinrm_logs_on_with_ntlm(terminal: Terminal, scheme: str) -> None:
    assert terminal.says("echo %COMPUTERNAME%", scheme=scheme) == f"{terminal.name}\r\n"


@pytest.mark.parametrize("how", [{"auth": "negotiate"}, {"auth": "ntlm"}])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_pypsrp_logs_on_with_negotiate(terminal: Terminal, scheme: str, how: dict[str, str]) -> None:
    with terminal.client(scheme, **how) as client:
        assert client.execute_cmd("echo hallo") == ("hallo\r\n", "", 0)


def test_messages_can_be_sealed_within_tls_too(terminal: Terminal) -> None:
    with terminal.client("https", auth="ntlm", encryption="always") as client:
        assert client.execute_cmd("echo sealed twice")[0] == "sealed twice\r\n"


@pytest.mark.parametrize("spelling", ["{user}", ".\\{user}", "{name}\\{user}", "{user}@{name}"])
def test_a_local_user_may_be_spelled_in_many_ways(terminal: Terminal, spelling: str) -> None:
    user = spelling.format(user=terminal.fleet.user.upper(), name=terminal.name)
    assert terminal.says("echo in", user=user) == "in\r\n"


def test_a_wrong_password_is_refused(terminal: Terminal) -> None:
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in", password="wrong")


def test_a_user_of_another_domain_is_refused(terminal: Terminal) -> None:
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in", user=f"ELSEWHERE\\{terminal.fleet.user}")


def test_the_knob_changes_the_password_behind_unyos_back(terminal: Terminal) -> None:
    terminal.knob("wrong_password", True)
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in")
    terminal.knob("wrong_password", False)
    assert terminal.says("echo in") == "in\r\n"


def test_a_changed_password_counts_on_this_terminal_only(terminal: Terminal, japanese: Terminal) -> None:
    terminal.fleet.order("password", terminal.serial, terminal.fleet.user, "N3w-secret")
    assert terminal.says("echo in", password="N3w-secret") == "in\r\n"
    with pytest.raises(InvalidCredentialsError):
        japanese.says("echo in", password="N3w-secret")
    assert japanese.says("echo in") == "in\r\n"


def test_wrong_passwords_lock_the_account_for_the_right_one_too(terminal: Terminal) -> None:
    terminal.knob("lockout_threshold", 2)
    for _ in range(2):
        with pytest.raises(InvalidCredentialsError):
            terminal.says("echo in", password="wrong")
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in")
    terminal.knob("lockout_threshold", None)


def test_a_disabled_account_is_refused(terminal: Terminal) -> None:
    terminal.fleet.order("enable", terminal.serial, terminal.fleet.user, False)
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in")


def test_basic_is_refused_until_the_service_allows_it(terminal: Terminal) -> None:
    with pytest.raises(InvalidCredentialsError):
        terminal.says("echo in", scheme="https", transport="basic")
    terminal.policy(SERVICE, "AllowBasic", 1)
    assert terminal.says("echo in", scheme="https", transport="basic") == "in\r\n"


def test_basic_over_http_needs_unencrypted_traffic_as_well(terminal: Terminal) -> None:
    terminal.policy(SERVICE, "AllowBasic", 1)
    with pytest.raises(PywinrmFault, match="Access is denied"):
        terminal.says("echo in", transport="basic")
    terminal.policy(SERVICE, "AllowUnencryptedTraffic", 1)
    assert terminal.says("echo in", transport="basic") == "in\r\n"


def test_an_unsealed_body_after_ntlm_is_refused_over_http(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm", encryption="never") as client, pytest.raises(WSManFaultError):
        client.execute_cmd("echo in")


def test_a_local_administrator_is_shut_out_where_tokens_are_filtered(terminal: Terminal) -> None:
    terminal.policy(SYSTEM, "LocalAccountTokenFilterPolicy", 0)
    with pytest.raises(PywinrmFault) as refused:
        terminal.says("echo in")
    assert refused.value.wsman_fault_code == 5


def test_negotiate_can_be_turned_off(terminal: Terminal) -> None:
    terminal.policy(SERVICE, "AllowNegotiate", 0)
    with terminal.client(auth="ntlm") as client, pytest.raises((AuthenticationError, ValueError)):
        client.execute_cmd("echo in")


def test_a_password_is_checked_anew_on_every_connection(terminal: Terminal) -> None:
    with opened(terminal.protocol()) as shell:
        terminal.fleet.order("password", terminal.serial, terminal.fleet.user, "N3w-secret")
        assert shell.run("echo still in")[0] == b"still in\r\n"
        with pytest.raises(InvalidCredentialsError):
            terminal.says("echo in")


def test_a_log_on_bound_to_another_certificate_is_refused(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def someone_elses(*_: Any) -> bytes:
        return b"tls-server-end-point:" + bytes(32)

    monkeypatch.setattr("pypsrp.negotiate.HTTPNegotiateAuth._get_cbt_data", someone_elses)
    with terminal.client("https", auth="ntlm") as client, pytest.raises(AuthenticationError):
        client.execute_cmd("echo in")


def test_a_log_on_bound_to_no_certificate_is_let_in_as_windows_does(terminal: Terminal) -> None:
    with terminal.client("https", auth="ntlm", negotiate_send_cbt=False) as client:
        assert client.execute_cmd("echo in")[0] == "in\r\n"


def test_a_client_certificate_logs_its_user_on_where_the_service_allows_it(terminal: Terminal) -> None:
    with pytest.raises(InvalidCredentialsError):
        terminal.protocol_with_certificate(terminal.fleet.user).open_shell()
    terminal.policy(SERVICE, "AllowCertificate", 1)
    with opened(terminal.protocol_with_certificate(terminal.fleet.user)) as shell:
        assert shell.run("echo %USERNAME%")[0].decode() == f"{terminal.fleet.user}\r\n"


def test_a_client_certificate_of_nobody_is_refused(terminal: Terminal) -> None:
    terminal.policy(SERVICE, "AllowCertificate", 1)
    with pytest.raises(InvalidCredentialsError):
        terminal.protocol_with_certificate("nobody").open_shell()


def test_other_paths_are_not_found(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm", path="elsewhere") as client, pytest.raises(WinRMTransportError):
        client.execute_cmd("echo in")
