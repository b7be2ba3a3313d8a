"""The HTTP connection under both protocols: log-on, encryption, certificates, and sockets that can be cut."""

from __future__ import annotations

import logging
import ssl
from functools import partial
from typing import Any

import requests
from pypsrp.wsman import WSMan
from requests.adapters import HTTPAdapter
from spnego import NTLMHash
from spnego._ntlm_raw.crypto import ntowfv1
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from unyo.connectors.trust import trusting
from unyo.connectors.winrm.lifeline import Lifeline
from unyo.connectors.winrm.options import WinrmSettings, service_host
from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.terminal import Terminal
from unyo.core.text import Text

# At their debug level these libraries log whole messages, the envelope with its secrets among them.
for _name in ("pypsrp", "spnego", "winrm"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

OPERATION_SECONDS = 20


def tls_context(settings: WinrmSettings) -> ssl.SSLContext | None:
    """One context for all terminals: reading the authority's file for each would cost more than the log-on."""
    if not settings.encrypted:
        return None
    try:
        context = trusting(settings.ca_file)
        if settings.transport == "certificate":
            context.load_cert_chain(settings.certificate_file, settings.certificate_key_file)
    except (OSError, ssl.SSLError) as error:
        raise BadSetting(
            "terminals.file",
            Text("a certificate file cannot be read", "証明書ファイルを読めません"),
            Text("check the paths in [terminals]: PEM files", "[terminals] のパスを確認する (PEM 形式)"),
            target=settings.ca_file or settings.certificate_file,
            detail=type(error).__name__,
        ) from None
    return context


def connect(
    settings: WinrmSettings,
    context: ssl.SSLContext | None,
    terminal: Terminal,
    password: Secret | None,
    line: Lifeline,
) -> WSMan:
    """A connection that logs on with its first message. The password is revealed here and kept by it."""
    user, word = _credential(settings, password)
    wsman = WSMan(
        terminal.address,
        port=terminal.port or settings.default_port,
        username=user,
        password=word,
        ssl=settings.encrypted,
        auth=settings.authentication,
        encryption="auto",
        operation_timeout=OPERATION_SECONDS,
        connection_timeout=max(1, round(settings.connect_seconds)),
        read_timeout=OPERATION_SECONDS + 10,
        no_proxy=True,
        certificate_pem=settings.certificate_file or None,
        certificate_key_pem=settings.certificate_key_file or None,
        negotiate_hostname_override=service_host(terminal),
        negotiate_service="HTTP",
    )
    session = wsman.transport._build_session()
    session.trust_env = False
    session.hooks["response"].append(line.note)
    adapter = _Adapter(context, line)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    wsman.transport.session = session
    return wsman


def _credential(settings: WinrmSettings, password: Secret | None) -> tuple[Any, str | None]:
    """What the library is to log on with, and the password where it needs that itself.

    NTLM needs no more of a password than its hash. From the password the library would also work out the one
    of LAN Manager, which nobody uses any more and which costs more than the rest of the log-on.
    """
    if password is None:
        return settings.user or None, None
    if settings.authentication != "ntlm":
        return settings.user or None, password.reveal()
    return NTLMHash(settings.user, nt_hash=ntowfv1(password.reveal()).hex()), None


class _Adapter(HTTPAdapter):
    """Certificates are always verified, with the shared context; new sockets go on the lifeline."""

    def __init__(self, context: ssl.SSLContext | None, line: Lifeline) -> None:
        self._context = context
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self._line),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self._line),
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return host, {"ssl_context": self._context} if self._context else {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context verifies; requests would read the authorities again for each connection."""


def _pool(pool: type[HTTPConnectionPool], connection: type[HTTPConnection], line: Lifeline) -> Any:
    class Held(connection):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> Any:
            made = super()._new_conn()
            line.hold(made)
            return made

    def build(*arguments: Any, **options: Any) -> HTTPConnectionPool:
        built = pool(*arguments, **options)
        built.ConnectionCls = Held
        return built

    return partial(build)
