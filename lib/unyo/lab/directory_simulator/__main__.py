"""``python -m unyo.lab.directory_simulator``: serve a simulated directory until told to end."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from unyo.lab.directory_simulator.server import DirectorySimulator
from unyo.lab.directory_simulator.tree import Snapshot


def main() -> None:
    parser = argparse.ArgumentParser(
        description="A SIMULATION of Active Directory on loopback, for practice and tests."
    )
    parser.add_argument("--seed", default="unyo", help="decides all GUIDs and SIDs")
    parser.add_argument("--obey", action="store_true", help="take orders as JSON lines; end when they end")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with DirectorySimulator(options.seed) as simulator:
        _say(_facts(simulator))
        if options.obey:
            _obey(simulator)
        else:
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()


def _facts(simulator: DirectorySimulator) -> dict[str, object]:
    """Where it listens; the password goes into a file that only the owner reads."""
    password = simulator.ca_file.with_name("administrator-password")
    password.touch(mode=0o600)
    password.write_text(simulator.admin_password.reveal(), encoding="utf-8")
    return {
        "simulation": True,
        "ldaps_port": urlsplit(simulator.url).port,
        "ldap_port": urlsplit(simulator.starttls_url).port,
        "ca_file": str(simulator.ca_file),
        "administrator": simulator.admin_name,
        "password_file": str(password),
    }


def _obey(simulator: DirectorySimulator) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    snapshots: list[Snapshot] = []

    def keep() -> int:
        snapshots.append(simulator.snapshot())
        return len(snapshots) - 1

    def slow(seconds: float) -> None:
        simulator.faults.delay = seconds

    orders: dict[str, Callable[..., object]] = {
        "up": simulator.up,
        "down": simulator.down,
        "freeze": simulator.freeze,
        "thaw": simulator.thaw,
        "reset": simulator.reset,
        "unsupported": lambda: simulator.unsupported,
        "snapshot": keep,
        "restore": lambda number: simulator.restore(snapshots[number]),
        "fail_next": simulator.faults.fail_next,
        "drop_connection_after": simulator.faults.drop_connection_after,
        "delay": slow,
        "use_certificate": lambda certificate, key: simulator.use_certificate(Path(certificate), Path(key)),
    }
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        _say(orders[name](*arguments))


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
