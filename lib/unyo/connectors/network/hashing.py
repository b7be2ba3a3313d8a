"""The hashes in which IOS keeps secrets: type 8 (PBKDF2) and type 9 (scrypt).

A device that shows one of them takes one too: so the password itself need not be typed into its
configuration, where a command log or an archive could keep it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from unyo.core.secret import Secret

_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CISCO = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_CISCO = bytes.maketrans(_PLAIN, _CISCO)
_SALT = 14

COMPUTED = ("8", "9")
"""The types that can be computed here."""


def hashed(kind: str, password: Secret) -> str:
    """The password as type 8 or 9 with a fresh salt: ``$9$salt$digest``."""
    salt = "".join(secrets.choice(_CISCO.decode()) for _ in range(_SALT))
    return f"${kind}${salt}${_digest(kind, salt, password.reveal())}"


def matches(stored: str, password: str) -> bool:
    """Whether a password gives a stored hash of type 8 or 9; ValueError for any other text."""
    parts = stored.split("$")
    if len(parts) != 4 or parts[0] or parts[1] not in COMPUTED:
        raise ValueError("not a hash of type 8 or 9")
    return hmac.compare_digest(_digest(parts[1], parts[2], password), parts[3])


def _digest(kind: str, salt: str, password: str) -> str:
    given = password.encode()
    if kind == "8":
        raw = hashlib.pbkdf2_hmac("sha256", given, salt.encode(), 20_000, 32)
    elif kind == "9":
        raw = hashlib.scrypt(given, salt=salt.encode(), n=16_384, r=1, p=1, dklen=32)
    else:
        raise ValueError("only types 8 and 9 are computed here")
    return base64.b64encode(raw).rstrip(b"=").translate(_TO_CISCO).decode()
