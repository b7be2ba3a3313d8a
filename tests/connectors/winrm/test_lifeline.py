"""A deadline ends reads that hang, and reads that trickle."""

from __future__ import annotations

import threading
import time

from support.odd_doors import listening, silent, trickling
from support.winrm_reach import SHIPPED, failed
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.options import WinrmSettings
from unyo.core.secret import Secret
from unyo.core.terminal import Errand, Terminal


def seconds_until_given_up(port: int) -> tuple[float, str]:
    settings = WinrmSettings(user="unyo", scheme="http", transport="ntlm", scripts=(SHIPPED,))
    hands = WinrmTerminals(settings, lambda: Secret("unused"), lambda ref: Secret("unused"))
    begin = time.monotonic()
    errand = Errand(Terminal("S1", "PC1", "127.0.0.1", port), {"parts": ["clock"]})
    error = failed(hands.run("facts", [errand], timeout=1)[0])
    return time.monotonic() - begin, error.code


def test_a_terminal_that_takes_the_connection_and_says_nothing() -> None:
    with listening(silent) as port:
        seconds, code = seconds_until_given_up(port)
    assert code == "terminals.timeout"
    assert 0.9 < seconds < 3


def test_a_terminal_that_answers_one_byte_at_a_time() -> None:
    with listening(trickling) as port:
        seconds, code = seconds_until_given_up(port)
    assert code == "terminals.timeout"
    assert 0.9 < seconds < 3


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())
    with listening(silent) as port:
        seconds_until_given_up(port)
    assert set(threading.enumerate()) <= before
