"""Stored secrets of an emulated switch: type 5 (MD5), 8, 9, and the readable types 0 and 7."""

from __future__ import annotations

import hashlib
import hmac

from unyo.connectors.network.hashing import COMPUTED, matches

_ITOA = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ORDER = ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5))
_VIGENERE = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def opens(kind: str, stored: str, password: str) -> bool:
    """Whether a password fits what is stored as ``secret KIND STORED`` or ``password KIND STORED``."""
    if kind in COMPUTED:
        return matches(stored, password)
    if kind == "5":
        return hmac.compare_digest(type_5(password, stored.split("$")[2]), stored)
    return hmac.compare_digest(_readable(stored) if kind == "7" else stored, password)


def type_7(password: str, start: int = 8) -> str:
    """The reversible form that ``service password-encryption`` writes."""
    mixed = (
        f"{ord(letter) ^ _VIGENERE[(start + at) % len(_VIGENERE)]:02X}" for at, letter in enumerate(password)
    )
    return f"{start:02d}" + "".join(mixed)


def type_5(password: str, salt: str) -> str:
    """MD5 crypt, as IOS and old Unix systems have it."""
    given, grain = password.encode(), salt.encode()
    inner = hashlib.md5(given + grain + given, usedforsecurity=False).digest()
    text = given + b"$1$" + grain + (inner * 16)[: len(given)]
    length = len(given)
    while length:
        text += b"\0" if length & 1 else given[:1]
        length >>= 1
    digest = hashlib.md5(text, usedforsecurity=False).digest()
    for turn in range(1000):
        text = given if turn & 1 else digest
        text += grain if turn % 3 else b""
        text += given if turn % 7 else b""
        text += digest if turn & 1 else given
        digest = hashlib.md5(text, usedforsecurity=False).digest()
    groups = [_letters(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in _ORDER]
    return f"$1${salt}${''.join(groups)}{_letters(digest[11], 2)}"


def _letters(number: int, count: int) -> str:
    return "".join(_ITOA[number >> 6 * at & 63] for at in range(count))


def _readable(stored: str) -> str:
    start, mixed = int(stored[:2]), bytes.fromhex(stored[2:])
    return "".join(chr(byte ^ _VIGENERE[(start + at) % len(_VIGENERE)]) for at, byte in enumerate(mixed))
