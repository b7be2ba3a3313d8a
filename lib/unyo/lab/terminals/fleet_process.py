"""A fleet in a process of its own, so that killing a worker never kills a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from unyo.core.secret import Secret


class SimulatorLimit(UserWarning):
    """Somebody asked a simulated terminal for something that it cannot do."""


class FleetProcess:
    """Terminals behind ``python -m unyo.lab.terminals``; the process ends with its parent.

    Orders travel as lines of JSON over standard input, answers over standard output, one at a time.
    """

    def __init__(
        self, count: int = 0, scenario: Path | None = None, seed: str = "unyo", keytab: Path | None = None
    ) -> None:
        self._arguments = ["--seed", seed, "--terminals", str(count)]
        if keytab is not None:
            self._arguments += ["--keytab", str(keytab)]
        if scenario is not None:
            self._arguments += ["--scenario", str(scenario)]
        self._process: subprocess.Popen[str] | None = None
        self._facts: dict[str, Any] = {}
        self._password: Secret | None = None
        self._turn = threading.Lock()

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def terminals(self) -> list[Mapping[str, Any]]:
        """Facts by terminal: name, serial, address, http and https (ports), locale, kind, model, fqdn."""
        return list(self._facts["terminals"])

    @property
    def user(self) -> str:
        """The local administrator of every terminal."""
        return str(self._facts["user"])

    @property
    def password(self) -> Secret:
        if self._password is None:
            raise RuntimeError("the fleet is not running")
        return self._password

    @property
    def password_file(self) -> Path:
        return Path(self._facts["password_file"])

    @property
    def ca_file(self) -> Path:
        return Path(self._facts["ca_file"])

    @property
    def unsupported(self) -> list[str]:
        return list(self.order("unsupported"))

    def named(self, name_or_serial: str) -> Mapping[str, Any]:
        """The facts of one terminal; KeyError where there is none."""
        for terminal in self.terminals:
            if name_or_serial in (terminal["name"], terminal["serial"]):
                return terminal
        raise KeyError(name_or_serial)

    def start(self) -> None:
        if self._process is not None:
            raise RuntimeError("the fleet is running already")
        command = [sys.executable, "-m", "unyo.lab.terminals", *self._arguments, "--obey"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            self._facts = self._answer()
        except RuntimeError:
            self._process.communicate(timeout=30)
            self._process = None
            raise
        self._password = Secret(self.password_file.read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End the process; safe to call twice. Warns of whatever lay beyond the simulation."""
        process = self._process
        if process is None:
            return
        beyond = sorted(set(self.unsupported)) if process.poll() is None else []
        self._process = None
        process.communicate(timeout=30)
        if beyond:
            warnings.warn("; ".join(beyond), SimulatorLimit, stacklevel=2)

    def order(self, name: str, *arguments: object) -> Any:
        """Have the fleet do one thing, and wait until it is done; ValueError where it makes no sense."""
        with self._turn:
            stdin = self._running().stdin
            if stdin is None:
                raise RuntimeError("the fleet takes no orders")
            stdin.write(json.dumps([name, *arguments]) + "\n")
            stdin.flush()
            answer = self._answer()
        if "wrong" in answer:
            raise ValueError(answer["wrong"])
        return answer["done"]

    def knob(self, serial: str, name: str, value: object) -> None:
        self.order("knob", serial, name, value)

    def _answer(self) -> dict[str, Any]:
        stdout = self._running().stdout
        line = stdout.readline() if stdout is not None else ""
        if not line:
            raise RuntimeError("the fleet ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the fleet is not running")
        return self._process

    def __enter__(self) -> FleetProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
