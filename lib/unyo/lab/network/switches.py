"""Emulated switches behind a process of their own, so that killing a worker never kills a switch."""

from __future__ import annotations

import json
import secrets
import socket
import string
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unyo.core.credential import AccountKind, Credential
from unyo.core.secret import Secret
from unyo.lab.household import Household
from unyo.lab.network.configuration import startup_lines

_LETTERS = string.ascii_letters + string.digits


def new_password(length: int = 20) -> Secret:
    """Letters and digits, a letter first."""
    return Secret(
        secrets.choice(string.ascii_letters) + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))
    )


@dataclass(frozen=True, slots=True)
class LabSwitch:
    """Where one switch is and what it began with; the passwords are those of its first start-up."""

    name: str
    address: str
    port: int
    host_key: str
    account: str
    password: Secret
    enable: Secret

    def login(self, account: str = "") -> Credential:
        """Its account in the books' words."""
        account = account or self.account
        return self._credential(account, f"passwords/{self.name}/{account}", "login", via="")

    def enable_secret(self) -> Credential:
        login = f"passwords/{self.name}/{self.account}"
        return self._credential("enable", f"passwords/{self.name}/enable/enable", "enable", via=login)

    def _credential(self, account: str, path: str, role: str, via: str) -> Credential:
        return Credential(
            kind=AccountKind.NETWORK,
            system=self.name,
            account=account,
            path=path,
            label=f"{self.name} {account}",
            address=self.address,
            port=self.port,
            driver="cisco_ios",
            role=role,
            via=via,
            options={"host_key": self.host_key},
        )


class Switches:
    """``python -m unyo.lab.network``; the process ends with its parent. Orders travel as lines of JSON."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self._address = address
        self._home: Household | None = None
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()

    def start(self) -> None:
        """Also after ``power_off()``: the start-up configurations are still there."""
        self._home = self._home or Household("switches")
        command = [
            sys.executable,
            "-m",
            "unyo.lab.network",
            str(self._home.place),
            "--address",
            self._address,
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    @property
    def pid(self) -> int:
        return self._running().pid

    def add(self, name: str, *, ports: int = 0, extra: tuple[str, ...] = (), kind: str = "9") -> LabSwitch:
        """A switch with an administrator and a secret for enable, both in its start-up configuration."""
        password, enable = new_password(), new_password()
        lines = (f"hostname {name}", *startup_lines("admin", password, enable, kind), *extra)
        made = self.order("add", name, "\n".join(lines) + "\n", ports)
        return LabSwitch(name, self._address, made["port"], made["host_key"], "admin", password, enable)

    def order(self, name: str, *arguments: object) -> Any:
        """Have it do one thing, and wait until it is done; ValueError where it makes no sense."""
        with self._turn:
            process = self._running()
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the switches take no orders")
            process.stdin.write(json.dumps([name, *arguments]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        return _done(line)

    @property
    def control(self) -> Path:
        """The socket for ``order_at``, for other processes."""
        if self._home is None:
            raise RuntimeError("the switches are not running")
        return self._home.place / "control"

    def power_off(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.communicate(timeout=30)

    def stop(self) -> None:
        """End the process and remove all start-up configurations; safe to call twice."""
        self.power_off()
        if self._home is not None:
            self._home.remove()
            self._home = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the switches are not running")
        return self._process

    def __enter__(self) -> Switches:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def order_at(control: Path, name: str, *arguments: object) -> Any:
    """``Switches.order`` from any process of this user."""
    with socket.socket(socket.AF_UNIX) as way:
        way.connect(str(control))
        way.sendall(json.dumps([name, *arguments]).encode() + b"\n")
        with way.makefile(encoding="utf-8") as answer:
            return _done(answer.readline())


def _done(line: str) -> Any:
    if not line:
        raise RuntimeError("the switches ended unexpectedly")
    answer = json.loads(line)
    if "wrong" in answer:
        raise ValueError(answer["wrong"])
    return answer["done"]
