"""A session with a mail server: encrypted and checked, or to this very machine; one log-on, never a second guess."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from unyo.connectors.notify import mail_faults as faults
from unyo.connectors.notify.letter import check_address
from unyo.connectors.notify.loopback import is_loopback
from unyo.connectors.trust import trusting
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text

PORTS = {"starttls": 587, "tls": 465, "plain": 25}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mails go. ``security`` is starttls, tls (from the first byte) or plain (loopback only)."""

    host: str
    sender: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: Callable[[], Secret] | None = None
    ca_file: str = ""
    hello: str = ""
    timeout: float = 20.0

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port or PORTS.get(self.security, 0)}"

    def check(self) -> None:
        """BadSetting names what is wrong."""
        if not self.host or not self.sender:
            raise _bad("host and sender are needed", "host と sender が必要です")
        if self.security not in PORTS:
            raise _bad(
                f"security is one of: {', '.join(PORTS)}", f"security は次のいずれか: {', '.join(PORTS)}"
            )
        if self.security == "plain" and not is_loopback(self.host):
            raise _bad(
                "mail goes unencrypted to this very machine only",
                "暗号化なしで送れるのはこの端末自身だけです",
            )
        check_address(self.sender)


@contextmanager
def mail_session(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """A session that is encrypted (or to this machine) and signed on; UnyoError where none comes about."""
    settings.check()
    session = None
    try:
        session = _connected(settings)
        if settings.user:
            _log_on(session, settings)
    except UnyoError:
        _leave(session)
        raise
    except (OSError, smtplib.SMTPException) as error:
        _leave(session)
        raise faults.door_fault(error, settings.server) from None
    try:
        yield session
    finally:
        _leave(session)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    hello = settings.hello or socket.gethostname()
    port = settings.port or PORTS[settings.security]
    if settings.security == "tls":
        return smtplib.SMTP_SSL(
            settings.host, port, hello, timeout=settings.timeout, context=_trust(settings)
        )
    session = smtplib.SMTP(settings.host, port, hello, timeout=settings.timeout)
    if settings.security == "starttls":
        context = _trust(settings)
        try:
            session.ehlo_or_helo_if_needed()
            # Never on without it: whoever sits between could take the offer out of the greeting.
            if not session.has_extn("starttls"):
                raise faults.no_tls(settings.server)
            session.starttls(context=context)
        except BaseException:
            _leave(session)
            raise
    return session


def _trust(settings: MailSettings) -> ssl.SSLContext:
    try:
        return trusting(settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise _bad(
            "the file of trusted certificates cannot be read",
            "認証局証明書ファイルを読めません",
            f"{settings.ca_file} {type(error).__name__}",
        ) from None


def _log_on(session: smtplib.SMTP, settings: MailSettings) -> None:
    """One mechanism, one try: smtplib's own login would try the same wrong password once for each."""
    session.ehlo_or_helo_if_needed()
    offered = session.esmtp_features.get("auth", "").upper().split()
    assert settings.password is not None
    session.user, session.password = settings.user, settings.password().reveal()
    try:
        if "PLAIN" in offered:
            session.auth("PLAIN", session.auth_plain)
        elif "LOGIN" in offered:
            session.auth("LOGIN", session.auth_login)
        else:
            raise smtplib.SMTPNotSupportedError
    except UnicodeError:
        raise _bad(
            "user and password must be ASCII letters for this server",
            "このサーバのユーザとパスワードは半角英数字記号に限られます",
        ) from None
    finally:
        session.password = ""


def _leave(session: smtplib.SMTP | None) -> None:
    if session is None:
        return
    with suppress(OSError, smtplib.SMTPException):
        session.quit()
    session.close()


def _bad(en: str, ja: str, detail: str | None = None) -> BadSetting:
    return BadSetting(
        "notify.mail_settings",
        Text(en, ja),
        Text("mend [mail] in the settings file", "設定ファイルの [mail] を直す"),
        target="[mail]",
        detail=detail,
    )
