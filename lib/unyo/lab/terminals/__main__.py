"""``python -m unyo.lab.terminals``: serve simulated Windows terminals until told to end."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from unyo.core.errors import UnyoError
from unyo.core.text import Language
from unyo.lab.household import Household
from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.orders import Orders
from unyo.lab.terminals.wire.listener import HTTP_PORT, HTTPS_PORT
from unyo.lab.terminals.wire.server import FleetServer


def main() -> None:
    parser = argparse.ArgumentParser(
        description="A SIMULATION of Windows terminals on loopback, for practice and tests."
    )
    parser.add_argument("--terminals", type=int, default=0, metavar="N", help="how many, in a mixed office")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="a YAML file that describes the fleet")
    parser.add_argument("--seed", default="unyo", help="decides everything that is left to chance")
    parser.add_argument("--keytab", type=Path, metavar="FILE", help="keys of terminals in a domain")
    parser.add_argument("--obey", action="store_true", help="take orders as JSON lines; end when they end")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        fleet = _fleet(options.scenario, options.terminals, options.seed)
    except UnyoError as error:
        sys.exit(error.in_language(Language.EN))
    home = Household("terminals")
    server = FleetServer(fleet, home.place, options.keytab)
    try:
        server.start()
        _say(_facts(server, home.place))
        if options.obey:
            _obey(Orders(server))
        else:
            signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
        home.remove()


def _fleet(scenario: Path | None, count: int, seed: str) -> Fleet:
    if scenario is None:
        return Fleet.of(count or 40, seed)
    return Fleet.from_scenario(scenario, seed)


def _facts(server: FleetServer, folder: Path) -> dict[str, object]:
    """Who listens where; the password goes into a file that only the owner reads."""
    password = folder / "administrator-password"
    handle = os.open(password, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(server.fleet.password)
    return {
        "simulation": True,
        "user": server.fleet.user,
        "password_file": str(password),
        "ca_file": str(server.certificates.ca_file),
        "terminals": [
            {
                "name": machine.name,
                "serial": machine.identity.serial,
                "address": machine.address,
                "http": HTTP_PORT,
                "https": HTTPS_PORT,
                "locale": machine.locale,
                "kind": machine.kind,
                "model": machine.model,
                "fqdn": machine.fqdn,
                **asdict(machine.seat),
            }
            for machine in server.fleet
        ],
    }


def _obey(orders: Orders) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            _say({"done": orders.carry_out(name, *arguments)})
        except (ValueError, KeyError, TypeError) as error:
            _say({"wrong": f"{name}: {error}"})


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
