"""What a mail server's refusals mean to a person; its words are quoted only where they can hold no secret."""

from __future__ import annotations

import re
import smtplib
import ssl

from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text

_ENHANCED = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
_CHECK = Text("check [mail] in the settings: unyo doctor", "設定の [mail] を確認: unyo doctor")
_AGAIN = Text("nothing is lost: it is tried again by itself", "未送信分は自動的に再送されます")


def door_fault(error: Exception, server: str) -> UnyoError:
    """Why no session came about: nothing was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return BadSetting(
            "notify.certificate",
            Text("the mail server's certificate cannot be trusted", "メールサーバの証明書を検証できません"),
            Text(
                "check host and ca_file in [mail]; nothing was sent",
                "[mail] の host と ca_file を確認する(送信していません)",
            ),
            target=server,
            detail=error.verify_message,
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if 400 <= error.smtp_code < 500:
            return later(server, error.smtp_code, error.smtp_error)
        return BadSetting(
            "notify.log_on",
            Text("the mail server refused the log-on", "メールサーバにログオンできません"),
            Text(
                "check user in [mail] and seal the password anew: unyo vault seal mail/password",
                "[mail] の user を確認し、パスワードを封印し直す: unyo vault seal mail/password",
            ),
            target=server,
            detail=_code(error.smtp_code, error.smtp_error),
        )
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code >= 500:
            return _closed(server, error)
        return later(server, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _lacking(server)
    if isinstance(error, ssl.SSLError):
        return BadSetting(
            "notify.tls",
            Text("no secure connection could be made", "暗号化接続を確立できません"),
            Text("check port and security in [mail]", "[mail] の port と security を確認する"),
            target=server,
            detail=error.reason or type(error).__name__,
        )
    return silent(server, error)


def silent(server: str, error: Exception) -> UnyoError:
    what = Text("the mail server does not answer", "メールサーバから応答がありません")
    return Unreachable("notify.no_answer", what, _AGAIN, target=server, detail=type(error).__name__)


def no_tls(server: str) -> UnyoError:
    return BadSetting(
        "notify.no_tls",
        Text("the mail server offers no STARTTLS", "メールサーバが STARTTLS に対応していません"),
        Text(
            'nothing was sent; set [mail] security = "tls" (port 465), or have STARTTLS enabled',
            '送信していません。[mail] security = "tls"(465 番)にするか、STARTTLS を有効にしてもらう',
        ),
        target=server,
    )


def later(server: str, code: int, said: bytes | str) -> UnyoError:
    what = Text("the mail server asks to try later", "メールサーバが一時的に受け付けません")
    return Unreachable("notify.later", what, _AGAIN, target=server, detail=_code(code, said))


def recipient_refused(address: str, code: int, said: bytes | str) -> UnyoError:
    """The words are quoted: only the two addresses were known to the server so far."""
    return TargetSaidNo(
        "notify.recipient",
        Text("the mail server knows no such recipient", "宛先がメールサーバに拒否されました"),
        Text(
            "check the address: unyo notify list; then unyo notify retry",
            "宛先を確認: unyo notify list。その後 unyo notify retry",
        ),
        target=address,
        detail=f"{code} {_printable(said)}",
    )


def sender_refused(sender: str, code: int, said: bytes | str) -> UnyoError:
    return BadSetting(
        "notify.sender",
        Text("the mail server does not take this sender", "送信元アドレスがメールサーバに拒否されました"),
        Text("check sender and user in [mail]", "[mail] の sender と user を確認する"),
        target=sender,
        detail=f"{code} {_printable(said)}",
    )


def refused(address: str, code: int, said: bytes | str) -> UnyoError:
    """What the server says of a text may quote the text, so that only its code is kept."""
    return TargetSaidNo(
        "notify.refused",
        Text("the mail server refused the message", "メールサーバがメッセージを拒否しました"),
        Text("ask the mail server's administrator", "メールサーバの管理者に確認する"),
        target=address,
        detail=_code(code, said),
    )


def _closed(server: str, error: smtplib.SMTPResponseException) -> UnyoError:
    return BadSetting(
        "notify.closed",
        Text("the mail server does not talk to this machine", "メールサーバがこの端末の接続を拒否しました"),
        _CHECK,
        target=server,
        detail=_code(error.smtp_code, error.smtp_error),
    )


def _lacking(server: str) -> UnyoError:
    return BadSetting(
        "notify.no_log_on",
        Text("the mail server offers no log-on that unyo knows", "対応できる認証方式がありません"),
        Text(
            "it must offer AUTH PLAIN or LOGIN; or leave user out of [mail]",
            "AUTH PLAIN か LOGIN が必要。認証不要なら [mail] の user を外す",
        ),
        target=server,
    )


def _code(code: int, said: bytes | str) -> str:
    found = _ENHANCED.search(said if isinstance(said, bytes) else said.encode(errors="replace"))
    return f"{code} {found[0].decode()}" if found else str(code)


def _printable(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return "".join(letter for letter in text if letter.isprintable())[:200]
