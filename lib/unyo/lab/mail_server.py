"""A real SMTP server on loopback (aiosmtpd) that keeps what it is given, with faults on demand."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import warnings
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it came over the wire."""

    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        read = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """A running server; ``security`` is starttls, tls or plain.

    ``mails`` are what it has taken, ``log_ons`` the names of those who tried. ``refusals``: address → answer to
    RCPT; ``answers`` are used up by the next texts (a reply such as "451 later", or "" for a lost reply after
    taking it); ``delay`` slows every text.
    """

    security: str = "plain"
    certificate: Path | None = None
    key: Path | None = None
    user: str = ""
    password: str = ""
    mails: list[Received] = field(default_factory=list)
    log_ons: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    delay: float = 0.0
    port: int = 0
    _running: _Running | None = None

    host = "127.0.0.1"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer, at the same port as before."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((self.host, self.port))
        self.port = listening.getsockname()[1]
        self._running = _Running(self, listening)
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def trust(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class _Running(Controller):
    """aiosmtpd in a thread of its own, on a socket that was bound before."""

    def __init__(self, server: MailServer, listening: socket.socket) -> None:
        tls = server.trust()
        options: dict[str, Any] = {}
        if server.security == "starttls":
            options = {"tls_context": tls, "require_starttls": True}
        if server.user:
            options |= {
                "auth_required": True,
                "authenticator": _Door(server),
                # aiosmtpd cannot see that an implicit TLS is there.
                "auth_require_tls": server.security == "starttls",
            }
        super().__init__(
            _Box(server),
            hostname=server.host,
            port=server.port,
            ssl_context=tls if server.security == "tls" else None,
            **options,
        )
        self._listening = listening

    def factory(self) -> Any:
        with warnings.catch_warnings():
            # It warns of a log-on without STARTTLS; the implicit TLS it does not see.
            warnings.simplefilter("ignore", UserWarning)
            return super().factory()  # type: ignore[no-untyped-call]

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@dataclass
class _Door:
    """Who may come in."""

    server: MailServer

    def __call__(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.server.log_ons.append(given.login.decode())
        fits = (given.login.decode(), given.password.decode()) == (self.server.user, self.server.password)
        return AuthResult(success=fits, handled=fits)


@dataclass
class _Box:
    """What happens to a mail."""

    server: MailServer

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.server.refusals:
            return self.server.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.server.delay:
            await asyncio.sleep(self.server.delay)
        answer = self.server.answers.pop(0) if self.server.answers else "250 OK"
        if not answer or answer.startswith("2"):
            self.server.mails.append(
                Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
            )
        if not answer:
            server.transport.abort()
        return answer or "250 OK"
