"""What MariaDB's error numbers mean: one error with a next step."""

from __future__ import annotations

import ssl

import pymysql

from unyo.connectors.databases import fault_texts as texts
from unyo.connectors.databases.door import NoSession, NotTaken
from unyo.core.directory import Logon

_LOST = frozenset({0, 2006, 2013, 2014, 2055, 1053, 1158, 1159, 1160, 1161, 1927})
_RIGHTS = frozenset({1044, 1045, 1131, 1132, 1142, 1143, 1227, 1370})
_LOGONS = {
    1045: (texts.LOGON, Logon.WRONG),
    1698: (texts.LOGON, Logon.WRONG),
    1820: (texts.MUST_CHANGE, Logon.MUST_CHANGE),
    1862: (texts.MUST_CHANGE, Logon.MUST_CHANGE),
    4150: (texts.LOCKED, Logon.LOCKED),
    4151: (texts.DISABLED, Logon.DISABLED),
}


def no_session(error: BaseException, target: str) -> NoSession:
    """Why a log-on failed; texts of the server are left out where a number says it all."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NoSession(texts.CERTIFICATE.said_no(target, cause.verify_message))
    code = _number(error)
    if code in _LOGONS:
        known, logon = _LOGONS[code]
        return NoSession(known.said_no(target, str(code)), logon)
    if code == 2026 or isinstance(error, ssl.SSLError):
        return NoSession(texts.CERTIFICATE.said_no(target, type(error).__name__))
    if isinstance(error, RuntimeError):
        # The library says so where the server asks for a plugin that it does not have.
        return NoSession(texts.PLUGIN.said_no(target))
    return NoSession(texts.UNREACHABLE.unreachable(target, f"{type(error).__name__} {code or ''}".strip()))


def not_taken(error: BaseException, target: str) -> NotTaken:
    """Why a statement was refused. Its text may quote the statement, but only a hash stands in that."""
    code, said = _number(error), str(error.args[1] if len(error.args) > 1 else "")
    if code in _RIGHTS:
        return NotTaken(texts.RIGHTS.said_no(target, str(code)))
    if code in (1820, 1862):
        return NotTaken(texts.MUST_CHANGE.said_no(target, str(code)))
    if code == 1290 and "strict-password-validation" in said:
        return NotTaken(texts.CLEAR_TEXT_ONLY.said_no(target, str(code)))
    if code in (1290, 1836):
        return NotTaken(texts.READ_ONLY.said_no(target, str(code)))
    if code in (1133, 1396, 1449):
        return NotTaken(texts.NO_ACCOUNT.said_no(target, str(code)))
    return NotTaken(texts.REFUSED.said_no(target, f"{type(error).__name__} {code}"))


def broken(error: pymysql.MySQLError) -> bool:
    return _number(error) in _LOST


def _number(error: BaseException) -> int:
    return int(error.args[0]) if error.args and isinstance(error.args[0], int) else 0


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        original = getattr(current, "original_exception", None)
        current = original or current.__cause__ or current.__context__
    return found
