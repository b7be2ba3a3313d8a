"""WinRS shells: re-used, limited, lost, and the faults in Windows's own numbers."""

from __future__ import annotations

import http.client
import time

import pytest
from pypsrp.exceptions import WSManFaultError as PypsrpFault
from pypsrp.wsman import WSMan, WSManAction
from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from support.terminal_clients import SERVICE, Terminal, opened

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)


def test_a_shell_serves_many_commands(terminal: Terminal) -> None:
    with opened(terminal.protocol()) as shell:
        said = [shell.run(f"echo {number}")[0] for number in range(5)]
    assert said == [b"0\r\n", b"1\r\n", b"2\r\n", b"3\r\n", b"4\r\n"]


def test_the_exit_code_comes_back(terminal: Terminal) -> None:
    with opened(terminal.protocol()) as shell:
        assert shell.run("echo before && exit 7")[2] == 7


def test_a_japanese_command_survives_utf8(terminal: Terminal) -> None:
    with opened(terminal.protocol(), codepage=65001) as shell:
        assert shell.run("echo 端末")[0].decode() == "端末\r\n"


def test_a_japanese_terminal_answers_in_its_own_code_page(japanese: Terminal) -> None:
    with opened(japanese.protocol(), codepage=932) as shell:
        assert shell.run("echo 端末")[0].decode("cp932") == "端末\r\n"


def test_what_an_english_code_page_lacks_becomes_a_question_mark(terminal: Terminal) -> None:
    with opened(terminal.protocol(), codepage=437) as shell:
        assert shell.run("echo 端末")[0] == b"??\r\n"


def test_the_knob_answers_in_shift_jis_whatever_was_asked_for(terminal: Terminal) -> None:
    terminal.knob("answers_in_cp932", True)
    with opened(terminal.protocol(), codepage=65001) as shell:
        assert shell.run("echo 端末")[0].decode("cp932") == "端末\r\n"
    terminal.knob("answers_in_cp932", False)


def test_more_shells_than_allowed_are_refused(terminal: Terminal) -> None:
    terminal.end_shells()
    terminal.policy(rf"{SERVICE}\WinRS", "MaxShellsPerUser", 2)
    protocol = terminal.protocol()
    with opened(protocol), opened(terminal.protocol()), pytest.raises(WSManFaultError) as refused:
        terminal.protocol().open_shell()
    assert refused.value.wsman_fault_code == 2150859173
    assert "maximum number of 2 concurrent shells" in str(refused.value.reason)


def test_the_quota_knob_refuses_the_first_shell(terminal: Terminal) -> None:
    terminal.knob("quota_fault", True)
    with pytest.raises(WSManFaultError) as refused:
        terminal.protocol().open_shell()
    assert refused.value.wsman_fault_code == 2150859173
    terminal.knob("quota_fault", False)


def test_a_shell_that_is_gone_is_an_invalid_selector(terminal: Terminal) -> None:
    protocol = terminal.protocol()
    with opened(protocol) as shell:
        identity = shell.id
    with pytest.raises(WSManFaultError) as refused:
        protocol.run_command(identity, "echo in")
    assert (refused.value.wsman_fault_code, refused.value.fault_subcode) == (2150858843, "w:InvalidSelectors")


def test_a_command_that_is_gone_is_an_invalid_selector_too(terminal: Terminal) -> None:
    with opened(terminal.protocol()) as shell, pytest.raises(WSManFaultError) as refused:
        shell.protocol.get_command_output(shell.id, "11111111-1111-1111-1111-111111111111")
    assert refused.value.wsman_fault_code == 2150858843


def test_a_restart_ends_every_shell(terminal: Terminal) -> None:
    terminal.knob("reboot_seconds", 0.3)
    identity = terminal.protocol().open_shell()
    terminal.fleet.order("restart", terminal.serial)
    time.sleep(1)
    with pytest.raises(WSManFaultError) as refused:
        terminal.protocol().run_command(identity, "echo in")
    assert refused.value.wsman_fault_code == 2150858843


def test_a_command_without_end_runs_into_the_operation_timeout(terminal: Terminal) -> None:
    terminal.knob("operation_timeout", True)
    with opened(terminal.protocol(seconds=1)) as shell:
        command = shell.protocol.run_command(shell.id, "echo never")
        before = time.monotonic()
        with pytest.raises(WinRMOperationTimeoutError):
            shell.protocol.get_command_output_raw(shell.id, command)
        assert time.monotonic() - before >= 1
    terminal.knob("operation_timeout", False)


def test_remote_shells_can_be_forbidden(terminal: Terminal) -> None:
    terminal.policy(rf"{SERVICE}\WinRS", "AllowRemoteShellAccess", 0)
    with pytest.raises(WSManFaultError) as refused:
        terminal.protocol().open_shell()
    assert refused.value.wsman_fault_code == 5


@pytest.mark.parametrize(
    ("action", "resource", "subcode"),
    [
        (WSManAction.CREATE, "urn:nothing", "not found in the WS-Management catalog"),
        (WSManAction.GET, "urn:nothing", "not found in the WS-Management catalog"),
        ("urn:nothing", "urn:nothing", "was not found on the server"),
    ],
)
def test_what_the_service_does_not_know_is_a_fault(
    terminal: Terminal, action: str, resource: str, subcode: str
) -> None:
    with terminal.client(auth="ntlm") as client, pytest.raises(PypsrpFault, match=subcode):
        client.wsman.invoke(action, resource, None)


def test_the_service_tells_its_largest_envelope(terminal: Terminal) -> None:
    with WSMan(
        terminal.address, username=terminal.fleet.user, password=terminal.fleet.password.reveal(), ssl=False
    ) as wsman:
        wsman.update_max_payload_size()
        assert wsman.max_envelope_size == 500 * 1024


def test_anybody_may_ask_who_answers(terminal: Terminal) -> None:
    connection = http.client.HTTPConnection(terminal.address, int(terminal.facts["http"]))
    connection.request("POST", "/wsman", IDENTIFY, {"WSMANIDENTIFY": "unauthenticated"})
    answer = connection.getresponse().read().decode()
    connection.close()
    assert "Microsoft Corporation" in answer
    assert "OS: 10.0." in answer


def test_a_quota_of_shells_counts_each_terminal_alone(terminal: Terminal, japanese: Terminal) -> None:
    terminal.end_shells()
    terminal.policy(rf"{SERVICE}\WinRS", "MaxShellsPerUser", 1)
    with opened(terminal.protocol()), opened(japanese.protocol()) as shell:
        assert shell.run("echo in")[0] == b"in\r\n"
