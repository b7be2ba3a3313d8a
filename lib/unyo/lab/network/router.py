"""A real FRR router on a light Linux host: vtysh is the login shell of its account, behind a real sshd."""

from __future__ import annotations

import functools
import grp
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from unyo.core.credential import AccountKind, Credential
from unyo.core.secret import Secret
from unyo.lab import linux_hosts
from unyo.lab.linux_files import KEEPER, STAFF
from unyo.lab.linux_host import LinuxHost

_DAEMONS = Path("/usr/lib/frr")
_VTYSH = "/usr/bin/vtysh"
ACCOUNT, SIGNER = STAFF, KEEPER
"""Who has vtysh as shell, and who may use sudo there."""


@functools.cache
def unavailable() -> str | None:
    """Why no router can run here, or None."""
    reason = linux_hosts.unavailable()
    if reason is not None:
        return reason
    if not (_DAEMONS / "zebra").exists() or shutil.which(_VTYSH) is None:
        return "FRR is missing: apt-get install frr"
    return None


class Router:
    """One router; its network, processes and files are gone with it."""

    def __init__(self, prefix: str = "rt") -> None:
        self._hosts = linux_hosts.LinuxHosts(1, strict=0, prefix=prefix)

    @property
    def host(self) -> LinuxHost:
        return self._hosts.hosts[0]

    @property
    def name(self) -> str:
        return self.host.name

    @property
    def login(self) -> Credential:
        """The account of vtysh, set by the one with sudo."""
        credential = self.host.credential(ACCOUNT, via=SIGNER)
        return replace(credential, kind=AccountKind.NETWORK, driver="linux_vtysh", role="login", initial=None)

    @property
    def signer(self) -> Credential:
        return self.host.credential(SIGNER)

    @property
    def password(self) -> Secret:
        return self.host.passwords[ACCOUNT]

    @property
    def signer_password(self) -> Secret:
        return self.host.passwords[SIGNER]

    def start(self) -> None:
        """The host, the account's shell, and FRR's daemons; they answer when this returns."""
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self._hosts.start()
        try:
            self._lay_out()
            for daemon in ("zebra", "staticd"):
                self.run(f"{_DAEMONS}/{daemon}", "-d", "-F", "traditional", "-A", "127.0.0.1")
            # It writes the configuration for those who may not; to start the daemons, it would take a second.
            self.run(f"{_DAEMONS}/watchfrr", "-d", "-F", "traditional", "zebra", "staticd")
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self._hosts.stop()

    def run(self, *command: str) -> str:
        """As root at the router's own console."""
        inside = ["nsenter", "-t", str(self.host.pid), "-m", "-u", "-n", "-p", "-i", "--"]
        done = subprocess.run([*inside, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {(done.stderr or done.stdout)[-500:]}")
        return done.stdout

    def _lay_out(self) -> None:
        root, frr = self.host.root, pwd.getpwnam("frr")
        passwd = root / "etc/passwd"
        lines = passwd.read_text().splitlines()
        passwd.write_text("".join(f"{_with_shell(line)}\n" for line in lines))
        group = root / "etc/group"
        lines = [line for line in group.read_text().splitlines() if not line.startswith(("frrvty:", "frr:"))]
        lines += [f"{name}:x:{grp.getgrnam(name).gr_gid}:frr,{ACCOUNT}" for name in ("frrvty", "frr")]
        group.write_text("".join(f"{line}\n" for line in lines))
        for place, text in (
            ("etc/frr/frr.conf", ""),
            ("etc/frr/vtysh.conf", "service integrated-vtysh-config\n"),
        ):
            file = root / place
            file.write_text(text or f"hostname {self.name}\n")
            os.chown(file, frr.pw_uid, grp.getgrnam("frrvty").gr_gid)
            file.chmod(0o640)
        state = root / "run/frr"
        state.mkdir(exist_ok=True)
        os.chown(state, frr.pw_uid, frr.pw_gid)
        state.chmod(0o755)

    def _wait(self, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.run(_VTYSH, "-c", "show version")
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def __enter__(self) -> Router:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _with_shell(line: str) -> str:
    name, *rest = line.split(":")
    return ":".join([name, *rest[:-1], _VTYSH]) if name == ACCOUNT else line
