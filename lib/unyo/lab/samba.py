"""A real Active Directory compatible controller: Samba, provisioned once, started fresh in a second."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

from unyo.core.secret import Secret
from unyo.lab.certificates import make_authority, write_server_certificate
from unyo.lab.household import Household
from unyo.lab.samba_domain import (
    BASE_DN,
    HOST,
    REALM,
    cache_directory,
    configure,
    copy_domain,
    environment,
    name_services,
    set_administrator_password,
    unavailable,
)

__all__ = ["SambaLab", "cache_directory", "unavailable"]


class SambaLab:
    """One controller in a directory of its own, on a loopback address of its own.

    The LDAP and Kerberos ports cannot be changed; so each controller has another address of 127/8.
    """

    def __init__(self) -> None:
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self.host = f"{HOST}.{REALM.lower()}"
        self.base_dn = BASE_DN
        self.domain = REALM.lower()
        self.realm: str | None = REALM
        self.admin_name = f"Administrator@{self.domain}"
        self.admin_password = Secret(f"Aa1-{secrets.token_urlsafe(18)}")
        self._held: socket.socket | None = None
        self._home: Household | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        if self._held is None:
            self._held = _hold_address()
        return str(self._held.getsockname()[0])

    @property
    def url(self) -> str:
        return f"ldaps://{self.address}"

    @property
    def starttls_url(self) -> str:
        return f"ldap://{self.address}"

    @property
    def place(self) -> Path:
        """The private directory; it exists from start to stop."""
        if self._home is None:
            self._home = Household("samba")
        return self._home.place

    @property
    def ca_file(self) -> Path:
        return self.place / "ca.pem"

    @property
    def database(self) -> Path:
        """The controller's sam.ldb, for measurements against the files themselves."""
        return self._state / "private/sam.ldb"

    @property
    def krb5_config(self) -> Path:
        """A krb5.conf that knows only this controller; for the environment variable KRB5_CONFIG."""
        return self.place / "krb5.conf"

    @property
    def _state(self) -> Path:
        return self.place / "dc"

    def start(self) -> None:
        """Start a fresh domain and wait until it answers over TLS."""
        try:
            self._make_fresh()
            self.up()
        except BaseException:
            self.stop()
            raise

    def up(self) -> None:
        """Start the controller on the domain as it is."""
        if self._home is None:
            raise RuntimeError("the Samba lab is not started")
        command = ["/usr/sbin/samba", "-F", "-s", str(self._state / "etc/smb.conf"), "--no-process-group"]
        self._server = self._home.launch(command, environment())
        self._wait_until_ready(self._home, self._server)

    def down(self) -> None:
        """End every process of the controller; the data stays for ``up()``."""
        if self._server is not None and self._home is not None:
            self._home.end(self._server)
            self._server = None

    def reset(self) -> None:
        """A fresh domain, as provisioned, at the same address with the same certificate."""
        self._kill()
        self.start()

    def stop(self) -> None:
        """End all processes and remove every file; safe to call twice."""
        self._kill()
        if self._home is not None:
            self._home.remove()
            self._home = None
        if self._held is not None:
            self._held.close()
            self._held = None

    def __enter__(self) -> SambaLab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def freeze(self) -> None:
        """The whole controller stands still: it neither answers nor refuses."""
        if self._server is not None and self._home is not None:
            self._home.freeze(self._server)

    def thaw(self) -> None:
        if self._server is not None and self._home is not None:
            self._home.thaw(self._server)

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Serve another certificate from the next ``up()`` on."""
        shutil.copyfile(certificate, self.place / "tls/cert.pem")
        shutil.copyfile(key, self.place / "tls/key.pem")

    def _kill(self) -> None:
        """What is thrown away afterwards needs no orderly end."""
        if self._server is not None and self._home is not None:
            self._home.end(self._server, grace=0)
            self._server = None

    def _make_fresh(self) -> None:
        shutil.rmtree(self._state, ignore_errors=True)
        copy_domain(self._state)
        tls = self.place / "tls"
        if not self.ca_file.exists():
            authority = make_authority()
            authority.write(self.ca_file)
            write_server_certificate(authority, tls, (self.host, self.address, "localhost"))
        configure(self._state, self.address, tls, self.ca_file)
        self.krb5_config.write_text(self._krb5_text())
        set_administrator_password(self.database, self.admin_password)
        name_services(self.database)

    def _krb5_text(self) -> str:
        return (
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n"
            f"[realms]\n {REALM} = {{\n  kdc = {self.address}\n }}\n"
            f"[domain_realm]\n .{self.domain} = {REALM}\n"
        )

    def _wait_until_ready(
        self, home: Household, server: subprocess.Popen[bytes], seconds: float = 60
    ) -> None:
        context = ssl.create_default_context()
        # Only whether it answers: tests serve certificates that must not verify.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError):
                plain = socket.create_connection((self.address, 636), timeout=1)
                with plain, context.wrap_socket(plain, server_hostname=self.host):
                    return
            time.sleep(0.02)
        said = home.said
        self._kill()
        raise RuntimeError(f"the Samba controller did not start: {said}")


def _hold_address() -> socket.socket:
    """A socket bound to an address of 127/8 whose LDAP ports are free; holding it reserves the address.

    Its port is none that Samba needs. Processes begin at different places, so that they seldom collide.
    """
    for last in range(2, 250):
        address = f"127.0.{os.getpid() % 50 + 10}.{last}"
        held = socket.socket()
        try:
            held.bind((address, 47636))
            for port in (389, 636, 88):
                with socket.socket() as probe:
                    probe.bind((address, port))
        except OSError:
            held.close()
        else:
            return held
    raise RuntimeError("no loopback address is free for a controller")
