"""What exceptions of the libraries mean, where no simulated terminal brings them about."""

from __future__ import annotations

import pypsrp.exceptions as psrp
import pytest
import requests
import winrm.exceptions as winrs

from unyo.connectors.winrm.faults import Again, explain
from unyo.core.terminal import Terminal

TERMINAL = Terminal("5CG1", "PC1", "192.0.2.1")


def winrs_fault(code: int, reason: str = "words", subcode: str = "w:InternalError") -> winrs.WSManFaultError:
    return winrs.WSManFaultError(500, "Bad HTTP response", "<xml/>", reason, "s:Receiver", subcode, code)


def psrp_fault(code: int, reason: str = "words") -> psrp.WSManFaultError:
    return psrp.WSManFaultError(code, "PC1", reason, None, None, None)


@pytest.mark.parametrize("fault", [winrs_fault, psrp_fault])
@pytest.mark.parametrize(
    ("number", "code", "again"),
    [
        (5, "terminals.rights", Again.NEVER),
        (2148074254, "terminals.double_hop", Again.NEVER),
        (2150858793, "terminals.operation_timeout", Again.NOW),
        (2150858843, "terminals.connection", Again.NOW),
        (2150859173, "terminals.quota", Again.LATER),
        (2150859174, "terminals.quota", Again.LATER),
        (2150858770, "terminals.wsman", Again.NEVER),
    ],
)
def test_faults_of_ws_management_are_told_apart_by_number(
    fault: type[Exception], number: int, code: str, again: Again
) -> None:
    explained = explain(fault(number), TERMINAL, sent=False)
    assert (explained.error.code, explained.again) == (code, again)
    assert explained.error.target == "PC1"


def test_a_full_terminal_is_known_by_subcode_and_by_words_too() -> None:
    by_subcode = explain(winrs_fault(1, subcode="w:QuotaLimit"), TERMINAL, sent=False)
    by_words = explain(psrp_fault(1, "raise the Maximum Commands per Shell quota"), TERMINAL, sent=False)
    assert by_subcode.error.code == by_words.error.code == "terminals.quota"


def test_once_the_work_was_sent_a_broken_connection_means_unknown() -> None:
    broken = requests.exceptions.ConnectionError("Connection aborted.", ConnectionResetError(104, "reset"))
    assert explain(broken, TERMINAL, sent=False).error.code == "terminals.connection"
    assert explain(broken, TERMINAL, sent=True).error.code == "terminals.reply_lost"


def test_something_that_is_no_winrm_is_named() -> None:
    fault = explain(winrs.WinRMTransportError("http", 404, ""), TERMINAL, sent=False)
    assert (fault.error.code, fault.error.detail) == ("terminals.http", "HTTP 404")


def test_what_nobody_foresaw_tells_its_kind_and_none_of_its_words() -> None:
    error = explain(RuntimeError("password=hunter2"), TERMINAL, sent=False).error
    assert (error.code, error.detail) == ("terminals.unexpected", "RuntimeError")
