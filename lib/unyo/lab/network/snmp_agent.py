"""A real SNMP agent (Net-SNMP) as an appliance: one SNMPv3 user who may change its own keys."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from unyo.core.credential import AccountKind, Credential
from unyo.core.secret import Secret
from unyo.lab.household import Household
from unyo.lab.network.switches import new_password

_SHA256, _AES = ".1.3.6.1.6.3.10.1.1.5", ".1.3.6.1.6.3.10.1.2.4"
_TABLE = ".1.3.6.1.6.3.15.1.2.2.1"
ACCOUNT = "keeper"


def unavailable() -> str | None:
    """Why no agent can run here, or None."""
    if shutil.which("snmpd", path=_PATHS) is None:
        return "snmpd is missing: apt-get install snmpd"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "setpriv is missing: the agent does not run as root here"
    return None


class SnmpAgent:
    """On loopback, on a port of its own, not as root; what was changed over SNMP survives ``restart()``."""

    def __init__(self, name: str = "printer01") -> None:
        self.name, self.port = name, 0
        self.password: Secret = new_password()
        self._home: Household | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def credential(self) -> Credential:
        return Credential(
            kind=AccountKind.APPLIANCE,
            system=self.name,
            account=ACCOUNT,
            path=f"passwords/{self.name}/{ACCOUNT}",
            label=f"{self.name} {ACCOUNT}",
            address="127.0.0.1",
            port=self.port,
            driver="snmp_usm",
            options={"auth": "SHA-256"},
        )

    def start(self) -> None:
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self._home = Household("snmp")
        self.port = _free_port()
        kept = self._kept
        kept.mkdir()
        (self._home.place / "snmpd.conf").write_text(
            f"agentAddress udp:127.0.0.1:{self.port}\nrwuser {ACCOUNT} priv\nsysLocation lab\n"
        )
        self._write_user(secrets.token_bytes(8))
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._home.place.chmod(0o755)
            for place in (kept, *kept.iterdir()):
                os.chown(place, nobody.pw_uid, nobody.pw_gid)
        self.up()

    def up(self) -> None:
        """Start the agent on what it kept."""
        home = self._running_home()
        command = ["snmpd", "-f", "-LE", "3", "-I", "-smux"]
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            command = [
                "setpriv",
                f"--reuid={nobody.pw_uid}",
                f"--regid={nobody.pw_gid}",
                "--clear-groups",
                *command,
            ]
        kept = {name: value for name, value in os.environ.items() if name == "UNYO_TEST_RUN"}
        own = {
            "SNMPCONFPATH": f"{home.place}:{self._kept}",
            "SNMP_PERSISTENT_DIR": str(self._kept),
            "MIBS": "",
        }
        environment = {"PATH": _PATHS, **own, **kept}
        self._server = home.launch(command, environment)

    def down(self) -> None:
        """Off at once, as by pulling the plug."""
        if self._server is not None:
            self._running_home().end(self._server, grace=0)
            self._server = None

    def freeze(self) -> None:
        if self._server is not None:
            self._running_home().freeze(self._server)

    def thaw(self) -> None:
        if self._server is not None:
            self._running_home().thaw(self._server)

    def image(self) -> bytes:
        """What it keeps; ``restore`` plays it back."""
        return (self._kept / "snmpd.conf").read_bytes()

    def restore(self, image: bytes) -> None:
        self.down()
        (self._kept / "snmpd.conf").write_bytes(image)
        self.up()

    def stop(self) -> None:
        """End it and remove its files; safe to call twice."""
        self.down()
        if self._home is not None:
            self._home.remove()
            self._home = None

    @property
    def _kept(self) -> Path:
        return self._running_home().place / "kept"

    def _running_home(self) -> Household:
        if self._home is None:
            raise RuntimeError("the agent is not started")
        return self._home

    def _write_user(self, tail: bytes) -> None:
        """As the agent itself keeps a user: made as a copy of another, since only such a one may change its keys."""
        engine = b"\x80\x00\x1f\x88\x80" + tail
        key = _localized(self.password, engine)
        clone = f"{_TABLE}.2.{len(engine)}.{'.'.join(map(str, engine))}.8.{'.'.join(map(str, b'template'))}"
        user = f'usmUser 1 3 0x{engine.hex()} "{ACCOUNT}" "{ACCOUNT}" {clone}'
        keys = f'{_SHA256} 0x{key.hex()} {_AES} 0x{key[:16].hex()} ""'
        (self._kept / "snmpd.conf").write_text(
            f"{user} {keys}\nsetserialno 1\nengineBoots 1\noldEngineID 0x{engine.hex()}\n"
        )

    def __enter__(self) -> SnmpAgent:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


_PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _localized(password: Secret, engine: bytes) -> bytes:
    """The password's key at this agent (RFC 3414, appendix A.2)."""
    given = password.reveal().encode()
    whole = hashlib.sha256((given * (1_048_576 // len(given) + 1))[:1_048_576]).digest()
    return hashlib.sha256(whole + engine + whole).digest()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
