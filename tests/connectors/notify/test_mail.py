"""Mails to a real SMTP server: encrypted, signed on once, readable in Japanese, honest about refusals."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import pytest

from support.post import NOW, PASSWORD, Papers, settings_of, to
from unyo.connectors.notify.letter import check_address
from unyo.connectors.notify.mail import MailCarrier, MailMessenger
from unyo.connectors.notify.mail_session import MailSettings
from unyo.core.errors import BadInput, BadSetting, TargetSaidNo, Unreachable, UnyoError
from unyo.core.post import Delivery
from unyo.core.text import Language, Text
from unyo.lab.mail_server import MailServer

DESK = "desk@city.example"


def codes(answers: list[Delivery]) -> list[str]:
    return [answer.error.code if answer.error else "" for answer in answers]


def delivered(settings: MailSettings, *addresses: str) -> list[Delivery]:
    return list(MailCarrier(settings).deliver([to(address) for address in addresses]))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_encrypted_and_signed_on(papers: Papers, security: str) -> None:
    with MailServer(security, papers.certificate, papers.key, "unyo", PASSWORD) as server:
        assert codes(delivered(settings_of(server, papers.ca), DESK, DESK)) == ["", ""]

    assert server.log_ons == ["unyo"]
    assert [mail.to for mail in server.mails] == [(DESK,), (DESK,)]


def test_japanese_arrives_as_it_was_written() -> None:
    subject = "[unyo] 計画の承認待ち: J-12 高橋﨑・𠮷田の端末のパスワード変更(重大)" * 2
    facts = (("依頼者", "髙橋"), ("理由", "臨時点検〜のため"))
    with MailServer() as server:
        list(MailCarrier(settings_of(server)).deliver([to(DESK, subject=subject, facts=facts)]))

    (mail,) = server.mails
    assert mail.message["Subject"] == subject
    assert "依頼者: 髙橋\n理由: 臨時点検〜のため" in mail.text
    assert mail.raw.isascii()
    assert all(len(line) <= 998 for line in mail.raw.splitlines())
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_a_repeated_mail_has_the_same_message_id() -> None:
    with MailServer() as server:
        for _ in range(2):
            delivered(settings_of(server), DESK)

    assert [mail.message["Message-ID"] for mail in server.mails] == ["<unyo-test-1@city.example>"] * 2


def test_without_starttls_nothing_is_sent() -> None:
    with MailServer() as server:
        settings = dataclasses.replace(settings_of(server), security="starttls")
        assert codes(delivered(settings, DESK)) == ["notify.no_tls"]

    assert not server.mails


def test_an_unknown_authority_is_not_spoken_to(papers: Papers) -> None:
    with MailServer("starttls", papers.certificate, papers.key, "unyo", PASSWORD) as server:
        (answer,) = delivered(settings_of(server), DESK)

    assert isinstance(answer.error, BadSetting)
    assert answer.error.code == "notify.certificate"
    assert answer.whole
    assert not server.log_ons


def test_a_wrong_password_is_tried_once_and_never_shown(
    papers: Papers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with MailServer("tls", papers.certificate, papers.key, "unyo", "another") as server:
        answers = delivered(settings_of(server, papers.ca), DESK, DESK, DESK)

    assert codes(answers) == ["notify.log_on"] * 3
    assert server.log_ons == ["unyo"]
    assert PASSWORD not in str(answers[0].error) + repr(answers) + caplog.text


def test_mail_goes_unencrypted_to_this_machine_only() -> None:
    settings = MailSettings("mail.city.example", "unyo@city.example", security="plain")
    (answer,) = delivered(settings, DESK)

    assert isinstance(answer.error, BadSetting)
    assert answer.error.code == "notify.mail_settings"


def test_a_refused_recipient_does_not_keep_the_others_from_theirs() -> None:
    with MailServer(refusals={"gone@city.example": "550 5.1.1 no such user"}) as server:
        answers = delivered(settings_of(server), DESK, "gone@city.example", DESK)

    assert codes(answers) == ["", "notify.recipient", ""]
    assert isinstance(answers[1].error, TargetSaidNo)
    assert answers[1].error.detail == "550 5.1.1 no such user"
    assert len(server.mails) == 2


def test_a_server_that_asks_to_wait_is_asked_again_later() -> None:
    refusals = {"grey@city.example": "450 4.7.1 greylisted"}
    with MailServer(refusals=refusals, answers=["452 4.3.1 full"]) as server:
        answers = delivered(settings_of(server), "grey@city.example", DESK)

    assert codes(answers) == ["notify.later", "notify.later"]
    assert all(isinstance(answer.error, Unreachable) for answer in answers)


def test_what_a_server_says_of_a_text_is_not_quoted() -> None:
    with MailServer(answers=["554 5.7.1 forbidden words: 承認".encode().decode("latin-1")]) as server:
        (answer,) = delivered(settings_of(server), DESK)

    assert answer.error is not None
    assert (answer.error.code, answer.error.detail) == ("notify.refused", "554 5.7.1")


def test_a_slow_server_is_left_and_the_rest_waits() -> None:
    with MailServer(delay=0.6) as server:
        settings = dataclasses.replace(settings_of(server), timeout=0.2)
        answers = delivered(settings, DESK, DESK)

    assert codes(answers) == ["notify.no_answer", "notify.no_answer"]
    assert answers[0].whole


def test_a_lost_reply_is_no_success() -> None:
    with MailServer(answers=[""]) as server:
        (answer,) = delivered(settings_of(server), DESK)

    assert codes([answer]) == ["notify.no_answer"]
    assert len(server.mails) == 1


def test_a_server_that_is_down_answers_again_when_it_is_up() -> None:
    server = MailServer()
    server.start()
    settings = settings_of(server)
    server.stop()
    assert codes(delivered(settings, DESK)) == ["notify.no_answer"]

    with server:
        assert codes(delivered(settings, DESK)) == [""]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "desk",
        "desk@",
        "a b@city.example",
        "desk@city.example\nBcc: x@y.example",
        "窓口@city.example",
        "<a@b>",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput, match=r"notify\.address"):
        check_address(address)


def test_a_code_for_a_person_goes_at_once_in_their_language() -> None:
    with MailServer() as server:
        messenger = MailMessenger(settings_of(server), Language.JA, lambda: NOW)
        messenger.send(DESK, Text("Code", "確認コード"), Text("Your code: 42", "コード: 42"))

    (mail,) = server.mails
    assert (mail.message["Subject"], mail.text) == ("確認コード", "コード: 42\n")


def test_a_code_that_cannot_be_sent_is_an_error_without_the_code() -> None:
    with MailServer(answers=["554 5.7.1 no"]) as server:
        messenger = MailMessenger(settings_of(server), Language.EN, lambda: NOW)
        with pytest.raises(TargetSaidNo) as caught:
            messenger.send(DESK, Text("Code", "確認コード"), Text("canary-code-42", "canary-code-42"))

    assert "canary" not in str(caught.value) + repr(caught.value.__context__)


def test_a_missing_file_of_authorities_is_named(papers: Papers, tmp_path: Path) -> None:
    with MailServer("tls", papers.certificate, papers.key) as server:
        (answer,) = delivered(settings_of(server, tmp_path / "none.pem"), DESK)

    assert isinstance(answer.error, UnyoError)
    assert "none.pem" in (answer.error.detail or "")
