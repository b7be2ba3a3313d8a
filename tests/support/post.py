"""Mail servers, webhooks and subscriptions for the tests of messages."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from unyo.connectors.notify.mail_session import MailSettings
from unyo.connectors.notify.post_office import PostOffice
from unyo.core.notification import Message
from unyo.core.post import Addressed
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Language
from unyo.lab.certificates import make_authority, write_server_certificate
from unyo.lab.mail_server import MailServer

PASSWORD = "canary-smtp-7Qd2"
TOKEN = "canary-hook-token-91ab"
NOW = datetime(2027, 3, 25, 1, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Papers:
    """A certificate for 127.0.0.1, and who vouches for it."""

    certificate: Path
    key: Path
    ca: Path


def write_papers(folder: Path) -> Papers:
    authority = make_authority("unyo post CA")
    certificate, key = write_server_certificate(authority, folder, ("127.0.0.1", "localhost"))
    return Papers(certificate, key, authority.write(folder / "ca.pem"))


def settings_of(server: MailServer, ca: Path | None = None, **more: Any) -> MailSettings:
    """How to reach it as it is."""
    values: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "sender": "unyo@city.example",
        "security": server.security,
        "ca_file": str(ca or ""),
        "user": server.user,
        "password": lambda: Secret(PASSWORD),
        "hello": "unyo.city.example",
        "timeout": 3.0,
    }
    return MailSettings(**(values | more))


def message(subject: str = "[unyo] 承認待ち", id: str = "unyo-test-1", **more: Any) -> Message:
    return Message(id, "job.planned", subject, NOW, Language.JA, **more)


def to(address: str, **more: Any) -> Addressed:
    return Addressed(message(**more), address)


def office(
    server: MailServer | None, channels: dict[str, Any], secrets: dict[str, str] | None = None, **more: Any
) -> PostOffice:
    """A post office with these channels; what is sent as mail goes to the server."""
    given = {name: Secret(value) for name, value in (secrets or {}).items()}

    def mail() -> MailSettings:
        assert server is not None
        return settings_of(server)

    def opened(ref: SecretRef) -> Secret:
        return given[ref.path]

    return PostOffice(lambda: {"channels": channels, **more}, mail, opened, lambda: NOW)


@dataclass
class Hook:
    """A webhook that keeps what it is given; ``answers`` (status, headers, body) are used up first."""

    address: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    silent: Callable[[], None] | None = None


@contextmanager
def hook(papers: Papers | None = None) -> Iterator[Hook]:
    """A real HTTP server on loopback, with TLS where papers are given."""
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.silent is not None:
                kept.silent()
            kept.paths.append(self.path)
            kept.got.append(json.loads(body))
            status, headers, text = kept.answers.pop(0) if kept.answers else (200, {}, "ok")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if papers is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers.certificate, papers.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    kept.address = f"{scheme}://127.0.0.1:{server.server_address[1]}/hooks/{TOKEN}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
