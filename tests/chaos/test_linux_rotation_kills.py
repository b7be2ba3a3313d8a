"""Workers that renew passwords of real Linux hosts, killed anywhere while lines break and images come back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.box_arena import policy
from support.linux_arena import arena, written_down
from support.rotation_kills import kill_workers, leaks
from support.staffing import employ
from unyo.core.secret import SecretRef
from unyo.lab.linux_hosts import LinuxHosts, unavailable

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
    pytest.mark.xdist_group("linux_hosts"),
]

SEEDS = ["server room", *(f"round {n}" for n in range(int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))))]
KILLS = 5


@pytest.fixture
def hosts() -> Iterator[LinuxHosts]:
    with LinuxHosts(2, strict=1, prefix="kill") as lab:
        yield lab


@pytest.fixture
def home(hosts: LinuxHosts, sqlite_ledger: Path, tmp_path: Path) -> Path:
    """An installation with two servers: each account is set in another way."""
    from unyo.ledger.models import DeviceRecord
    from unyo.vault.key_file import create_key_file

    employ()
    place = tmp_path / "home"
    (place / "inventory" / "policies").mkdir(parents=True)
    create_key_file(place / "vault.key")
    (place / "inventory" / "policies" / "passwords.yml").write_text(json.dumps(policy(16)))
    (place / "arena.json").write_text(json.dumps(written_down(hosts.hosts)))
    tools = arena(place).road(lambda _: None).tools
    for host in hosts.hosts:
        for account, password in host.passwords.items():
            tools.vault.seal(SecretRef(f"first/{host.name}/{account}"), password, "first password")
        DeviceRecord.objects.create(
            name=host.name,
            kind="linux",
            address=host.address,
            port=host.port,
            options={"host_key": host.host_key},
            accounts=[
                {"name": "root", "initial": f"first/{host.name}/root"},
                {"name": "keeper", "initial": f"first/{host.name}/keeper"},
                {"name": "staff", "via": "keeper", "initial": f"first/{host.name}/staff"},
            ],
            added_at=tools.clock.now(),
        )
    return place


@pytest.mark.parametrize("seed", SEEDS)
def test_no_password_of_a_server_is_lost_and_none_is_locked(
    home: Path, sqlite_ledger: Path, seed: str
) -> None:
    counted = kill_workers(sqlite_ledger, home, "support.linux_arena:arena", seed, KILLS)
    assert counted.killed == KILLS
    assert leaks(arena(home).road(lambda _: None).tools.vault, sqlite_ledger, home) == []
