"""Ports that behave badly in a given way, for as long as a test lasts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Serve = Callable[[socket.socket, threading.Event], None]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A port on 127.0.0.1 that behaves as ``serve`` does, until the test is over."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

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
    """Takes the connection and says nothing."""
    with taken:
        over.wait(20)


def trickling(taken: socket.socket, over: threading.Event) -> None:
    """Answers one byte at a time, for ever."""
    with taken:
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not over.wait(0.05):
            try:
                taken.sendall(b" ")
            except OSError:
                return


def plain_http(taken: socket.socket, over: threading.Event) -> None:
    """Answers whatever comes as Windows' plain HTTP does what it cannot read."""
    with taken:
        taken.recv(4096)
        taken.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
