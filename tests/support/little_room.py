"""A disk under the SQLite ledger that can be filled to the last page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created


class LittleRoom:
    """Between ``take`` and ``give`` no connection may let the file grow, and there is no free page in it."""

    def __init__(self) -> None:
        self._pages = 0

    def take(self, fill: Callable[[int], object] = lambda _: None) -> None:
        """``fill`` writes one small row into the table that matters, so that its last page is full too."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS filler (content BLOB)")
            cursor.execute("PRAGMA page_count")
            (self._pages,) = cursor.fetchone()
        connection.close()
        for size in (3000, 300, 30):
            with suppress(OperationalError), connection.cursor() as cursor:
                while True:
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
        with suppress(OperationalError):
            for number in range(10_000):
                fill(number)
        connection.close()

    def give(self) -> None:
        self._pages = 0
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS filler")

    def __enter__(self) -> LittleRoom:
        connection_created.connect(self._limit)
        return self

    def __exit__(self, *_: object) -> None:
        connection_created.disconnect(self._limit)
        connections.close_all()

    def _limit(self, connection: Any, **_: object) -> None:
        if self._pages:
            connection.cursor().execute(f"PRAGMA max_page_count = {self._pages}")
