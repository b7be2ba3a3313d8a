"""A real Open vSwitch in a network namespace of its own, as the switching behind an emulated prompt."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from unyo.lab.household import Household
from unyo.lab.network.configuration import Port

_SCHEMA = Path("/usr/share/openvswitch/vswitch.ovsschema")
_BRIDGE = "br0"


def unavailable() -> str | None:
    """Why no Open vSwitch can run here, or None."""
    if os.geteuid() != 0:
        return "Open vSwitch in a namespace needs root"
    if not _SCHEMA.exists() or not all(map(shutil.which, ("ovs-vswitchd", "ovsdb-server", "unshare"))):
        return "Open vSwitch is missing: apt-get install openvswitch-switch"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "network namespaces are not allowed here"


class OpenVswitch:
    """Userspace switching (no kernel module); its namespace ends with its processes."""

    def __init__(self, home: Household, ports: int) -> None:
        self._home, self._count = home, ports
        self._database = home.place / "ovs.sock"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        place = self._home.place
        self._run("ovsdb-tool", "create", str(place / "ovs.db"), str(_SCHEMA))
        quiet = "-vconsole:off -vsyslog:off"
        script = (
            f"ip link set lo up; ovsdb-server {place}/ovs.db --remote=punix:{self._database} "
            f"--unixctl={place}/ovsdb.ctl {quiet} & "
            f"exec ovs-vswitchd unix:{self._database} --unixctl={place}/vswitchd.ctl {quiet}"
        )
        self._server = self._home.launch(["unshare", "-n", "sh", "-c", script], dict(os.environ))
        self._wait(self._database)
        made = ["add-br", _BRIDGE, "--", "set", "bridge", _BRIDGE, "datapath_type=netdev"]
        for number in range(1, self._count + 1):
            made += ["--", "add-port", _BRIDGE, f"ge{number}", "tag=1"]
            made += ["--", "set", "interface", f"ge{number}", "type=internal"]
        self._vsctl(*made)

    @property
    def pid(self) -> int:
        """A process within its namespace."""
        if self._server is None:
            raise RuntimeError("Open vSwitch is not started")
        return self._server.pid

    def stop(self) -> None:
        if self._server is not None:
            self._home.end(self._server, grace=0)
            self._server = None

    def ports(self) -> list[str]:
        return [f"GigabitEthernet1/0/{number}" for number in range(1, self._count + 1)]

    def apply(self, name: str, port: Port) -> None:
        """A shut port is in a VLAN that nobody else is in."""
        tag = 4095 if port.closed else port.vlan
        self._vsctl("set", "port", _real(name), f"tag={tag}")

    def tag(self, name: str) -> int:
        """What Open vSwitch itself says."""
        return int(self._vsctl("get", "port", _real(name), "tag"))

    def _vsctl(self, *words: str) -> str:
        return self._run("ovs-vsctl", f"--db=unix:{self._database}", "--timeout=10", *words)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-500:]}")
        return done.stdout.strip()

    def _wait(self, socket: Path, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not socket.exists():
            if time.monotonic() > deadline:
                raise RuntimeError(f"Open vSwitch did not start: {self._home.said}")
            time.sleep(0.01)


def _real(name: str) -> str:
    return "ge" + name.rpartition("/")[2]
