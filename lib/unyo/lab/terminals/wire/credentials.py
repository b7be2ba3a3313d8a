"""The one account that pyspnego's NTLM acceptor is to verify: its process-wide file, held in memory."""

from __future__ import annotations

import os
from functools import lru_cache

from spnego._ntlm_raw.crypto import ntowfv1
from spnego._ntlm_raw.messages import Authenticate


class CredentialFile:
    """pyspnego looks credentials up in the file that NTLM_USER_FILE names, one file for the whole process.

    It is rewritten right before each verification, with nothing in between, and holds one account at most:
    that of the terminal that asks. Nothing of it is ever on a disk.
    """

    def __init__(self) -> None:
        self._handle = os.memfd_create("ntlm-users", os.MFD_CLOEXEC)
        os.environ["NTLM_USER_FILE"] = f"/proc/self/fd/{self._handle}"

    def hold(self, domain: str, name: str, password: str) -> None:
        """Make this account the only one; the names exactly as the client wrote them."""
        account = f"{domain}\\{name}" if domain else name
        line = f"{account}:0:{'0' * 32}:{_hash(password)}:[U]:LCT-0\n".encode()
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, line, 0)

    def clear(self) -> None:
        os.ftruncate(self._handle, 0)


CREDENTIALS = CredentialFile()


def claimed(token: bytes) -> tuple[str, str] | None:
    """Domain and user that an NTLM AUTHENTICATE message (bare or inside SPNEGO) claims, or None."""
    start = token.find(b"NTLMSSP\0\3\0\0\0")
    if start < 0:
        return None
    try:
        message = Authenticate.unpack(token[start:])
    except (ValueError, IndexError):
        return None
    return message.domain_name or "", message.user_name or ""


@lru_cache(4096)
def _hash(password: str) -> str:
    return ntowfv1(password).hex().upper()
