"""LDAP requests as values, read from the wire, and the answers written to it (RFC 4511)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from unyo.lab.directory_simulator import ber
from unyo.lab.directory_simulator.filters import Filter, filter_from

RawAttribute = tuple[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Bind:
    version: int
    name: str
    password: bytes | None
    """None for SASL."""


@dataclass(frozen=True, slots=True)
class Unbind:
    """The client leaves."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The client no longer wants an answer; every answer here is already on its way."""


@dataclass(frozen=True, slots=True)
class Search:
    base: str
    scope: int
    size_limit: int
    types_only: bool
    filter: Filter
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modify:
    dn: str
    changes: tuple[tuple[int, str, tuple[bytes, ...]], ...]
    """(0 add, 1 delete, 2 replace; attribute; values)"""


@dataclass(frozen=True, slots=True)
class Add:
    dn: str
    attributes: tuple[RawAttribute, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    dn: str


@dataclass(frozen=True, slots=True)
class Rename:
    dn: str
    new_rdn: str
    delete_old: bool
    new_parent: str | None


@dataclass(frozen=True, slots=True)
class Compare:
    dn: str
    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Extended:
    oid: str
    value: bytes | None


Request = Bind | Unbind | Abandon | Search | Modify | Add | Delete | Rename | Compare | Extended


@dataclass(frozen=True, slots=True)
class Control:
    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class Message:
    number: int
    request: Request
    controls: tuple[Control, ...]


def read_message(data: bytes) -> Message:
    """One whole message; raises ``Malformed``."""
    try:
        (_, inside), *rest = ber.parts(data)
        if rest:
            raise ber.Malformed
        (_, number), (tag, content), *more = ber.parts(inside)
        controls = tuple(_control(item) for _, item in ber.parts(more[0][1])) if more else ()
        return Message(ber.number(number), _READERS[tag](content), controls)
    except (ValueError, IndexError, KeyError) as error:
        raise ber.Malformed from error


def _control(data: bytes) -> Control:
    (_, oid), *rest = ber.parts(data)
    critical = any(tag == ber.BOOLEAN and content != b"\0" for tag, content in rest)
    value = next((content for tag, content in rest if tag == ber.OCTETS), b"")
    return Control(oid.decode(), critical, value)


def _bind(content: bytes) -> Bind:
    (_, version), (_, name), (kind, secret) = ber.parts(content)
    return Bind(ber.number(version), name.decode(), secret if kind == 0x80 else None)


def _search(content: bytes) -> Search:
    base, scope, _, size, _, types_only, wanted, names = ber.parts(content)
    return Search(
        base[1].decode(),
        ber.number(scope[1]),
        ber.number(size[1]),
        types_only[1] != b"\0",
        filter_from(wanted),
        tuple(name.decode() for _, name in ber.parts(names[1])),
    )


def _attribute(content: bytes) -> RawAttribute:
    (_, name), (_, values) = ber.parts(content)
    return name.decode(), tuple(value for _, value in ber.parts(values))


def _modify(content: bytes) -> Modify:
    (_, dn), (_, changes) = ber.parts(content)
    read = []
    for _, change in ber.parts(changes):
        (_, kind), (_, attribute) = ber.parts(change)
        read.append((ber.number(kind), *_attribute(attribute)))
    return Modify(dn.decode(), tuple(read))


def _add(content: bytes) -> Add:
    (_, dn), (_, attributes) = ber.parts(content)
    return Add(dn.decode(), tuple(_attribute(item) for _, item in ber.parts(attributes)))


def _rename(content: bytes) -> Rename:
    (_, dn), (_, rdn), (_, delete_old), *rest = ber.parts(content)
    return Rename(dn.decode(), rdn.decode(), delete_old != b"\0", rest[0][1].decode() if rest else None)


def _compare(content: bytes) -> Compare:
    (_, dn), (_, assertion) = ber.parts(content)
    (_, name), (_, value) = ber.parts(assertion)
    return Compare(dn.decode(), name.decode(), value)


def _extended(content: bytes) -> Extended:
    (_, oid), *rest = ber.parts(content)
    return Extended(oid.decode(), rest[0][1] if rest else None)


_READERS: dict[int, Callable[[bytes], Request]] = {
    0x60: _bind,
    0x42: lambda _: Unbind(),
    0x50: lambda _: Abandon(),
    0x63: _search,
    0x66: _modify,
    0x68: _add,
    0x4A: lambda content: Delete(content.decode()),
    0x6C: _rename,
    0x6E: _compare,
    0x77: _extended,
}

# The tag of the answer to each request; a search is answered by its closing message.
ANSWER_TAG: dict[type[Request], int] = {
    Bind: 0x61,
    Search: 0x65,
    Modify: 0x67,
    Add: 0x69,
    Delete: 0x6B,
    Rename: 0x6D,
    Compare: 0x6F,
    Extended: 0x78,
}


def answer(
    number: int,
    tag: int,
    code: int,
    text: str = "",
    matched: str = "",
    extra: bytes = b"",
    controls: bytes = b"",
) -> bytes:
    """A closing message; ``extra`` follows the result (the name and value of an extended answer)."""
    result = ber.integer(code, ber.ENUMERATED) + ber.octets(matched) + ber.octets(text) + extra
    tail = ber.element(0xA0, controls) if controls else b""
    return ber.sequence(ber.integer(number), ber.element(tag, result), tail)


def found(number: int, dn: str, attributes: Iterable[tuple[str, Sequence[bytes]]]) -> bytes:
    """One entry of a search."""
    listed = b"".join(
        ber.sequence(ber.octets(name), ber.element(ber.SET, b"".join(map(ber.octets, values))))
        for name, values in attributes
    )
    return ber.sequence(ber.integer(number), ber.element(0x64, ber.octets(dn) + ber.sequence(listed)))


def control(oid: str, value: bytes) -> bytes:
    return ber.sequence(ber.octets(oid), ber.octets(value))
