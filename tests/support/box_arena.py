"""Password boxes as an arena for kills: every fault that a box knows, thrown by dice."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.box_hand import BoxHand, OneHand, say
from support.password_arena import Arena, ArenaTools, Mark, ShiftedClock, arena_road, facts_of
from unyo.core.credential import Credential
from unyo.core.secret import Secret

FAULTS = ("lose_reply", "lose_request", "late", "deaf", "refuse")


def arena(home: Path) -> Arena:
    """Made from ``arena.json``: the box's port and its systems."""
    facts = facts_of(home)
    port, systems = int(facts["port"]), list(facts["systems"])
    clock = ShiftedClock(home / "clock")

    def pass_time(delta: timedelta) -> None:
        clock.step(delta)
        say(port, "pass_time", seconds=delta.total_seconds())

    def calm() -> None:
        for system in systems:
            say(port, "fault", system=system)
            say(port, "switch", system=system, on=True)

    def stir(dice: random.Random) -> None:
        for system in systems:
            _trouble(port, system, dice)
        if dice.random() < 0.5:
            pass_time(timedelta(minutes=dice.choice([1, 20, 45, 24 * 60 * 7])))
        if dice.random() < 0.2:
            clock.step(timedelta(hours=-2))
        if dice.random() < 0.2:
            _change_policy(home, dice)

    return Arena(
        road=lambda mark: arena_road(home, mark, lambda tools: _hands(tools, port, mark)),
        holds=lambda credential, secret: _holds(port, credential, secret),
        lockouts=lambda: list(say(port, "report")["lockouts"]),
        stir=stir,
        calm=calm,
        pass_time=pass_time,
    )


def _hands(tools: ArenaTools, port: int, mark: Mark) -> OneHand:
    return OneHand(BoxHand(port, tools.vault.open, mark))


def _holds(port: int, credential: Credential, secret: Secret) -> bool:
    return bool(
        say(port, "holds", system=credential.system, account=credential.account, password=secret.reveal())
    )


def _trouble(port: int, system: str, dice: random.Random) -> None:
    throw = dice.random()
    if throw < 0.25:
        say(port, "fault", system=system, **{dice.choice(FAULTS): dice.choice([1, 2])})
    elif throw < 0.30:
        say(port, "take_image", system=system)
    elif throw < 0.35:
        say(port, "restore_image", system=system)
    say(port, "switch", system=system, on=dice.random() > 0.15)


def _change_policy(home: Path, dice: random.Random) -> None:
    """The site's own rule file, in the place where unyo looks for it."""
    place = home / "inventory" / "policies"
    place.mkdir(parents=True, exist_ok=True)
    (place / "passwords.yml").write_text(json.dumps(policy(dice.choice([12, 16, 24]))))


def policy(length: int) -> dict[str, Any]:
    classes = ["upper", "lower", "digit", "sign"]
    rules = {"length": length, "classes": classes, "words": 0, "exclude": ["quotes"], "max_age_days": 90}
    return {"windows": {"accounts": []}, "rules": rules, "history": 12}
