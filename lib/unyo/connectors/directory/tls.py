"""TLS for ldap3 as it must be: the authority and the host name are always verified, by OpenSSL itself.

Imports ldap3; so it is imported only where a connection is opened.
"""

from __future__ import annotations

import ssl
from typing import Any

import ldap3


class VerifiedTls(ldap3.Tls):
    """ldap3's own checks compare names in Python and cannot be asked what went wrong."""

    def __init__(
        self, context: ssl.SSLContext, host: str, connect_timeout: float, answer_timeout: float
    ) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.fault: Exception | None = None
        self._context = context
        self._host = host
        self._timeouts = connect_timeout, answer_timeout

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Called by ldap3 for LDAPS and StartTLS alike; keeps the fault, which ldap3 would turn into text."""
        plain = connection.socket
        try:
            plain.settimeout(self._timeouts[0])
            connection.socket = self._context.wrap_socket(plain, server_hostname=self._host)
            connection.socket.settimeout(self._timeouts[1])
        except Exception as error:
            self.fault = error
            plain.close()
            raise
