"""Search filters: read from the wire, and tried on entries with three answers (true, false, undefined)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from unyo.lab.directory_simulator import ber
from unyo.lab.directory_simulator.refusal import Code, Refusal

BITS_ALL, BITS_ANY = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"
IN_CHAIN = "1.2.840.113556.1.4.1941"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Filter


@dataclass(frozen=True, slots=True)
class Equal:
    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Ordered:
    """``least`` says which side: at least the value, or at most."""

    name: str
    value: bytes
    least: bool


@dataclass(frozen=True, slots=True)
class Present:
    name: str


@dataclass(frozen=True, slots=True)
class Substring:
    name: str
    start: bytes | None
    middle: tuple[bytes, ...]
    end: bytes | None


@dataclass(frozen=True, slots=True)
class Extensible:
    rule: str
    name: str
    value: bytes


Filter = And | Or | Not | Equal | Ordered | Present | Substring | Extensible


def filter_from(node: ber.Node) -> Filter:
    """A filter off the wire; raises ``Malformed``."""
    tag, content = node
    try:
        return _READERS[tag](content)
    except KeyError:
        raise ber.Malformed from None


def _pair(content: bytes) -> tuple[str, bytes]:
    (_, name), (_, value) = ber.parts(content)
    return name.decode().lower(), value


def _many(content: bytes) -> tuple[Filter, ...]:
    return tuple(filter_from(part) for part in ber.parts(content))


def _substring(content: bytes) -> Filter:
    (_, name), (_, inside) = ber.parts(content)
    pieces = ber.parts(inside)
    return Substring(
        name.decode().lower(),
        next((value for tag, value in pieces if tag == 0x80), None),
        tuple(value for tag, value in pieces if tag == 0x81),
        next((value for tag, value in pieces if tag == 0x82), None),
    )


def _extensible(content: bytes) -> Filter:
    found = dict(ber.parts(content))
    rule, name = found.get(0x81, b"").decode(), found.get(0x82, b"").decode().lower()
    if found.get(0x84, b"\0") != b"\0" or not rule or not name:
        raise Refusal(Code.UNWILLING, "SIMULATOR: unsupported extensible match without a rule and a name")
    return Extensible(rule, name, found[0x83])


_READERS: dict[int, Callable[[bytes], Filter]] = {
    0xA0: lambda content: And(_many(content)),
    0xA1: lambda content: Or(_many(content)),
    0xA2: lambda content: Not(filter_from(ber.parts(content)[0])),
    0xA3: lambda content: Equal(*_pair(content)),
    0xA4: _substring,
    0xA5: lambda content: Ordered(*_pair(content), least=True),
    0xA6: lambda content: Ordered(*_pair(content), least=False),
    0x87: lambda content: Present(content.decode().lower()),
    # Active Directory answers an approximate match as an equality.
    0xA8: lambda content: Equal(*_pair(content)),
    0xA9: _extensible,
}


def all_of(answers: Iterable[bool | None]) -> bool | None:
    seen = set(answers)
    return False if False in seen else None if None in seen else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    seen = set(answers)
    return True if True in seen else None if None in seen else False
