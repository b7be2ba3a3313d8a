"""Simulated terminals as an arena for kills: lost replies, power cuts, old images, thrown by dice."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.box_hand import OneHand
from support.password_arena import Arena, ArenaTools, Mark, ShiftedClock, facts_of
from unyo.connectors.winrm.options import WinrmSettings
from unyo.connectors.winrm.own_passwords import KeptPasswords
from unyo.connectors.winrm.passwords import WindowsHand
from unyo.core.credential import Credential
from unyo.core.secret import Secret, SecretRef
from unyo.flow.context import Road
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.credentials_accounts import windows_path
from unyo.runbooks import load
from unyo.settings import Settings, TerminalOptions, shipped

FIRST = SecretRef("terminals/admin")


@contextmanager
def ordered(fleet: FleetProcess, place: Path) -> Iterator[None]:
    """The fleet takes orders from other processes too, over a socket."""
    with socket.socket(socket.AF_UNIX) as wire:
        wire.bind(str(place))
        wire.listen(16)
        thread = threading.Thread(target=_serve, args=(wire, fleet), daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(wire: socket.socket, fleet: FleetProcess) -> None:
    while True:
        try:
            asker, _ = wire.accept()
        except OSError:
            return
        with asker, asker.makefile("rw", encoding="utf-8") as line:
            line.write(json.dumps(fleet.order(*json.loads(line.readline()))) + "\n")


def order(place: str, *words: object) -> Any:
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(place)
        with wire.makefile("rw", encoding="utf-8") as line:
            line.write(json.dumps(words) + "\n")
            line.flush()
            return json.loads(line.readline())


def arena(home: Path) -> Arena:
    """Made from ``arena.json``: the socket, how terminals are reached, and which accounts they have."""
    facts = facts_of(home)
    control, serials, accounts = str(facts["control"]), list(facts["serials"]), list(facts["accounts"])
    clock = ShiftedClock(home / "clock")

    def pass_time(delta: timedelta) -> None:
        clock.step(delta)
        for serial in serials:
            order(control, "knob", serial, "clock_skew_seconds", clock.shift.total_seconds())

    def calm() -> None:
        for serial in serials:
            for knob in ("powered_off", "lose_reply_after_change"):
                order(control, "knob", serial, knob, 0)

    def stir(dice: random.Random) -> None:
        calm()
        for serial in serials:
            throw = dice.random()
            if throw < 0.35:
                order(control, "knob", serial, "lose_reply_after_change", 1)
            elif throw < 0.5:
                order(control, "knob", serial, "powered_off", True)
            elif throw < 0.6:
                order(control, "keep", serial)
            elif throw < 0.7:
                order(control, "restore", serial)
        if dice.random() < 0.5:
            pass_time(timedelta(minutes=dice.choice([1, 20, 45, 24 * 60 * 7])))

    def holds(credential: Credential, secret: Secret) -> bool:
        return bool(order(control, "takes", credential.system, credential.account, secret.reveal()))

    def lockouts() -> list[str]:
        asked = [(serial, account) for serial in serials for account in accounts]
        return [f"{a}@{s}" for s, a in asked if order(control, "tries", s, a)["lockouts"]]

    return Arena(
        road=lambda mark: _road(home, mark, facts),
        holds=holds,
        lockouts=lockouts,
        stir=stir,
        calm=calm,
        pass_time=pass_time,
    )


def _road(home: Path, mark: Mark, facts: dict[str, Any]) -> Road:
    settings = Settings(home, terminals=TerminalOptions(user=facts["user"]))
    tools = ArenaTools(settings, mark, lambda tools: OneHand(_hand(tools, facts)))
    return Road(tools, load, home / "audit.anchor")


def _hand(tools: ArenaTools, facts: dict[str, Any]) -> WindowsHand:
    settings = WinrmSettings(
        user=facts["user"],
        ca_file=facts["ca_file"],
        connect_seconds=1,
        scripts=(shipped("scripts") / "windows",),
    )
    own = KeptPasswords(
        lambda serial: windows_path(serial, facts["user"]), tools.vault.open_many, tools.credentials.standing
    )
    return WindowsHand(settings, tools.vault.open_many, lambda: tools.vault.open(FIRST), own)
