"""Light Linux hosts: real sshd, shadow, PAM and sudo, each in namespaces of its own on this machine."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from unyo.core.secret import Secret
from unyo.lab import shadow, watcher
from unyo.lab.household import Household
from unyo.lab.linux_files import KEEPER, ROOT, STAFF, lay_out
from unyo.lab.linux_host import LinuxHost
from unyo.lab.linux_network import PATHS, Network, answers, exists

_PROGRAMS = {
    "sshd": "openssh-server",
    "ip": "iproute2",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "chpasswd": "passwd",
    "sudo": "sudo",
}
_SCRIPT = Path(__file__).with_name("linux_host.sh")
_TRIAL = "mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir u w r && "
_TRIAL += "mount -t overlay o -o lowerdir=/,upperdir=u,workdir=w,xino=off r"
MOST = 126


@functools.cache
def unavailable() -> str | None:
    """Why no host can run here, or None."""
    if os.geteuid() != 0:
        return "light Linux hosts need root"
    for program, package in _PROGRAMS.items():
        if shutil.which(program, path=PATHS) is None:
            return f"{program} is missing: apt-get install {package}"
    tried = subprocess.run(
        ["unshare", "-n", "-m", "-p", "-f", "sh", "-c", _TRIAL], capture_output=True, check=False
    )
    if tried.returncode:
        return "this machine allows no namespaces or no overlay mounts"
    return shadow.unavailable()


def plug(host: LinuxHost, state: str) -> None:
    """Set the host's own end ``up`` or ``down``: with ours down, packets would look for another way out."""
    command = ["nsenter", "-t", str(host.pid), "-n", "ip", "link", "set", "eth0", state]
    subprocess.run(command, check=True, env={"PATH": PATHS})


class LinuxHosts:
    """``count`` hosts named srv01, srv02 …; the last ``strict`` of them are strict."""

    def __init__(self, count: int = 5, strict: int = 1, prefix: str = "srv") -> None:
        if not 0 < count <= MOST:
            raise ValueError(f"1 to {MOST} hosts")
        self._names = [f"{prefix}{number:02}" for number in range(1, count + 1)]
        self._strict = set(self._names[count - strict :]) if strict else set[str]()
        self._home: Household | None = None
        self._network: Network | None = None
        self._running: list[subprocess.Popen[bytes]] = []
        self.hosts: list[LinuxHost] = []

    def named(self, name: str) -> LinuxHost:
        return next(host for host in self.hosts if host.name == name)

    def start(self) -> None:
        """Start all; they answer over SSH when this returns (about 0.1 s and 30 ms each)."""
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        if self._home is not None:
            raise RuntimeError("the hosts are running already")
        self._home, self._network = Household("linux"), Network()
        try:
            launched = [self._launch(self._home, self._network, *named) for named in enumerate(self._names)]
            for host in launched:
                self._until(partial(exists, host.interface))
            self._network.address_ours()
            for host in launched:
                self._until(partial(answers, host.address, host.port))
            self.hosts = [_settled(host) for host in launched]
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all processes; networks and mounts are gone with them. Safe to call twice."""
        watcher.kill_family({process.pid for process in self._running})
        for process in self._running:
            process.wait()
        if self._network is not None:
            self._network.close()
        if self._home is not None:
            self._home.remove()
        self._home = self._network = None
        self._running, self.hosts = [], []

    def cut(self, host: LinuxHost) -> None:
        """Pull the host's network plug: packets are lost, nothing is refused."""
        plug(host, "down")

    def join(self, host: LinuxHost) -> None:
        plug(host, "up")

    def freeze(self, host: LinuxHost) -> None:
        """Let it stand still, as one that is overloaded."""
        watcher.signal_all(watcher.family({host.pid}), signal.SIGSTOP)

    def thaw(self, host: LinuxHost) -> None:
        watcher.signal_all(watcher.family({host.pid}), signal.SIGCONT)

    def _launch(self, home: Household, network: Network, position: int, name: str) -> LinuxHost:
        interface, address = network.wire(position)
        files = home.place / name
        files.mkdir()
        passwords = {account: _first() for account in (ROOT, KEEPER, STAFF)}
        strict = name in self._strict
        key = lay_out(files, name, address, passwords, strict)
        command = ["unshare", "-n", "sh", str(_SCRIPT), name, str(files), interface, f"{address}/31"]
        environment = {"PATH": PATHS, "LANG": "C.UTF-8", **_mark()}
        process = home.launch([*command, str(os.getpid())], environment)
        self._running.append(process)
        return LinuxHost(name, address, 22, key, passwords, strict, interface, process.pid)

    def _until(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            ended = any(process.poll() is not None for process in self._running)
            if ended or time.monotonic() > deadline:
                said = self._home.said if self._home is not None else ""
                raise RuntimeError(f"a host did not come up: {said}")
            time.sleep(0.01)

    def __enter__(self) -> LinuxHosts:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _settled(host: LinuxHost) -> LinuxHost:
    """The same, with its first process inside, through which its files are seen."""
    inside = Path(f"/proc/{host.pid}/task/{host.pid}/children").read_text().split()[0]
    return replace(host, pid=int(inside), root=Path(f"/proc/{inside}/root"))


def _first() -> Secret:
    return Secret(f"First-{secrets.token_urlsafe(9)}")


def _mark() -> dict[str, str]:
    """What ties a host to a test run, so that one that is left behind is found."""
    return {name: value for name, value in os.environ.items() if name == "UNYO_TEST_RUN"}
