"""What every directory of the lab offers, whether a real controller or the simulator."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from unyo.core.secret import Secret


class LabDirectory(Protocol):
    """A directory server on loopback that a test, the demonstration or a trainee may change freely.

    Attributes are valid between ``start()`` and ``stop()``; ``start()`` after ``stop()`` begins with a
    fresh domain again.
    """

    @property
    def url(self) -> str:
        """LDAPS: ``ldaps://127.0.0.2:636``; the certificate names this address and ``host``."""
        ...

    @property
    def starttls_url(self) -> str:
        """Plain LDAP on which StartTLS works: ``ldap://127.0.0.2:389``."""
        ...

    @property
    def host(self) -> str:
        """The controller's full DNS name; nothing resolves it on this machine."""
        ...

    @property
    def base_dn(self) -> str: ...

    @property
    def domain(self) -> str:
        """The DNS domain, the right side of user principal names."""
        ...

    @property
    def ca_file(self) -> Path:
        """PEM of the authority that signed the server's certificate."""
        ...

    @property
    def admin_name(self) -> str:
        """A name to bind with that may do everything, as a user principal name."""
        ...

    @property
    def admin_password(self) -> Secret: ...

    @property
    def realm(self) -> str | None:
        """The Kerberos realm, or None where there is no Kerberos."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None:
        """End all processes and remove everything written; safe to call twice."""
        ...

    def down(self) -> None:
        """Break off all connections and refuse new ones, keeping the data, until ``up()``."""
        ...

    def up(self) -> None: ...

    def freeze(self) -> None:
        """Keep connections open but answer nothing until ``thaw()``."""
        ...

    def thaw(self) -> None: ...

    def reset(self) -> None:
        """A fresh domain at the same address, with the same certificate and administrator."""
        ...

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Serve another certificate (PEM files) from the next ``up()`` on."""
        ...
