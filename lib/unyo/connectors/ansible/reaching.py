"""Why a terminal was not reached, out of the sentence in which Ansible says so."""

from __future__ import annotations

import re

from unyo.connectors.winrm import fault_texts as texts
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text

# The first that matches; what answered and said no is not tried again, so that no account is locked.
_SAID_NO = (
    # A wrong password would have got no ticket.
    (r"kerberos: the specified credentials were rejected", texts.KERBEROS_REFUSED),
    (
        r"credentials were rejected|failed to authenticate|authentication failure|access is denied",
        texts.LOGON,
    ),
    (r"401.*unauthorized|invalid credentials|logon failure|bad username or", texts.LOGON),
    (r"certificate has expired", texts.CERTIFICATE_EXPIRED),
    (r"certificate is not yet valid", texts.CERTIFICATE_NOT_YET),
    (r"self.signed certificate|unable to get (local )?issuer", texts.CERTIFICATE_UNKNOWN_CA),
    (r"hostname mismatch|ip address mismatch|certificate is not valid for", texts.CERTIFICATE_NAME),
    (r"certificate verify failed|certificate_verify_failed", texts.CERTIFICATE),
    (r"clock skew", texts.KERBEROS_CLOCK),
    (r"not found in kerberos database|server not found", texts.KERBEROS_NAME),
    (r"kerberos auth failure|no kerberos credentials|kinit", texts.KERBEROS),
)
_LATER = (
    (
        r"quotalimit|maximum number of (\d+ )?concurrent|wsmanfault_code': 21508591(73|74|75|76|77)",
        texts.QUOTA,
    ),
    (r"operationtimeout|operation timed out|read timed out", texts.OPERATION_TIMEOUT),
)
# Words of the connection itself in the middle of a task, not of a module that quotes some other connection.
_BROKEN = re.compile(
    r"task failed: (?!module|action).*(connection aborted|remote end closed|connection reset|broken pipe|"
    r"max retries exceeded|failed to establish|eof occurred)",
    re.IGNORECASE,
)


def not_reached(name: str, said: str) -> UnyoError:
    """A TargetSaidNo where the terminal answered and turned us away, else Unreachable."""
    for pattern, known in _SAID_NO:
        if re.search(pattern, said, re.IGNORECASE):
            return TargetSaidNo(known.code, known.what, known.next_step, target=name, detail=said)
    for pattern, known in _LATER:
        if re.search(pattern, said, re.IGNORECASE):
            return Unreachable(known.code, known.what, known.next_step, target=name, detail=said)
    return Unreachable(
        "ansible.unreachable",
        Text("the terminal did not answer", "端末が応答しません"),
        Text("check that it is on and reachable, then resume", "電源と通信を確認してから再開する"),
        target=name,
        detail=said or None,
    )


def broke(said: str) -> bool:
    """Whether a failed task's words say that the connection broke under it: the work may have been done."""
    return _BROKEN.match(said) is not None


def reply_lost(name: str, said: str) -> Unreachable:
    known = texts.REPLY_LOST
    return Unreachable(known.code, known.what, known.next_step, target=name, detail=said)
