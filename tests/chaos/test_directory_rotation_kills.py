"""Workers that renew directory accounts, unyo's own among them, killed anywhere over the real hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.box_arena import policy
from support.directory_arena import BIND, OWN, RESET, SECOND, DirectoryBox, arena
from support.rotation_kills import kill_workers, leaks
from support.staffing import employ
from unyo.core.secret import SecretRef

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("directory kills")]

MORE = int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))
SEEDS = [("early morning", 6), *((f"round {number}", 12) for number in range(MORE))]


@pytest.fixture
def home(sqlite_ledger: Path, tmp_path: Path) -> Iterator[Path]:
    """An installation whose own bind account is renewed with the accounts that it resets."""
    from unyo.ledger.models import DeviceRecord
    from unyo.vault.key_file import create_key_file

    employ()
    place = tmp_path / "home"
    (place / "inventory" / "policies").mkdir(parents=True)
    create_key_file(place / "vault.key")
    (place / "inventory" / "policies" / "passwords.yml").write_text(json.dumps(policy(16)))
    with DirectoryBox(place).running() as box:
        facts = {
            "url": box.lab.url,
            "domain": box.lab.domain,
            "ca_file": str(box.lab.ca_file),
            "orders": box.port,
        }
        (place / "arena.json").write_text(json.dumps(facts))
        tools = arena(place).road(lambda _: None).tools
        tools.vault.seal(SecretRef("directory/bind"), box.first[BIND], "first password")
        accounts = []
        for name in (OWN, RESET, SECOND):
            tools.vault.seal(SecretRef(f"first/{name}"), box.first[name], "first password")
            accounts.append({"name": name, "initial": f"first/{name}"})
        for account in accounts[1:]:
            account["via"] = "directory/bind"
        DeviceRecord.objects.create(
            name="ad", kind="directory", accounts=accounts, added_at=tools.clock.now()
        )
        yield place


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
def test_no_account_is_lost_and_none_is_locked(
    home: Path, sqlite_ledger: Path, seed: str, kills: int
) -> None:
    done = kill_workers(sqlite_ledger, home, "support.directory_arena:arena", seed, kills)
    assert done.killed == kills
    assert len(done.instants) >= 4
    assert leaks(arena(home).road(lambda _: None).tools.vault, sqlite_ledger, home) == []
