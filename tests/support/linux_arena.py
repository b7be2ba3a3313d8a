"""Real Linux hosts as an arena for kills: cut lines, lost answers, odd log-ons, old images, thrown by dice."""

from __future__ import annotations

import json
import random
import struct
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.box_hand import OneHand
from support.host_programs import HANG_UP
from support.password_arena import Arena, ShiftedClock, arena_road, facts_of
from unyo.connectors.ssh.hand import LinuxHand
from unyo.connectors.ssh.options import SshSettings
from unyo.core.credential import Credential
from unyo.core.secret import Secret
from unyo.lab import shadow
from unyo.lab.linux_files import DENY
from unyo.lab.linux_host import LinuxHost

FAULTS = ("lose_before", "lose_after", "garble")
# Takes the place of chpasswd; a word in /run/fault makes it misbehave once.
CHPASSWD = f"""#!/bin/sh
hang_up() {{ {HANG_UP} }}
fault=$(cat /run/fault 2>/dev/null)
rm -f /run/fault
if [ "$1" = -e ]; then exec /usr/sbin/chpasswd.real -e; fi
case $fault in
  lose_before) hang_up ;;
  lose_after) /usr/sbin/chpasswd.real; hang_up ;;
  garble) sed 's/$/x/' | /usr/sbin/chpasswd.real ;;
  *) exec /usr/sbin/chpasswd.real ;;
esac
"""
_QUICK = SshSettings(connect_seconds=0.5, logon_seconds=5, answer_seconds=5)
# One failed log-on in faillock's file: where from, reserved, status, seconds (struct tally).
_TALLY = struct.Struct("<52sHHQ")


def written_down(hosts: list[LinuxHost]) -> dict[str, Any]:
    """What ``arena.json`` has to say; the hosts' chpasswd can misbehave from now on."""
    for host in hosts:
        real = host.root / "usr/sbin/chpasswd.real"
        place = host.root / "usr/sbin/chpasswd"
        real.write_bytes(place.read_bytes())
        real.chmod(0o755)
        place.write_text(CHPASSWD)
    return {host.name: {"root": str(host.root), "pid": str(host.pid)} for host in hosts}


def arena(home: Path) -> Arena:
    """Made from ``arena.json``: the files and the wires of its hosts. Its hand has little patience."""
    hosts: dict[str, dict[str, str]] = facts_of(home)
    roots = {name: Path(facts["root"]) for name, facts in hosts.items()}
    clock, locked = ShiftedClock(home / "clock"), home / "locked.json"

    def wire(name: str, state: str) -> None:
        command = ["nsenter", "-t", hosts[name]["pid"], "-n", "ip", "link", "set", "eth0", state]
        subprocess.run(command, check=True)

    def note_locks() -> list[str]:
        """Accounts that were ever locked: a tally that has grown old shows it no more."""
        ever: set[str] = set(json.loads(locked.read_text())) if locked.exists() else set()
        for name, root in roots.items():
            tallies = (root / "run/faillock").glob("*")
            ever |= {f"{file.name}@{name}" for file in tallies if len(_read(file)) >= DENY}
        locked.write_text(json.dumps(sorted(ever)))
        return sorted(ever)

    def pass_time(delta: timedelta) -> None:
        note_locks()
        clock.step(delta)
        for root in roots.values():
            for file in (root / "run/faillock").glob("*"):
                file.write_bytes(b"".join(_older(tally, delta) for tally in _read(file)))

    def calm() -> None:
        for name, root in roots.items():
            wire(name, "up")
            (root / "run/fault").unlink(missing_ok=True)

    def stir(dice: random.Random) -> None:
        calm()
        for name, root in roots.items():
            throw = dice.random()
            if throw < 0.4:
                (root / "run/fault").write_text(dice.choice(FAULTS))
            elif throw < 0.55:
                wire(name, "down")
            elif throw < 0.65:
                (home / f"{name}.image").write_text((root / "etc/shadow").read_text())
            elif throw < 0.75 and (home / f"{name}.image").exists():
                (root / "etc/shadow").write_text((home / f"{name}.image").read_text())
        if dice.random() < 0.5:
            pass_time(timedelta(minutes=dice.choice([1, 20, 45, 24 * 60 * 7])))

    def holds(credential: Credential, secret: Secret) -> bool:
        lines = (roots[credential.system] / "etc/shadow").read_text().splitlines()
        line = next(line for line in lines if line.startswith(f"{credential.account}:"))
        return shadow.opens(line, secret)

    return Arena(
        road=lambda mark: arena_road(home, mark, lambda tools: OneHand(LinuxHand(tools.vault.open, _QUICK))),
        holds=holds,
        lockouts=note_locks,
        stir=stir,
        calm=calm,
        pass_time=pass_time,
    )


def _read(file: Path) -> list[tuple[Any, ...]]:
    content = file.read_bytes()
    return list(_TALLY.iter_unpack(content[: len(content) // _TALLY.size * _TALLY.size]))


def _older(tally: tuple[Any, ...], delta: timedelta) -> bytes:
    source, reserved, status, seconds = tally
    return _TALLY.pack(source, reserved, status, max(0, seconds - int(delta.total_seconds())))
