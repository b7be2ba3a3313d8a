"""A deadline ends reads that hang, and reads that trickle."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from support.winrm_reach import SHIPPED, failed
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.options import WinrmSettings
from unyo.core.secret import Secret
from unyo.core.terminal import Errand, Terminal


@contextmanager
def listening(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A terminal's port that behaves as ``serve`` does, until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        threads: list[threading.Thread] = []

        def accept() -> None:
            while not over.is_set():
                try:
                    taken, _ = server.accept()
                except TimeoutError:
                    continue
                threads.append(threading.Thread(target=serve, args=(taken, over)))
                threads[-1].start()

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            acceptor.join()
            for thread in threads:
                thread.join()


def silent(taken: socket.socket, over: threading.Event) -> None:
    with taken:
        over.wait(20)


def trickling(taken: socket.socket, over: threading.Event) -> None:
    with taken:
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not over.wait(0.05):
            try:
                taken.sendall(b" ")
            except OSError:
                return


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


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with listening(silent) as port:
        seconds_until_given_up(port)
    assert set(threading.enumerate()) <= before
