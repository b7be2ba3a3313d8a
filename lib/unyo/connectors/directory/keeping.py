"""The connections of one directory object: one per thread, all to the controller that answered first."""

from __future__ import annotations

import select
import threading
from typing import Any

from unyo.connectors.directory.connecting import close_connection, open_connection
from unyo.connectors.directory.options import DirectorySettings


class Connections:
    """Opened when first asked for; only when the pinned controller does not answer is another one tried."""

    def __init__(self, settings: DirectorySettings) -> None:
        self._settings = settings
        self._local = threading.local()
        self._open: list[tuple[threading.Thread, Any]] = []
        self._lock = threading.Lock()
        self._pinned: str | None = None

    @property
    def server(self) -> str:
        return self._pinned or self._settings.urls[0]

    def mine(self) -> Any:
        """This thread's connection: its own, one left by a thread that has ended, or a new one."""
        found = getattr(self._local, "connection", None)
        if found is not None and _alive(found):
            return found
        self.forget()
        with self._lock:
            connection = self._left_over() or self._new()
            self._open.append((threading.current_thread(), connection))
        self._local.connection = connection
        return connection

    def forget(self) -> None:
        """Close this thread's connection; the next question opens another one."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with self._lock:
                self._open = [held for held in self._open if held[1] is not connection]
            close_connection(connection)

    def close(self) -> None:
        """Close the connections of all threads; a later call connects again."""
        with self._lock:
            for _, connection in self._open:
                close_connection(connection)
            self._open.clear()
        self._local = threading.local()

    def _left_over(self) -> Any | None:
        for place, (owner, connection) in enumerate(self._open):
            if not owner.is_alive():
                del self._open[place]
                if _alive(connection):
                    return connection
                close_connection(connection)
                return None
        return None

    def _new(self) -> Any:
        others = tuple(url for url in self._settings.urls if url != self._pinned)
        urls = others if self._pinned is None else (self._pinned, *others)
        connection, self._pinned = open_connection(self._settings, urls)
        return connection


def _alive(connection: Any) -> bool:
    """False if the controller has hung up or said anything unasked: idle connections are cut off."""
    if connection.closed or connection.socket is None:
        return False
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    return not poll.poll(0)
