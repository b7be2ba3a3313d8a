"""The wires between this machine and light Linux hosts: a pair of addresses for each host."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Network:
    """A /24 of the range for measurements (RFC 2544) that no other lab uses until ``close()``."""

    def __init__(self) -> None:
        self._prefix, self._held = _own_network()
        self.interfaces: list[str] = []

    def wire(self, position: int) -> tuple[str, str]:
        """The name of our end of a host's wire, and the host's address at the other end."""
        name = f"uy{self._prefix.split('.', 1)[1].replace('.', 'x')}x{position}"
        self.interfaces.append(name)
        return name, f"{self._prefix}.{2 * position + 1}"

    def address_ours(self) -> None:
        """Give our ends their addresses; all must be there."""
        ip(
            f"address add {self._prefix}.{2 * place}/31 dev {name}\nlink set {name} up\n"
            for place, name in enumerate(self.interfaces)
        )

    def close(self, seconds: float = 10) -> None:
        """Wait until the wires are gone: the kernel removes them a moment after their host."""
        deadline = time.monotonic() + seconds
        while any(map(exists, self.interfaces)) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._held.close()


def exists(interface: str) -> bool:
    return Path(f"/sys/class/net/{interface}").exists()


def ip(orders: Iterable[str]) -> None:
    """Run orders of ip(8) in one go."""
    subprocess.run(["ip", "-batch", "-"], input="".join(orders).encode(), check=True, env={"PATH": PATHS})


def answers(address: str, port: int) -> bool:
    """Whether sshd greets there."""
    try:
        with socket.create_connection((address, port), 1) as way:
            return way.recv(4) == b"SSH-"
    except OSError:
        return False


def _own_network() -> tuple[str, socket.socket]:
    for block in secrets.SystemRandom().sample(range(256), 256):
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0unyo-lab-198.18.{block}")
        except OSError:
            held.close()
            continue
        return f"198.18.{block}", held
    raise RuntimeError("all networks are in use")
