"""The simulator in a process of its own, so that killing a worker never kills the directory."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

from unyo.core.secret import Secret
from unyo.lab.directory_simulator.server import ADDRESS, DirectorySimulator, SimulatorLimit


class SimulatorProcess:
    """The same directory behind ``python -m unyo.lab.directory_simulator``; it ends with its parent.

    Orders travel as lines of JSON over standard input, answers over standard output.
    """

    base_dn = DirectorySimulator.base_dn
    domain = DirectorySimulator.domain
    host = DirectorySimulator.host
    admin_name = DirectorySimulator.admin_name
    realm: str | None = None

    def __init__(self, seed: str = "unyo") -> None:
        self._seed = seed
        self._process: subprocess.Popen[str] | None = None
        self._facts: dict[str, Any] = {}
        self._password: Secret | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def url(self) -> str:
        return f"ldaps://{ADDRESS}:{self._facts['ldaps_port']}"

    @property
    def starttls_url(self) -> str:
        return f"ldap://{ADDRESS}:{self._facts['ldap_port']}"

    @property
    def ca_file(self) -> Path:
        return Path(self._facts["ca_file"])

    @property
    def admin_password(self) -> Secret:
        if self._password is None:
            raise RuntimeError("the directory simulator is not running")
        return self._password

    @property
    def unsupported(self) -> list[str]:
        return list(self.order("unsupported"))

    def start(self) -> None:
        if self._process is not None:
            raise RuntimeError("the directory simulator is running already")
        command = [sys.executable, "-m", "unyo.lab.directory_simulator", "--seed", self._seed, "--obey"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._facts = self._answer()
        self._password = Secret(Path(self._facts["password_file"]).read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End the process; safe to call twice."""
        process = self._process
        if process is None:
            return
        beyond = sorted(set(self.unsupported)) if process.poll() is None else []
        self._process = None
        process.communicate(timeout=30)
        if beyond:
            warnings.warn(f"SIMULATOR: unsupported {', '.join(beyond)}", SimulatorLimit, stacklevel=2)

    def up(self) -> None:
        self.order("up")

    def down(self) -> None:
        self.order("down")

    def freeze(self) -> None:
        self.order("freeze")

    def thaw(self) -> None:
        self.order("thaw")

    def reset(self) -> None:
        self.order("reset")

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Show another certificate from the next connection on."""
        self.order("use_certificate", str(certificate), str(key))

    def snapshot(self) -> int:
        """The number of a snapshot that the process keeps."""
        return int(self.order("snapshot"))

    def restore(self, snapshot: int) -> None:
        self.order("restore", snapshot)

    def fail_next(self, count: int, code: int) -> None:
        self.order("fail_next", count, code)

    def drop_connection_after(self, writes: int) -> None:
        self.order("drop_connection_after", writes)

    def delay(self, seconds: float) -> None:
        self.order("delay", seconds)

    def order(self, name: str, *arguments: object) -> Any:
        """Have the process do one thing, and wait until it is done."""
        stdin = self._running().stdin
        if stdin is None:
            raise RuntimeError("the directory simulator takes no orders")
        stdin.write(json.dumps([name, *arguments]) + "\n")
        stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        stdout = self._running().stdout
        line = stdout.readline() if stdout is not None else ""
        if not line:
            raise RuntimeError("the directory simulator ended unexpectedly")
        return json.loads(line)

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the directory simulator is not running")
        return self._process

    def __enter__(self) -> SimulatorProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
