"""A directory as an arena for kills: lost replies, busy and silent controllers, a restored one, thrown by dice.

The simulator runs in the test's own process; workers reach it over LDAP, and the dice over a control socket.
"""

from __future__ import annotations

import importlib
import json
import random
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.password_arena import Arena, ArenaTools, Mark, ShiftedClock, facts_of
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.credential import Credential
from unyo.core.directory import Add, Modify
from unyo.core.secret import Secret
from unyo.flow.context import Road
from unyo.lab.directory_simulator import DirectorySimulator
from unyo.lab.directory_simulator.entry import Entry
from unyo.lab.directory_simulator.logon import account_named
from unyo.lab.directory_simulator.passwords import digest
from unyo.settings import DirectoryOptions, Settings

BIND, OWN, RESET, SECOND = "unyo-bind", "svc-own", "svc-reset", "svc-second"
THRESHOLD = 5
BUSY = 51


class DirectoryBox:
    """A simulated controller, the truth about its accounts, and a socket that takes orders."""

    def __init__(self, home: Path) -> None:
        self.lab = DirectorySimulator(clock=ShiftedClock(home / "clock"))
        self.first: dict[str, Secret] = {}
        self._ever: set[str] = set()
        self._images: list[Any] = []
        self._is_down = False

    @contextmanager
    def running(self) -> Iterator[DirectoryBox]:
        with self.lab, _Orders(self._obey) as orders:
            self.port = int(orders.server_address[1])
            thread = threading.Thread(target=orders.serve_forever, args=(0.02,))
            thread.start()
            self._furnish()
            try:
                yield self
            finally:
                orders.shutdown()
                thread.join()

    def _furnish(self) -> None:
        """Four accounts; unyo's own may write, as an account operator."""
        directory = LdapDirectory(
            DirectorySettings(
                (self.lab.url,),
                self.lab.admin_name,
                lambda: self.lab.admin_password,
                ca_file=str(self.lab.ca_file),
            )
        )
        rules = {"minPwdAge": ("0",), "lockoutThreshold": (str(THRESHOLD),)}
        assert directory.send([Modify(self.lab.base_dn, replace=rules)]) == [None]
        for name in (BIND, OWN, RESET, SECOND):
            self.first[name] = Secret(f"Canary-{secrets.token_hex(9)}")
            person = {"objectClass": ("user",), "sAMAccountName": (name,), "userAccountControl": ("512",)}
            assert directory.send([Add(self._dn(name), person, self.first[name])]) == [None]
        operators = f"CN=Account Operators,CN=Builtin,{self.lab.base_dn}"
        assert directory.send([Modify(operators, add={"member": (self._dn(BIND),)})]) == [None]
        directory.close()

    def _dn(self, name: str) -> str:
        return f"CN={name},CN=Users,{self.lab.base_dn}"

    def _obey(self, name: str, arguments: list[Any]) -> Any:
        lab = self.lab
        self._note_locks()
        if name == "holds":
            entry = self._entry(arguments[0])
            return entry.passwords is not None and entry.passwords.digests[0] == digest(
                lab._domain, arguments[1]
            )
        if name == "lockouts":
            return sorted(self._ever)
        if name == "calm":
            lab.faults.clear()
            if self._is_down:
                lab.up()
            self._is_down = False
        elif name == "down":
            lab.down()
            self._is_down = True
        elif name == "drop":
            lab.faults.drop_connection_after(arguments[0])
        elif name == "busy":
            lab.faults.fail_next(1, BUSY)
        elif name == "image":
            self._images.append(lab.snapshot())
        elif name == "restore" and self._images:
            lab.restore(self._images[int(arguments[0] * len(self._images))])
        return None

    def _entry(self, account: str) -> Entry:
        found = account_named(self.lab._domain, f"{account.partition('@')[0]}@{self.lab.domain}")
        assert found is not None
        return found

    def _note_locks(self) -> None:
        self._ever |= {name for name in self.first if self._entry(name).number("lockouttime")}


class _Orders(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def __init__(self, obey: Callable[[str, list[Any]], Any]) -> None:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    name, *arguments = json.loads(line)
                    self.wfile.write(json.dumps(obey(name, arguments)).encode() + b"\n")

        super().__init__(("127.0.0.1", 0), Handler)


def say(port: int, name: str, *arguments: Any) -> Any:
    with socket.create_connection(("127.0.0.1", port), 10) as wire, wire.makefile("rwb") as lines:
        lines.write(json.dumps([name, *arguments]).encode() + b"\n")
        lines.flush()
        return json.loads(lines.readline())


def settings_of(home: Path) -> Settings:
    """unyo signs on with an account whose password it renews itself."""
    facts = facts_of(home)
    options = DirectoryOptions(
        urls=(facts["url"],), bind_name=f"{BIND}@{facts['domain']}", ca_file=facts["ca_file"]
    )
    return Settings(home, directory=options)


def _load_once() -> None:
    """Every worker is forked off: what is loaded before costs nothing in each of them."""
    modules = ("ldap3.strategy.sync", "unyo.runbooks.passwords.rotate", "unyo.runbooks.passwords.verify")
    for module in (
        *modules,
        "unyo.flow.worker",
        "unyo.vault.safe",
        "unyo.connectors.winrm.uses",
        "unyo.hands",
    ):
        importlib.import_module(module)


def arena(home: Path) -> Arena:
    """Made from ``arena.json``: where the directory listens, and the port that takes orders."""
    _load_once()
    port = int(facts_of(home)["orders"])
    clock = ShiftedClock(home / "clock")

    def pass_time(delta: timedelta) -> None:
        say(port, "lockouts")
        clock.step(delta)

    def stir(dice: random.Random) -> None:
        say(port, "calm")
        throw = dice.random()
        if throw < 0.35:
            say(port, "drop", dice.choice([1, 2, 3]))
        elif throw < 0.45:
            say(port, "busy")
        elif throw < 0.55:
            say(port, "down")
        elif throw < 0.65:
            say(port, "image")
        elif throw < 0.72:
            say(port, "restore", dice.random())
        if dice.random() < 0.5:
            pass_time(timedelta(minutes=dice.choice([1, 20, 45, 24 * 60 * 7])))

    def holds(credential: Credential, secret: Secret) -> bool:
        return bool(say(port, "holds", credential.account, secret.reveal()))

    def road(mark: Mark) -> Road:
        from unyo.runbooks import load

        return Road(ArenaTools(settings_of(home), mark), load, home / "audit.anchor")

    return Arena(
        road=road,
        holds=holds,
        lockouts=lambda: list(say(port, "lockouts")),
        stir=stir,
        calm=lambda: say(port, "calm"),
        pass_time=pass_time,
    )
