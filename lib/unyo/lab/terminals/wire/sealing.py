"""Message encryption of WS-Management ([MS-WSMV] 2.2.9.1): multipart bodies sealed by the log-on's context."""

from __future__ import annotations

import re
import struct
from typing import Protocol

from spnego._context import WinRMWrapResult

_BOUNDARY = b"--Encrypted Boundary"
_TYPE = re.compile(r'^multipart/encrypted;\s*protocol="([^"]+)"', re.IGNORECASE)
_LENGTH = re.compile(rb"OriginalContent:[^\r\n]*Length=(\d+)", re.IGNORECASE)
_OCTETS = b"Content-Type: application/octet-stream\r\n"


class NotSealed(Exception):
    """The body is not what its headers say, or was changed on its way."""


class Sealer(Protocol):
    """The part of a security context that seals; both directions count their messages."""

    def wrap_winrm(self, data: bytes) -> WinRMWrapResult: ...
    def unwrap_winrm(self, header: bytes, data: bytes) -> bytes: ...


def protocol_of(content_type: str) -> str | None:
    """The protocol that an encrypted body names, such as application/HTTP-SPNEGO-session-encrypted."""
    match = _TYPE.match(content_type)
    return match[1] if match else None


def unseal(body: bytes, sealer: Sealer) -> bytes:
    """The message inside; NotSealed where it is broken."""
    try:
        length = int(_LENGTH.search(body, 0, 1000)[1])  # type: ignore[index]
        start = body.index(_OCTETS, 0, 1000) + len(_OCTETS)
        sealed = body[start : body.rindex(_BOUNDARY + b"--")]
        (size,) = struct.unpack_from("<I", sealed)
        message = sealer.unwrap_winrm(sealed[4 : 4 + size], sealed[4 + size :])
    except Exception as error:
        raise NotSealed(f"{type(error).__name__}: {error}") from error
    if len(message) != length:
        raise NotSealed(f"{len(message)} bytes instead of {length}")
    return message


def seal(message: bytes, protocol: str, sealer: Sealer) -> tuple[str, bytes]:
    """The content type and the body that carry a message sealed."""
    sealed = sealer.wrap_winrm(message)
    length = len(message) + sealed.padding_length
    body = (
        _BOUNDARY
        + f"\r\n\tContent-Type: {protocol}\r\n".encode()
        + f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={length}\r\n".encode()
        + _BOUNDARY
        + b"\r\n\t"
        + _OCTETS
        + struct.pack("<I", len(sealed.header))
        + sealed.header
        + sealed.data
        + _BOUNDARY
        + b"--\r\n"
    )
    return f'multipart/encrypted;protocol="{protocol}";boundary="Encrypted Boundary"', body
