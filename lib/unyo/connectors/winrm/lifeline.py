"""What is known of one connection while it lives: its sockets, which a deadline cuts, and the other clock."""

from __future__ import annotations

import os
import socket
import threading
import time
from email.utils import parsedate_to_datetime
from types import TracebackType

from requests import Response


class Lifeline:
    """Knows every socket of one connection; ``with line.within(60):`` cuts them after 60 seconds.

    A read that hangs, or one that trickles for ever, cannot be ended from outside in any other way.
    """

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.cut = False
        self.skew_seconds = 0.0

    def note(self, response: Response, *_: object, **__: object) -> None:
        """How far the other side's clock is from ours: Kerberos refuses too much of it without a word."""
        stamp = response.headers.get("Date")
        if stamp:
            try:
                self.skew_seconds = parsedate_to_datetime(stamp).timestamp() - time.time()
            except ValueError:
                return

    def hold(self, connected: socket.socket) -> None:
        """Remember a socket by a descriptor of its own: TLS takes the original one away."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connected.fileno())))
            if self.cut:
                self._shut_down()

    def within(self, seconds: float) -> _Deadline:
        return _Deadline(self, seconds)

    def close(self) -> None:
        with self._lock:
            for held in self._sockets:
                held.close()
            self._sockets.clear()

    def end(self) -> None:
        with self._lock:
            self.cut = True
            self._shut_down()

    def _shut_down(self) -> None:
        for held in self._sockets:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it was closed already


class _Deadline:
    def __init__(self, line: Lifeline, seconds: float) -> None:
        self._timer = threading.Timer(max(seconds, 0.0), line.end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
