"""Emulated switches as an arena for kills: lost connections, restarts, no room to save, thrown by dice."""

from __future__ import annotations

import importlib
import random
from datetime import timedelta
from functools import partial
from pathlib import Path

from support.password_arena import Arena, ShiftedClock, arena_road, facts_of
from unyo.core.credential import Credential
from unyo.core.secret import Secret
from unyo.lab.network.switches import order_at

FAULTS = ("lose_before_set", "lose_after_set", "lose_while_saving", "lose_logons", "lose_greetings")
ALL = (*FAULTS, "no_room_to_save")


# Every worker is forked off: what is loaded before costs nothing in each of them.
_MODULES = (
    "netmiko.ssh_dispatcher",
    "unyo.connectors.network.hand",
    "unyo.flow.worker",
    "unyo.runbooks.passwords.rotate",
    "unyo.runbooks.passwords.verify",
    "unyo.vault.safe",
)


def arena(home: Path) -> Arena:
    """Made from ``arena.json``: the rack's socket and its switches. The hand is the one that wiring builds."""
    for module in _MODULES:
        importlib.import_module(module)
    facts = facts_of(home)
    order, switches = partial(order_at, Path(facts["control"])), list(facts["switches"])
    clock = ShiftedClock(home / "clock")

    def pass_time(delta: timedelta) -> None:
        clock.step(delta)
        for name in switches:
            order("pass_time", name, delta.total_seconds())

    def calm() -> None:
        for name in switches:
            for fault in ALL:
                order("fault", name, fault, 0)

    def stir(dice: random.Random) -> None:
        for name in switches:
            throw = dice.random()
            if throw < 0.4:
                order("fault", name, dice.choice(FAULTS), 1)
            elif throw < 0.6:
                order("reload", name)
            order("fault", name, "no_room_to_save", dice.random() < 0.1)
        if dice.random() < 0.5:
            pass_time(timedelta(minutes=dice.choice([1, 20, 45, 24 * 60 * 7])))

    def holds(credential: Credential, secret: Secret) -> bool:
        account = credential.account if credential.role == "login" else ""
        return bool(order("opens", credential.system, account, secret.reveal()))

    def lockouts() -> list[str]:
        return [name for name in switches if order("counts", name)["lock_outs"]]

    return Arena(
        road=partial(arena_road, home),
        holds=holds,
        lockouts=lockouts,
        stir=stir,
        calm=calm,
        pass_time=pass_time,
    )
