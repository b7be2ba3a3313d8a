"""The shadow file of a lab host: passwords are hashed into it and compared with it, as the host does."""

from __future__ import annotations

import ctypes
import hmac
import secrets
import threading

from unyo.core.secret import Secret

_turn = threading.Lock()


def unavailable() -> str | None:
    """Why passwords cannot be hashed here, or None."""
    try:
        _library()
    except OSError:
        return "libcrypt.so.1 is missing"
    return None


def hashed(password: Secret) -> str:
    """As SHA-512 crypt with few rounds: a lab is started often."""
    return _crypt(password.reveal(), f"$6$rounds=1000${secrets.token_hex(8)}$")


def opens(line: str, password: Secret) -> bool:
    """Whether the password is the one in an account's line; a locked account's is none."""
    stored = line.split(":")[1]
    return stored[:1] not in ("", "!", "*") and hmac.compare_digest(_crypt(password.reveal(), stored), stored)


def _crypt(password: str, setting: str) -> str:
    with _turn:  # the library keeps its answer in one place
        answer = _library().crypt(password.encode(), setting.encode())
    if not answer or answer.startswith(b"*"):
        raise RuntimeError("libcrypt cannot hash this")
    return bytes(answer).decode()


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library
