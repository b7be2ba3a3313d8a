"""Workers that renew passwords of switches, killed anywhere while devices restart and lines break."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.box_arena import policy
from support.network_arena import arena
from support.rotation_kills import kill_workers, leaks
from support.staffing import employ
from unyo.core.secret import SecretRef
from unyo.lab.network.switches import Switches

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("network")]

ROUNDS = int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))
SEEDS = ["core switch", *(f"round {number}" for number in range(ROUNDS))]
SWITCHES = 2 if ROUNDS else 1
KILLS = 6 if ROUNDS else 4
RULE = "login block-for 600 attempts 6 within 600"


@pytest.fixture(scope="module")
def racks() -> Iterator[Switches]:
    with Switches() as running:
        yield running


@pytest.fixture
def home(racks: Switches, sqlite_ledger: Path, tmp_path: Path) -> Path:
    """An installation with switches: a local user and the secret of enable on each."""
    from unyo.ledger.models import DeviceRecord
    from unyo.vault.key_file import create_key_file

    employ()
    place = tmp_path / "home"
    (place / "inventory" / "policies").mkdir(parents=True)
    create_key_file(place / "vault.key")
    (place / "inventory" / "policies" / "passwords.yml").write_text(
        json.dumps({**policy(16), "kinds": {"network": {"exclude": ["quotes", "shell"]}}})
    )
    names = [f"{tmp_path.name}-{number}"[-20:] for number in range(SWITCHES)]
    (place / "arena.json").write_text(json.dumps({"control": str(racks.control), "switches": names}))
    tools = arena(place).road(lambda _: None).tools
    for name in names:
        switch = racks.add(name, extra=(RULE,))
        tools.vault.seal(SecretRef(f"first/{name}"), switch.password, "first password")
        tools.vault.seal(SecretRef(f"first/{name}/enable"), switch.enable, "first password")
        DeviceRecord.objects.create(
            name=name,
            kind="network",
            address=switch.address,
            port=switch.port,
            driver="cisco_ios",
            options={"host_key": switch.host_key},
            accounts=[
                {"name": "admin", "role": "login", "initial": f"first/{name}"},
                {"name": "enable", "role": "enable", "via": "admin", "initial": f"first/{name}/enable"},
            ],
            added_at=tools.clock.now(),
        )
    return place


@pytest.mark.parametrize("seed", SEEDS)
def test_no_password_of_a_switch_is_lost_and_none_is_locked(
    home: Path, sqlite_ledger: Path, seed: str
) -> None:
    counted = kill_workers(sqlite_ledger, home, "support.network_arena:arena", seed, KILLS)
    assert counted.killed == KILLS
    assert leaks(arena(home).road(lambda _: None).tools.vault, sqlite_ledger, home) == []
