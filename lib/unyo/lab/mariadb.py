"""A MariaDB server of our own: fresh tables in a private directory, gone when it is stopped."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unyo.lab.household import Household
from unyo.lab.postgresql import free_port

PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"
_USERS = ("mysql", "nobody")
_SMALL = (
    "--innodb-log-file-size=4M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-undo-tablespaces=0",
    "--innodb-buffer-pool-size=8M",
    # A lab's tables need not outlive the machine; with syncing they take 4 s instead of 0.4.
    "--debug-no-sync",
)


def unavailable() -> str | None:
    """Why no server can run here, or None."""
    for program in ("mariadbd", "mariadb-install-db"):
        if shutil.which(program, path=PATHS) is None:
            return f"{program} is missing: apt-get install mariadb-server-core"
    if os.geteuid() == 0 and _owner() is None:
        return "MariaDB does not run as root, and users mysql and nobody are missing"
    return None


class MariadbLab:
    """One server on a private socket and on a loopback port; everything it is told goes to its logs.

    Only the user who started it is its master, over the socket.
    """

    def __init__(self) -> None:
        self._home: Household | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def place(self) -> Path:
        if self._home is None:
            raise RuntimeError("the MariaDB lab is not started")
        return self._home.place

    @property
    def socket(self) -> Path:
        return self.place / "socket"

    @property
    def written(self) -> bytes:
        """All that the server has logged: errors, every statement, the binary log."""
        logs = [self.place / "general.log", self.place / "said", *(self.place / "data").glob("binary.*")]
        return b"".join(log.read_bytes() for log in logs if log.is_file())

    def start(self) -> None:
        """Make the tables (about 0.4 s) and start the server (0.3 s)."""
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self._home = Household("mariadb")
        try:
            self._make_tables()
            self.up()
        except BaseException:
            self.stop()
            raise

    def up(self) -> None:
        """Start the server on the tables as they are, on the same port as before."""
        if self._home is None:
            raise RuntimeError("the MariaDB lab is not started")
        self.port = self.port or free_port()
        options = [
            *(f"--datadir={self.place}/data", f"--socket={self.socket}", f"--port={self.port}"),
            *(f"--pid-file={self.place}/pid", "--bind-address=127.0.0.1", "--skip-name-resolve"),
            *(
                f"--tmpdir={self.place}",
                "--general-log",
                f"--general-log-file={self.place}/general.log",
                "--log-bin=binary",
            ),
        ]
        program = shutil.which("mariadbd", path=PATHS) or "mariadbd"
        command = [program, "--no-defaults", *_SMALL, *options, *_as_owner()]
        self._server = self._home.launch(command, _environment())
        self._wait_until_ready()

    def down(self) -> None:
        """End the server at once, as a crash would; the tables stay for ``up()``."""
        if self._home is not None and self._server is not None:
            self._home.end(self._server, grace=0)
            self._server = None

    def stop(self) -> None:
        """End all processes and remove every file; safe to call twice."""
        self.down()
        if self._home is not None:
            self._home.remove()
        self._home, self.port = None, 0

    def freeze(self) -> None:
        if self._home is not None and self._server is not None:
            self._home.freeze(self._server)

    def thaw(self) -> None:
        if self._home is not None and self._server is not None:
            self._home.thaw(self._server)

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """One statement as the server's master, over the socket."""
        import pymysql

        connection = pymysql.connect(unix_socket=str(self.socket), user=getpass.getuser(), autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, tuple(values) or None)
            return list(cursor.fetchall())

    def __enter__(self) -> MariadbLab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_tables(self) -> None:
        owner = _owner()
        if os.geteuid() == 0 and owner is not None:
            os.chown(self.place, owner.pw_uid, owner.pw_gid)
        command = [
            *("mariadb-install-db", "--no-defaults", f"--datadir={self.place}/data", "--skip-test-db"),
            *(
                "--skip-name-resolve",
                f"--auth-root-socket-user={getpass.getuser()}",
                f"--tmpdir={self.place}",
            ),
            *_SMALL,
            *_as_owner(),
        ]
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"mariadb-install-db failed: {(done.stderr or done.stdout)[-2000:]}")

    def _wait_until_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._server is not None and self._server.poll() is None:
            with socket.socket(socket.AF_UNIX) as way:
                if way.connect_ex(str(self.socket)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"MariaDB did not start: {self._home.said if self._home else ''}")


def _owner() -> pwd.struct_passwd | None:
    for name in _USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _as_owner() -> list[str]:
    """MariaDB refuses to run as root."""
    owner = _owner()
    return [f"--user={owner.pw_name}"] if os.geteuid() == 0 and owner is not None else []


def _environment() -> dict[str, str]:
    """Ours without MYSQL* and MARIADB* variables, which would change the programs' options."""
    foreign = ("MYSQL", "MARIADB")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
        "PATH": PATHS
    }
