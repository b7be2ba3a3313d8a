"""What an exception of the libraries means: one error with a next step, and whether to try again."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pypsrp.exceptions as psrp
import requests
import spnego.exceptions
import winrm.exceptions as winrs

from unyo.connectors.winrm import fault_texts as texts
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.terminal import Terminal

# How pypsrp says that the terminal offered no scheme that was asked for; nobody has tried to log on then.
_NO_COMMON_SCHEME = re.compile(
    "one of the following authentication methods|incompatible with the specified auth"
)
ACCESS_DENIED = 5
NO_CREDENTIALS = 2148074254  # 0x8009030E: no log-on to pass on
OPERATION_TIMED_OUT = 2150858793
SHELL_GONE = 2150858843
QUOTAS = frozenset({2150859173, 2150859174, 2150859175, 2150859176, 2150859177})
# OpenSSL's X509_V_ERR numbers.
_CERTIFICATE = {
    9: texts.CERTIFICATE_NOT_YET,
    10: texts.CERTIFICATE_EXPIRED,
    2: texts.CERTIFICATE_UNKNOWN_CA,
    18: texts.CERTIFICATE_UNKNOWN_CA,
    19: texts.CERTIFICATE_UNKNOWN_CA,
    20: texts.CERTIFICATE_UNKNOWN_CA,
    21: texts.CERTIFICATE_UNKNOWN_CA,
    62: texts.CERTIFICATE_NAME,
    64: texts.CERTIFICATE_NAME,
}


class Again(StrEnum):
    """When another attempt makes sense."""

    NEVER = "never"
    LATER = "later"  # nothing was begun; room may come
    NOW = "now"  # the connection broke


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed attempt."""

    error: UnyoError
    again: Again = Again.NEVER
    logon: bool = False


def explain(error: BaseException, terminal: Terminal, *, sent: bool) -> Fault:
    """The fault behind ``error``; ``sent``: the terminal may have done the work."""
    for cause in _causes(error):
        fault = _known(cause, terminal, sent)
        if fault is not None:
            return fault
    return Fault(said_no(texts.UNEXPECTED, terminal, type(error).__name__))


def _known(cause: BaseException, terminal: Terminal, sent: bool) -> Fault | None:
    match cause:
        case ssl.SSLCertVerificationError():
            known = _CERTIFICATE.get(cause.verify_code, texts.CERTIFICATE)
            return Fault(said_no(known, terminal, cause.verify_message))
        case psrp.AuthenticationError() | ValueError() if _NO_COMMON_SCHEME.search(str(cause)):
            return Fault(said_no(texts.SCHEME, terminal, "401"))
        case psrp.AuthenticationError() | winrs.AuthenticationError():
            return Fault(said_no(texts.LOGON, terminal, "401"), logon=True)
        case winrs.WSManFaultError():
            quota = (cause.fault_subcode or "").endswith("QuotaLimit")
            return _wsman(cause.wsman_fault_code or 0, cause.reason, quota, terminal, sent)
        case psrp.WSManFaultError():
            return _wsman(_number(cause.code), str(cause.reason or ""), False, terminal, sent)
        case winrs.WinRMOperationTimeoutError():
            return Fault(_unreachable(texts.OPERATION_TIMEOUT, terminal, "", sent), Again.NOW)
        case winrs.WinRMTransportError() | psrp.WinRMTransportError():
            return _http(int(cause.code), terminal)
        case spnego.exceptions.SpnegoError():
            return _kerberos(cause, terminal)
        case _ if type(cause).__module__.partition(".")[0] in ("gssapi", "krb5"):
            return _kerberos(cause, terminal)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            # It hung up in the middle of the greeting, as one that restarts does.
            return Fault(_unreachable(texts.BROKEN, terminal, type(cause).__name__, sent), Again.NOW)
        case ssl.SSLError():
            return Fault(said_no(texts.TLS, terminal, str(cause.reason or type(cause).__name__)))
        case OSError() | requests.RequestException() if not _has_deeper(cause):
            return Fault(_unreachable(texts.BROKEN, terminal, type(cause).__name__, sent), Again.NOW)
    return None


def _wsman(code: int, reason: str, quota: bool, terminal: Terminal, sent: bool) -> Fault:
    detail = f"{code} {' '.join(reason.split())}"[:300]
    if quota or code in QUOTAS or "quota" in reason.lower():
        return _full(terminal, detail, Again.NEVER if sent else Again.LATER)
    if code == ACCESS_DENIED:
        return Fault(said_no(texts.RIGHTS, terminal, detail))
    if code == NO_CREDENTIALS:
        return Fault(said_no(texts.DOUBLE_HOP, terminal, detail))
    if code == OPERATION_TIMED_OUT:
        return Fault(_unreachable(texts.OPERATION_TIMEOUT, terminal, detail, sent), Again.NOW)
    if code == SHELL_GONE:
        return Fault(_unreachable(texts.BROKEN, terminal, detail, sent), Again.NOW)
    return Fault(said_no(texts.WSMAN, terminal, detail))


def _http(status: int, terminal: Terminal) -> Fault:
    if status == 401:
        return Fault(said_no(texts.LOGON, terminal, "401"), logon=True)
    if status == 503:
        return _full(terminal, "HTTP 503", Again.LATER)
    return Fault(said_no(texts.HTTP, terminal, f"HTTP {status}"))


def _kerberos(cause: BaseException, terminal: Terminal) -> Fault:
    detail = " ".join(str(cause).split())[-300:]
    lowered = detail.lower()
    if "skew" in lowered:
        return Fault(said_no(texts.KERBEROS_CLOCK, terminal, detail))
    if "not found in kerberos database" in lowered or "server not found" in lowered:
        return Fault(said_no(texts.KERBEROS_NAME, terminal, detail))
    if "preauthentication" in lowered or "password incorrect" in lowered or "revoked" in lowered:
        return Fault(said_no(texts.LOGON, terminal, detail), logon=True)
    if "credential" in lowered or "ticket" in lowered:
        return Fault(said_no(texts.KERBEROS_TICKET, terminal, detail))
    return Fault(said_no(texts.KERBEROS, terminal, detail))


def said_no(known: texts.Known, terminal: Terminal, detail: str) -> TargetSaidNo:
    return TargetSaidNo(known.code, known.what, known.next_step, target=terminal.name, detail=detail or None)


def _unreachable(known: texts.Known, terminal: Terminal, detail: str, sent: bool) -> Unreachable:
    known = texts.REPLY_LOST if sent else known
    return Unreachable(known.code, known.what, known.next_step, target=terminal.name, detail=detail or None)


def _full(terminal: Terminal, detail: str, again: Again) -> Fault:
    """No room for us just now is no refusal: a job waits for it, as for a terminal that is off."""
    code, what, next_step = texts.QUOTA
    return Fault(Unreachable(code, what, next_step, target=terminal.name, detail=detail), again)


def _number(code: object) -> int:
    try:
        return int(str(code))
    except ValueError:
        return 0


def _has_deeper(error: BaseException) -> bool:
    """Whether something inside says more than that the connection broke."""
    telling = (ssl.SSLError, psrp.WinRMError, winrs.WinRMError, spnego.exceptions.SpnegoError)
    return any(isinstance(cause, telling) for cause in _causes(error) if cause is not error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that stand behind it; urllib3 and requests hide theirs in arguments."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]
