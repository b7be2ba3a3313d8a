"""A relay before a server that cuts the line at exactly one place in the talk."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType


class CuttingRelay:
    """Passes everything on to ``(address, port)`` until a client sends ``mark``; cuts that line then.

    ``forward``: the server still gets what held the mark, and answers, before the line is cut. ``closes``:
    no connection is taken afterwards. Without ``cuts`` the line itself stays.
    """

    def __init__(
        self, place: tuple[str, int], mark: bytes, *, forward: bool, closes: bool = False, cuts: bool = True
    ) -> None:
        self._place, self._mark = place, mark
        self._forward, self._closes, self._cuts = forward, closes, cuts
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> CuttingRelay:
        self._start(self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_door()
        for thread in self._threads:
            thread.join()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _take(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self._start(self._relay, client)

    def _relay(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._place) as server, selectors.DefaultSelector() as ready:
            for side in (client, server):
                ready.register(side, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    side = client if key.fileobj is client else server
                    try:
                        told = side.recv(65536)
                    except OSError:
                        return
                    if not told:
                        return
                    if side is client and self._mark in told and self._reached(told, server):
                        return
                    (server if side is client else client).sendall(told)

    def _reached(self, told: bytes, server: socket.socket) -> bool:
        """Whether the line is to be cut now; the server has answered then, if it was to hear of it."""
        if self._closes:
            self._close_door()
        if not self._cuts:
            return False
        if self._forward:
            server.sendall(told)
            server.recv(65536)
        return True

    def _close_door(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
