"""Messages as mails over SMTP, one session for many."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid

from unyo.connectors.notify import mail_faults as faults
from unyo.connectors.notify.letter import letter
from unyo.connectors.notify.mail_session import MailSettings, mail_session
from unyo.core.errors import UnyoError
from unyo.core.post import Addressed, Delivery
from unyo.core.text import Language, Text


class MailCarrier:
    """core.post.Carrier over one mail server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def check(self) -> None:
        self._settings.check()

    def deliver(self, messages: Sequence[Addressed]) -> Iterator[Delivery]:
        """One session for all; where that breaks, the rest is answered by why."""
        sent = 0
        try:
            with mail_session(self._settings) as session:
                for each in messages:
                    answer = _sent(session, self._settings, each)
                    sent += 1
                    yield answer
                    if answer.whole:
                        break
        except UnyoError as error:
            answer = Delivery(error, whole=True)
        for _ in messages[sent:]:
            yield answer


class MailMessenger:
    """core.desk.Messenger: one short mail at once, kept nowhere."""

    def __init__(self, settings: MailSettings, language: Language, now: Callable[[], datetime]) -> None:
        self._settings, self._language, self._now = settings, language, now

    def send(self, address: str, subject: Text, body: Text) -> None:
        id = make_msgid(domain="unyo").strip("<>").partition("@")[0]
        say = self._language
        made = letter(
            self._settings.sender,
            address,
            subject.in_language(say),
            body.in_language(say),
            self._now(),
            id,
            say,
        )
        with mail_session(self._settings) as session:
            error = hand_over(session, self._settings, address, made)
        if error is not None:
            raise error


def _sent(session: smtplib.SMTP, settings: MailSettings, each: Addressed) -> Delivery:
    message = each.message
    try:
        made = letter(
            settings.sender,
            each.address,
            message.subject,
            message.text,
            message.at,
            message.id,
            message.language,
        )
    except UnyoError as error:
        return Delivery(error)
    fault = hand_over(session, settings, each.address, made)
    return Delivery(fault, whole=fault is not None and fault.code in ("notify.no_answer", "notify.sender"))


def hand_over(
    session: smtplib.SMTP, settings: MailSettings, address: str, made: EmailMessage
) -> UnyoError | None:
    """Give the server one mail; None once it has taken it."""
    try:
        session.sendmail(settings.sender, [address], made.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[address]
        if 400 <= code < 500:
            return faults.later(address, code, said)
        return faults.recipient_refused(address, code, said)
    except smtplib.SMTPSenderRefused as error:
        if 400 <= error.smtp_code < 500:
            return faults.later(settings.server, error.smtp_code, error.smtp_error)
        return faults.sender_refused(settings.sender, error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        if 400 <= error.smtp_code < 500:
            return faults.later(settings.server, error.smtp_code, error.smtp_error)
        return faults.refused(address, error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return faults.silent(settings.server, error)
    return None
