"""The simulated controller as a lab directory: a fresh domain on two loopback ports, and its switches."""

from __future__ import annotations

import secrets
import shutil
import ssl
import tempfile
import threading
import warnings
from pathlib import Path
from types import TracebackType

from unyo.core.secret import Secret
from unyo.core.tools import Clock
from unyo.lab.certificates import make_authority, write_server_certificate
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.faults import Faults
from unyo.lab.directory_simulator.fresh import fresh_domain
from unyo.lab.directory_simulator.listening import Listener
from unyo.lab.directory_simulator.session import Session
from unyo.lab.directory_simulator.tree import Snapshot
from unyo.wiring import SystemClock

DNS_DOMAIN, NETBIOS, HOST = "lab.unyo.test", "LABUNYO", "dc1.lab.unyo.test"
ADDRESS = "127.0.0.1"


class SimulatorLimit(UserWarning):
    """The simulator was asked for things it cannot do: whatever was tested or shown is not proven."""


class DirectorySimulator:
    """A simulation of Active Directory in threads of this process; no Samba, no Windows, no root needed.

    ``seed`` decides all GUIDs and SIDs. ``stop()`` warns with ``SimulatorLimit`` where requests went
    beyond the subset; pytest here makes that a failure.
    """

    base_dn = ",".join(f"DC={part}" for part in DNS_DOMAIN.split("."))
    domain = DNS_DOMAIN
    host = HOST
    admin_name = f"Administrator@{DNS_DOMAIN}"
    realm: str | None = None

    def __init__(self, seed: str = "unyo", clock: Clock | None = None) -> None:
        self.faults = Faults()
        self.admin_password = Secret("Aa1-" + secrets.token_urlsafe(18))
        self._seed = seed
        self._clock = clock or SystemClock()
        self._place: Path | None = None
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._lock = threading.RLock()
        self.unsupported: list[str] = []
        """Everything so far that was asked for and is not simulated."""
        self._domain: Domain = self._fresh()
        self._secure = Listener(ADDRESS, True, self.faults, self._tls, self._session)
        self._plain = Listener(ADDRESS, False, self.faults, self._tls, self._session)

    @property
    def url(self) -> str:
        return f"ldaps://{ADDRESS}:{self._secure.port}"

    @property
    def starttls_url(self) -> str:
        return f"ldap://{ADDRESS}:{self._plain.port}"

    @property
    def ca_file(self) -> Path:
        if self._place is None:
            raise RuntimeError("the directory simulator is not running")
        return self._place / "ca.pem"

    def start(self) -> None:
        """Make a fresh domain and answer on both ports; they stay the same over ``stop()``."""
        if self._place is not None:
            raise RuntimeError("the directory simulator is running already")
        self._place = Path(tempfile.mkdtemp(prefix="unyo-directory-simulator-"))
        authority = make_authority("unyo directory SIMULATOR lab CA")
        authority.write(self._place / "ca.pem")
        names = (HOST, ADDRESS, "localhost")
        self.use_certificate(*write_server_certificate(authority, self._place, names))
        self.unsupported.clear()
        self._domain = self._fresh()
        self.faults.clear()
        self.up()

    def stop(self) -> None:
        """Stop answering and remove every file; safe to call twice."""
        self.down()
        self.faults.clear()
        if self._place is None:
            return
        shutil.rmtree(self._place, ignore_errors=True)
        self._place = None
        beyond = sorted(set(self.unsupported))
        if beyond:
            warnings.warn(f"SIMULATOR: unsupported {', '.join(beyond)}", SimulatorLimit, stacklevel=2)

    def up(self) -> None:
        """Answer again, on the same ports, with the data as it was."""
        self._secure.open()
        self._plain.open()

    def down(self) -> None:
        """Break off all connections and refuse new ones, keeping the data."""
        self._secure.close()
        self._plain.close()

    def freeze(self) -> None:
        """Accept connections and requests but answer none until ``thaw()``."""
        self.faults.gate.clear()

    def thaw(self) -> None:
        self.faults.gate.set()

    def reset(self) -> None:
        """A fresh domain in place of the present one, on the same ports."""
        with self._lock:
            self._domain = self._fresh()
        self.down()
        self.up()

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Show another certificate from the next connection on."""
        self._tls.load_cert_chain(certificate, key)

    def snapshot(self) -> Snapshot:
        with self._lock:
            return self._domain.tree.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Put the whole domain back; connections are broken off, for their bound users are gone."""
        with self._lock:
            self._domain.tree.restore(snapshot)
        self.down()
        self.up()

    def _fresh(self) -> Domain:
        domain = fresh_domain(self._clock, DNS_DOMAIN, NETBIOS, HOST, self._seed, self.admin_password)
        domain.unsupported = self.unsupported
        return domain

    def _session(self, encrypted: bool) -> Session:
        return Session(self._domain, self._lock, self.faults, encrypted)

    def __enter__(self) -> DirectorySimulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
