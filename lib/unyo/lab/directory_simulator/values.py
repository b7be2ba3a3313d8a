"""Values on the wire: checked by syntax, made comparable, and times as Active Directory counts them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from unyo.core.dn import join_dn, split_dn, unescape_rdn
from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.refusal import Code, attribute, constraint
from unyo.lab.directory_simulator.schema import Attribute

NEVER = 0x7FFFFFFFFFFFFFFF
_EPOCH = datetime(1601, 1, 1, tzinfo=timezone.utc)
_TEXTS = frozenset({"text", "caseless", "ascii", "digits", "oid", "other"})
_INTEGERS = {"integer": 31, "integer64": 63}


def ticks(instant: datetime) -> int:
    """The instant in units of 100 ns since 1601."""
    return (instant - _EPOCH) // timedelta(microseconds=1) * 10


def generalized(instant: datetime) -> bytes:
    return instant.strftime("%Y%m%d%H%M%S.0Z").encode()


def sid_bytes(text: str) -> bytes:
    parts = [int(part) for part in text.split("-")[1:]]
    revision, authority, *rest = parts
    return bytes((revision, len(rest))) + authority.to_bytes(6, "big") + struct.pack(f"<{len(rest)}I", *rest)


def check(known: Attribute, value: bytes) -> bytes:
    """The value as the directory keeps it; a value of the wrong kind or length is refused."""
    wrong = attribute(Code.SYNTAX, "00000057", "1005 (CONSTRAINT_ATT_TYPE)", known.name)
    if not value:
        raise wrong
    if known.syntax in _INTEGERS:
        return str(_whole(value, _INTEGERS[known.syntax], wrong)).encode()
    if known.syntax == "boolean" and value not in (b"TRUE", b"FALSE"):
        raise wrong
    length = len(value)
    if known.syntax in _TEXTS:
        try:
            length = units(value.decode())
        except UnicodeDecodeError:
            raise wrong from None
    if known.longest is not None and length > known.longest:
        raise constraint("00002082", known.name)
    return value


def _whole(value: bytes, bits: int, wrong: Exception) -> int:
    try:
        whole = int(value)
    except ValueError:
        raise wrong from None
    if not -(1 << bits) <= whole < 1 << bits:
        raise wrong
    return whole


def units(text: str) -> int:
    """The length as Windows counts it, in UTF-16 units: 𠮷 is two."""
    return len(text.encode("utf-16-le")) // 2


def comparable(syntax: str) -> Callable[[bytes], str]:
    """How values of a syntax are made equal where Active Directory takes them for equal."""
    return _COMPARABLE.get(syntax, _text)


def _text(value: bytes) -> str:
    return fold(value.decode("utf-8", "surrogateescape"))


def _octets(value: bytes) -> str:
    return value.decode("latin-1")


def _number(value: bytes) -> str:
    try:
        return str(int(value))
    except ValueError:
        return ""


def _sid(value: bytes) -> str:
    if value[:2] in (b"S-", b"s-"):
        try:
            return _octets(sid_bytes(value.decode()))
        except (ValueError, UnicodeDecodeError, struct.error):
            return ""
    return _octets(value)


def _name(value: bytes) -> str:
    return fold_name(value.decode("utf-8", "surrogateescape"))


def fold_name(dn: str) -> str:
    return join_dn(*(fold_rdn(part) for part in split_dn(dn)))


def fold_rdn(rdn: str) -> str:
    kind, _, value = rdn.partition("=")
    return f"{kind.strip().lower()}={fold(unescape_rdn(value.strip()))}"


_COMPARABLE: dict[str, Callable[[bytes], str]] = {
    "octets": _octets,
    "integer": _number,
    "integer64": _number,
    "sid": _sid,
    "dn": _name,
}
