"""HTTP/1.1 as the Windows HTTP service speaks it: one request after the other on a kept connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

LARGEST_BODY = 64 * 1024 * 1024
REASONS = {
    100: "Continue",
    200: "OK",
    400: "Bad Request",
    401: "",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    500: "",
    503: "Service Unavailable",
}


class BadRequest(Exception):
    """What came is no HTTP request; the connection is of no use any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the names of its headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def keeps_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; ``challenges`` become one WWW-Authenticate header each."""

    status: int
    body: bytes = b""
    content_type: str = "application/soap+xml;charset=UTF-8"
    challenges: tuple[str, ...] = field(default=())

    def packed(self, now: datetime) -> bytes:
        """The bytes; ``now`` is what the machine's clock says."""
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}", "Server: Microsoft-HTTPAPI/2.0"]
        lines.append(f"Date: {format_datetime(now, usegmt=True)}")
        lines += [f"WWW-Authenticate: {challenge}" for challenge in self.challenges]
        if self.body:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """The next request with its whole body, or None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        if ended.partial.strip():
            raise BadRequest("the connection ended inside the headers") from None
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest("the headers are too long") from None
    first, *lines = head.decode("latin-1").lstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(f"no HTTP request: {first[:80]!r}")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Request(words[0], words[1], headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    try:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return await _chunks(reader)
        length = int(headers.get("content-length") or "0")
        if not 0 <= length <= LARGEST_BODY:
            raise BadRequest("the body is too long")
        return await reader.readexactly(length) if length else b""
    except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise BadRequest("the body is not what its headers say") from None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = bytearray()
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if len(whole) + size > LARGEST_BODY:
            raise BadRequest("the body is too long")
        whole += (await reader.readexactly(size + 2))[:size]
        if size == 0:
            return bytes(whole)
