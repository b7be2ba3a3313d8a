"""What PostgreSQL's errors mean: one error with a next step."""

from __future__ import annotations

import psycopg

from unyo.connectors.databases import fault_texts as texts
from unyo.connectors.databases.door import NoSession, NotTaken
from unyo.core.directory import Logon

# libpq gives no code for a log-on that failed; servers say it in their own language.
_DISABLED = ("is not permitted to log in", "ログインを許可されていません", "ログインが許可されていません")
_NOT_ASKED = ("authentication method requirement",)
_CERTIFICATE = ("certificate", "does not support SSL", "SSL error", "root.crt")
_LATER = (
    *("too many", "remaining connection slots", "starting up", "shutting down", "recovery mode"),
    *("closed the connection", "timeout expired", "timed out", "could not receive", "does not exist"),
)


def no_session(error: psycopg.Error, target: str) -> NoSession:
    """Why a log-on failed. A password that was asked for and led to no session counts as refused."""
    said = str(error)
    asked = error.pgconn is not None and error.pgconn.used_password
    if any(mark in said for mark in _NOT_ASKED):
        return NoSession(texts.NOT_ASKED.said_no(target))
    if any(mark in said for mark in _CERTIFICATE):
        return NoSession(texts.CERTIFICATE.said_no(target))
    if any(mark in said for mark in _DISABLED):
        return NoSession(texts.DISABLED.said_no(target), Logon.DISABLED)
    if asked and "FATAL" in said and not any(mark in said for mark in _LATER):
        return NoSession(texts.LOGON.said_no(target), Logon.WRONG)
    return NoSession(texts.UNREACHABLE.unreachable(target, type(error).__name__))


def not_taken(error: psycopg.Error, target: str, *, sent: bool, lost: bool) -> NotTaken:
    """Why a statement was refused; its text may name rules of an extension, and holds a verifier at most."""
    code = error.sqlstate or ""
    if lost or code.startswith(("08", "57")):
        known = texts.REPLY_LOST if sent else texts.LOST
        return NotTaken(known.unreachable(target, code or type(error).__name__), sure=False)
    if code == "42501":
        return NotTaken(texts.RIGHTS.said_no(target, code))
    if code == "25006":
        return NotTaken(texts.READ_ONLY.said_no(target, code))
    if code == "42704":
        return NotTaken(texts.NO_ACCOUNT.said_no(target, code))
    said = " ".join((error.diag.message_primary or "").split())[:200]
    return NotTaken(texts.REFUSED.said_no(target, f"{code} {said}".strip()))
