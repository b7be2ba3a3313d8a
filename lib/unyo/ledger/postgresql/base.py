"""The database backend: each new connection reads the password file anew, and tries its lines in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper as Ordinary

from unyo.ledger.password_file import passwords_in


class DatabaseWrapper(Ordinary):
    """Connections that are open live on when the password changes; new ones use what stands in the file."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        file = Path(self.settings_dict["PASSWORD_FILE"])
        tried: list[bytes] = []
        while True:
            # A renewal under way may replace the file between the reading and the log-on.
            fresh = [each for each in passwords_in(file) if each.reveal().encode() not in tried]
            for place, password in enumerate(fresh):
                try:
                    return super().get_new_connection({**conn_params, "password": password.reveal()})
                except psycopg.OperationalError:
                    tried.append(password.reveal().encode())
                    changed = any(each.reveal().encode() not in tried for each in passwords_in(file))
                    if place == len(fresh) - 1 and not changed:
                        raise
