"""The part of BER that LDAP uses: definite lengths, tags of one byte."""

from __future__ import annotations

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31

Node = tuple[int, bytes]


class Malformed(Exception):
    """The bytes are no LDAP message."""


def message_length(buffer: bytes | bytearray) -> int | None:
    """How many bytes the first element in the buffer takes, or None while its head is incomplete."""
    if len(buffer) < 2:
        return None
    if buffer[0] != SEQUENCE:
        raise Malformed
    first = buffer[1]
    if first < 0x80:
        return 2 + first
    width = first & 0x7F
    if not 0 < width <= 4:
        raise Malformed
    if len(buffer) < 2 + width:
        return None
    return 2 + width + int.from_bytes(buffer[2 : 2 + width], "big")


def parts(data: bytes) -> list[Node]:
    """The elements that stand one after another in ``data``, as (tag, content)."""
    found: list[Node] = []
    at, end = 0, len(data)
    while at < end:
        if at + 2 > end:
            raise Malformed
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4 or at + width > end:
                raise Malformed
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if at + length > end:
            raise Malformed
        found.append((tag, data[at : at + length]))
        at += length
    return found


def number(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)


def element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    width = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + length.to_bytes(width, "big") + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes | str, tag: int = OCTETS) -> bytes:
    return element(tag, value.encode() if isinstance(value, str) else value)


def sequence(*contents: bytes, tag: int = SEQUENCE) -> bytes:
    return element(tag, b"".join(contents))
