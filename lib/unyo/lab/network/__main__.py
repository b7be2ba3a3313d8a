"""Emulated switches in a process of their own: one line of JSON in, one line of JSON out."""

from __future__ import annotations

import argparse
import json
import logging
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any

from unyo.lab.household import Household
from unyo.lab.network.door import Door
from unyo.lab.network.emulated_switch import EmulatedSwitch
from unyo.lab.network.open_vswitch import OpenVswitch
from unyo.lab.network.starting import load, restart

CONTROL = "control"


class Rack:
    """Switches by name; every order names one of them."""

    def __init__(self, place: Path, address: str) -> None:
        self._place, self._address = place, address
        self._switches: dict[str, tuple[EmulatedSwitch, Door]] = {}
        self._homes: list[Household] = []
        self._planes: dict[str, OpenVswitch] = {}

    def add(self, name: str, startup: str, ports: int = 0) -> dict[str, Any]:
        """A switch with this start-up configuration, where it has none yet; with ports on Open vSwitch."""
        file = self._place / f"{name}.startup"
        if not file.exists():
            file.write_text(startup, encoding="utf-8")
        switch = EmulatedSwitch(file, self._plane(name, ports) if ports else None)
        restart(switch)
        switch.restarts = 0
        door = Door(switch, self._address)
        self._switches[name] = switch, door
        return {"port": door.port, **self.key(name)}

    def key(self, name: str) -> dict[str, str]:
        door = self._switches[name][1]
        return {"host_key": f"{door.key.get_name()} {door.key.get_base64()}"}

    def new_key(self, name: str) -> dict[str, str]:
        self._switches[name][1].new_key()
        return self.key(name)

    def running(self, name: str) -> list[str]:
        return self._switches[name][0].running.lines()

    def startup(self, name: str) -> list[str]:
        return self._switches[name][0].saved_lines()

    def configure(self, name: str, *lines: str) -> None:
        """At the device's own console, unsaved."""
        switch = self._switches[name][0]
        with switch.turn:
            load(switch, lines)

    def reload(self, name: str) -> None:
        """Power off and on."""
        switch, door = self._switches[name]
        door.hang_up()
        restart(switch)

    def fault(self, name: str, fault: str, value: float) -> None:
        faults = self._switches[name][0].faults
        setattr(faults, fault, type(getattr(faults, fault))(value))

    def refuse_after(self, name: str, logons: int) -> None:
        """Take so many log-ons, then refuse one."""
        self._switches[name][0].faults.refuse_after = logons

    def opens(self, name: str, account: str, password: str) -> bool:
        """Whether the running configuration takes it; counts as no log-on. An empty account is ``enable``."""
        running = self._switches[name][0].running
        stored = running.users[account].stored if account else running.enable
        return stored is not None and stored.opens(password)

    def pass_time(self, name: str, seconds: float) -> None:
        """What the device counts in time is so much older."""
        self._switches[name][0].pass_time(seconds)

    def counts(self, name: str) -> dict[str, int]:
        switch = self._switches[name][0]
        names = ("bad_logons", "good_logons", "lock_outs", "restarts")
        return {each: getattr(switch, each) for each in names}

    def typed(self, name: str) -> list[str]:
        return list(self._switches[name][0].typed)

    def tag(self, name: str, port: str) -> int:
        return self._planes[name].tag(port)

    def plane_pid(self, name: str) -> int:
        return self._planes[name].pid

    def close(self) -> None:
        for _, door in self._switches.values():
            door.close()
        for plane, home in zip(self._planes.values(), self._homes, strict=True):
            plane.stop()
            home.remove()

    def _plane(self, name: str, ports: int) -> OpenVswitch:
        home = Household("ovs")
        self._homes.append(home)
        plane = self._planes[name] = OpenVswitch(home, ports)
        plane.start()
        return plane


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m unyo.lab.network")
    parser.add_argument("place", type=Path, help="where start-up configurations are kept")
    parser.add_argument("--address", default="127.0.0.1")
    given = parser.parse_args()
    # What the server's library thinks of callers that hang up is nobody's business.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    rack, turn = Rack(given.place, given.address), threading.Lock()
    try:
        _listen(rack, turn, given.place / CONTROL)
        for line in sys.stdin:
            sys.stdout.write(_obey(rack, turn, line) + "\n")
            sys.stdout.flush()
    finally:
        rack.close()


def _listen(rack: Rack, turn: threading.Lock, path: Path) -> None:
    """Orders of other processes, one for each connection; only this user gets at the socket."""

    class Order(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(_obey(rack, turn, self.rfile.readline().decode()).encode() + b"\n")

    path.unlink(missing_ok=True)
    server = socketserver.ThreadingUnixStreamServer(str(path), Order)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _obey(rack: Rack, turn: threading.Lock, line: str) -> str:
    name, *arguments = json.loads(line)
    try:
        with turn:
            done = getattr(rack, str(name).removeprefix("_"))(*arguments)
    except (AttributeError, KeyError, ValueError, TypeError, RuntimeError) as error:
        return json.dumps({"wrong": f"{type(error).__name__}: {error}"})
    return json.dumps({"done": done})


if __name__ == "__main__":
    main()
