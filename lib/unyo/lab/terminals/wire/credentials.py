"""The one account that pyspnego's NTLM acceptor is to verify: its process-wide file, held in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

from spnego._ntlm_raw.crypto import ntowfv1
from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2


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


@dataclass(frozen=True, slots=True)
class Claim:
    """Who an NTLM AUTHENTICATE message says it comes from, and whether it is bound to a certificate."""

    domain: str
    user: str
    bound: bool


def claimed(token: bytes) -> Claim | None:
    """The claim of a message (bare or inside SPNEGO), or None where it is another one."""
    start = token.find(b"NTLMSSP\0\3\0\0\0")
    if start < 0:
        return None
    try:
        message = Authenticate.unpack(token[start:])
        proof = message.nt_challenge_response or b""
        pairs = NTClientChallengeV2.unpack(proof[16:]).av_pairs if len(proof) > 24 else {}
    except (ValueError, IndexError):
        return None
    bound = pairs.get(AvId.channel_bindings, bytes(16)) != bytes(16)
    return Claim(message.domain_name or "", message.user_name or "", bound)


@lru_cache(4096)
def _hash(password: str) -> str:
    return ntowfv1(password).hex().upper()
