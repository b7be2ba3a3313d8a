"""A small SCIM 2.0 service over real HTTPS on loopback: a simulation, with faults on demand."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from unyo.lab.scim_store import ScimRefusal, ScimStore

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
ROOT = "/scim/v2/"
PRODUCT = "unyo SCIM simulation"


class Fault(StrEnum):
    """What may go wrong with one request."""

    TOO_MANY = "429"
    BROKEN = "500"
    SILENT = "timeout"
    LOST_REPLY = "lost reply after accepting"


@dataclass
class ScimService:
    """A running service; ``faults`` are used up by the next writing requests, ``requests`` are what came."""

    address: str
    token: str
    store: ScimStore = field(default_factory=ScimStore)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    silence: float = 1.0

    def next_fault(self, method: str) -> Fault | None:
        return self.faults.pop(0) if method != "GET" and self.faults else None


@contextmanager
def scim_service(certificate: Path, key: Path, token: str, host: str = "127.0.0.1") -> Iterator[ScimService]:
    """Run a service with this certificate until the block ends; ``address`` is its base URL."""
    server = _Server((host, 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.context = context
    server.service = ScimService(f"https://{host}:{server.server_address[1]}{ROOT}", token)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    service: ScimService
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        # The handshake belongs to the connection's thread: a client that never speaks must not stop others.
        request.settimeout(10)
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except OSError:
            return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = PRODUCT.replace(" ", "-")
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in ``ScimService.requests`` instead of being printed."""

    def _handle(self) -> None:
        service = self.server.service
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        service.requests.append(f"{self.command} {self.path}")
        fault = service.next_fault(self.command)
        if fault in (Fault.TOO_MANY, Fault.BROKEN):
            self._answer(int(fault), _error(int(fault), "", "asked to fail"), {"Retry-After": "1"})
            return
        if fault is Fault.SILENT:
            time.sleep(service.silence)
            self.close_connection = True
            return
        try:
            status, answer = self._done(service, json.loads(body) if body else {})
        except ScimRefusal as refusal:
            status, answer = refusal.status, _error(refusal.status, refusal.kind, refusal.detail)
        if fault is Fault.LOST_REPLY:
            self.close_connection = True
            return
        self._answer(status, answer, {})

    def _done(self, service: ScimService, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if self.headers.get("Authorization") != f"Bearer {service.token}":
            raise ScimRefusal(401, "", "no valid token")
        url = urlsplit(self.path)
        if not url.path.startswith(ROOT):
            raise ScimRefusal(404, "", "nothing here")
        kind, _, key = url.path.removeprefix(ROOT).partition("/")
        if kind == "ServiceProviderConfig":
            return 200, {"patch": {"supported": True}, "documentationUri": PRODUCT}
        if kind != "Users":
            raise ScimRefusal(404, "", f"no resource {kind}")
        if key:
            return self._one(service.store, key, body)
        if self.command == "POST":
            return 201, service.store.create(body)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        start, count = int(query.get("startIndex", "1")), int(query.get("count", "100"))
        return 200, service.store.find(query.get("filter"), start, count)

    def _one(self, store: ScimStore, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if self.command == "DELETE":
            store.delete(key)
            return 204, None
        if self.command == "PUT":
            return 200, store.replace(key, body)
        if self.command == "PATCH":
            return 200, store.patch(key, body)
        return 200, store.get(key)

    def _answer(self, status: int, value: dict[str, Any] | None, headers: dict[str, str]) -> None:
        content = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(content)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)


def _error(status: int, kind: str, detail: str) -> dict[str, Any]:
    error = {"schemas": [ERROR], "status": str(status), "detail": detail}
    return {**error, "scimType": kind} if kind else error
