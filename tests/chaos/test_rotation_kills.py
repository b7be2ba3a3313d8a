"""Workers that renew passwords, killed before and after every line that has an effect: no password is lost."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.box_arena import arena, policy
from support.box_hand import PasswordBox
from support.rotation_kills import kill_workers, leaks
from support.staffing import employ
from unyo.core.secret import Secret, SecretRef

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("rotation kills")]

MORE = int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))
SEEDS = [("first of April", 40), *((f"round {number}", 20) for number in range(MORE))]
SYSTEMS = 5


@pytest.fixture(scope="module")
def box() -> Iterator[PasswordBox]:
    with PasswordBox() as made:
        yield made


@pytest.fixture
def home(box: PasswordBox, sqlite_ledger: Path, tmp_path: Path) -> Path:
    """An installation with five systems: an administrator each, and on the first an account that it sets."""
    from unyo.ledger.models import DeviceRecord
    from unyo.vault.key_file import create_key_file

    employ()
    place = tmp_path / "home"
    place.mkdir()
    create_key_file(place / "vault.key")
    (place / "inventory" / "policies").mkdir(parents=True)
    (place / "inventory" / "policies" / "passwords.yml").write_text(json.dumps(policy(16)))
    names = [f"{tmp_path.name}-{number}" for number in range(SYSTEMS)]
    (place / "arena.json").write_text(json.dumps({"port": box.port, "systems": names}))
    tools = arena(place).road(lambda _: None).tools
    box.say("rule", threshold=6, window=1800, length=8, history=True)
    box.say("set_time", instant=tools.clock.now().timestamp())
    for name in names:
        accounts: list[dict[str, Any]] = [{"name": "admin", "initial": f"first/{name}"}]
        if name == names[0]:
            accounts.append({**accounts[0], "name": "service", "via": "admin", "role": "service"})
        first = Secret(f"Canary-{secrets.token_hex(8)}")
        tools.vault.seal(SecretRef(f"first/{name}"), first, "first password")
        for account in accounts:
            box.say("put", system=name, account=account["name"], password=first.reveal())
        DeviceRecord.objects.create(name=name, kind="linux", accounts=accounts, added_at=tools.clock.now())
    return place


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
def test_no_password_is_lost_and_nobody_is_locked_out(
    home: Path, sqlite_ledger: Path, seed: str, kills: int
) -> None:
    done = kill_workers(sqlite_ledger, home, "support.box_arena:arena", seed, kills)
    assert done.killed == kills
    assert len(done.instants) >= 5
    assert (home / "seen.bin").read_bytes()
    assert leaks(arena(home).road(lambda _: None).tools.vault, sqlite_ledger, home) == []
