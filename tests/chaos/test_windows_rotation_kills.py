"""Workers that renew passwords of terminals, killed anywhere while replies are lost and images come back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.box_arena import policy
from support.rotation_kills import kill_workers, leaks
from support.staffing import employ
from support.windows_arena import FIRST, arena, ordered
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("password_fleet")]

SEEDS = ["second floor", *(f"round {n}" for n in range(int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))))]
KILLS, TERMINALS, OTHER = 6, 2, "help-desk"


@pytest.fixture
def fleet() -> Iterator[FleetProcess]:
    with FleetProcess(TERMINALS) as running:
        for facts in running.terminals:
            serial = str(facts["serial"])
            other = {"name": OTHER, "password": running.password.reveal()}
            running.order("plant", serial, {"users": [other]})
            for name, value in (("LockoutBadCount", 6), ("ResetLockoutCount", 30), ("LockoutDuration", 0)):
                running.order("policy", serial, name, value)
            running.order("keep", serial)
        yield running


@pytest.fixture
def home(fleet: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[Path]:
    """An installation with two terminals: the account that signs on, and one that it sets."""
    from unyo.ledger.models import TerminalRecord
    from unyo.vault.key_file import create_key_file

    employ()
    place = tmp_path / "home"
    (place / "inventory" / "policies").mkdir(parents=True)
    create_key_file(place / "vault.key")
    windows = {"accounts": [fleet.user, OTHER], "initial": FIRST.path}
    (place / "inventory" / "policies" / "passwords.yml").write_text(
        json.dumps({**policy(16), "windows": windows})
    )
    control = tmp_path / "control"
    serials = [str(facts["serial"]) for facts in fleet.terminals]
    told = {
        "control": str(control),
        "user": fleet.user,
        "ca_file": str(fleet.ca_file),
        "serials": serials,
        "accounts": [fleet.user, OTHER],
    }
    (place / "arena.json").write_text(json.dumps(told))
    tools = arena(place).road(lambda _: None).tools
    tools.vault.seal(FIRST, fleet.password, "first password")
    for facts in fleet.terminals:
        TerminalRecord.objects.create(
            serial=facts["serial"],
            name=facts["name"],
            address=facts["address"],
            port=int(facts["https"]),
            kind=facts["kind"],
            state="in_use",
            added_at=tools.clock.now(),
        )
    with ordered(fleet, control):
        yield place


@pytest.mark.parametrize("seed", SEEDS)
def test_no_password_of_a_terminal_is_lost_and_none_is_locked(
    home: Path, sqlite_ledger: Path, seed: str
) -> None:
    done = kill_workers(sqlite_ledger, home, "support.windows_arena:arena", seed, KILLS)
    assert done.killed == KILLS
    assert leaks(arena(home).road(lambda _: None).tools.vault, sqlite_ledger, home) == []
