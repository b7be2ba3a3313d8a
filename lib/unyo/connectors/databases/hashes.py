"""The hashes in which MariaDB keeps passwords, made here: its logs then never see the password itself.

MariaDB writes statements to its general and binary logs as they came, clear text included. It has no
second password beside the first, so the old session stays open until the new password has logged on.
"""

from __future__ import annotations

import base64
import hashlib

from unyo.core.secret import Secret

NATIVE, ED25519 = "mysql_native_password", "ed25519"


def hashed(plugin: str, password: Secret) -> str:
    """What ``SET PASSWORD = '…'`` takes for an account of this plugin; KeyError for any other plugin."""
    return {NATIVE: _native, ED25519: _ed25519}[plugin](password.reveal().encode())


def _native(password: bytes) -> str:
    # SHA-1 is MariaDB's own rule here.
    once = hashlib.sha1(password, usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


def _ed25519(password: bytes) -> str:
    """The public key of Ed25519 whose seed is the password, of any length."""
    from nacl.bindings import crypto_scalarmult_ed25519_base_noclamp

    scalar = bytearray(hashlib.sha512(password).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    return base64.b64encode(crypto_scalarmult_ed25519_base_noclamp(bytes(scalar))).rstrip(b"=").decode()
