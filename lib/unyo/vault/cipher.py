"""Sealing and opening: AES-256-GCM, bound to the name, the version and the key it was sealed with."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text

KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the vault; ``id`` may be shown, ``material`` is the key itself in base64."""

    id: str
    material: Secret

    def cipher(self) -> AESGCM:
        return AESGCM(base64.b64decode(self.material.reveal()))


def seal(key: Key, path: str, version: int, secret: Secret) -> bytes:
    """Format byte, nonce, ciphertext with tag; moved to another row it no longer opens."""
    nonce = os.urandom(_NONCE_BYTES)
    bound = _bound(key, path, version)
    return _FORMAT + nonce + key.cipher().encrypt(nonce, secret.reveal().encode(), bound)


def unseal(key: Key, path: str, version: int, blob: bytes) -> Secret:
    """The secret; BadSetting where the key is another one or the row was touched."""
    nonce, sealed = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    try:
        if blob[:1] != _FORMAT or len(nonce) != _NONCE_BYTES:
            raise InvalidTag
        return Secret(key.cipher().decrypt(nonce, sealed, _bound(key, path, version)).decode())
    except InvalidTag:
        raise BadSetting(
            "vault.cannot_open",
            Text(
                f"key {key.id} does not open it: another key, or the row was changed",
                f"鍵 {key.id} では開けません(鍵違い、またはデータの改変)",
            ),
            Text(
                "use the key it was sealed with, or restore the row from a backup; nothing was lost",
                "封印時の鍵を使うか、バックアップから復元する。失われたものはありません",
            ),
            target=path,
        ) from None


def _bound(key: Key, path: str, version: int) -> bytes:
    """What the seal vouches for besides the secret; a key's id holds no colon, so no two rows share it."""
    return _FORMAT + f"unyo:{key.id}:{version}:{path}".encode()
