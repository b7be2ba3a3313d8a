"""A PostgreSQL server of our own: a fresh cluster in a private directory, gone when it is stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

from unyo.lab.household import Household

_BINARIES = "/usr/lib/postgresql"
_USER = "postgres"


def unavailable() -> str | None:
    """Why no server can run here, or None."""
    if _programs() is None:
        return "initdb is missing: apt-get install postgresql"
    if os.geteuid() == 0 and (_owner() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not run as root, and user postgres or setpriv is missing"
    return None


class PostgresqlLab:
    """One server with trust on a private socket directory and on a loopback port of its own.

    ``start()`` after ``stop()`` begins with an empty cluster again.
    """

    database = "unyo"

    def __init__(self) -> None:
        self._home: Household | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def place(self) -> Path:
        """The private directory: the cluster in ``data``, the socket in itself."""
        if self._home is None:
            raise RuntimeError("the PostgreSQL lab is not started")
        return self._home.place

    @property
    def url(self) -> str:
        """Over the socket; the port is part of the socket's name."""
        return f"postgresql://{_USER}@/{self.database}?host={self.place}&port={self.port}"

    @property
    def tcp_url(self) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{self.database}"

    def start(self) -> None:
        """Make the cluster (about 2 s), start the server and make the database ``unyo``."""
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self._home = Household("postgresql")
        try:
            self._make_cluster()
            self.up()
            self._run("createdb", "-h", str(self.place), "-p", str(self.port), "-U", _USER, self.database)
        except BaseException:
            self.stop()
            raise

    def up(self) -> None:
        """Start the server on the cluster as it is, on the same port as before."""
        if self._home is None:
            raise RuntimeError("the PostgreSQL lab is not started")
        self.port = self.port or free_port()
        options = [
            *("-D", str(self.place / "data"), "-p", str(self.port), "-k", str(self.place)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "timezone=UTC"),
        ]
        self._server = self._home.launch([*_as_owner(), _program("postgres"), *options], _environment())
        self._wait_until_ready()

    def down(self) -> None:
        """End the server at once, as a crash would; the cluster stays for ``up()``."""
        if self._home is not None and self._server is not None:
            self._home.end(self._server, grace=0)
            self._server = None

    def stop(self) -> None:
        """End all processes and remove every file; safe to call twice."""
        self.down()
        if self._home is not None:
            self._home.remove()
        self._home, self.port = None, 0

    def __enter__(self) -> PostgresqlLab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_cluster(self) -> None:
        owner = _owner()
        if os.geteuid() == 0 and owner is not None:
            os.chown(self.place, owner.pw_uid, owner.pw_gid)
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        self._run("initdb", "-D", str(self.place / "data"), "-U", _USER, *options)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_as_owner(), _program(program), *arguments]
        done = subprocess.run(
            command, cwd=self.place, env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")

    def _wait_until_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        asked = [_program("pg_isready"), "-q", "-h", str(self.place), "-p", str(self.port)]
        while time.monotonic() < deadline and self._server is not None and self._server.poll() is None:
            if subprocess.run(asked, env=_environment(), check=False).returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start: {self._home.said if self._home else ''}")


def _programs() -> Path | None:
    """The directory of the newest installed server's programs."""
    found = sorted(Path(_BINARIES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _program(name: str) -> str:
    return str(_programs() or Path()) + f"/{name}"


def _owner() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        return None


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"]


def _environment() -> dict[str, str]:
    """Ours without PG* variables, which would lead the programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
