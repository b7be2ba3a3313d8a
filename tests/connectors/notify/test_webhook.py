"""Messages to a chat's webhook over real HTTP: its shape, its retries by cause, and its address kept secret."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from support.post import NOW, TOKEN, Hook, Papers, hook, message, office
from unyo.connectors.notify import webhook
from unyo.connectors.notify.channels import channels_from, patience_from
from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
from unyo.core.post import Addressed, Delivery

TRICKY = "@everyone <https://evil.example|click> **bold** [link](https://evil.example)"


@pytest.fixture
def chat() -> Iterator[Hook]:
    with hook() as running:
        yield running


def sent(address: str, kind: str = "json", many: int = 1, ca_file: str = "", **more: Any) -> list[Delivery]:
    channels = {"chat": {"kind": kind, "url": "notify/chat", "ca_file": ca_file}}
    carrier = office(None, channels, {"notify/chat": address}).carrier("chat")
    return list(carrier.deliver([Addressed(message(**more))] * many))


def test_teams_gets_an_adaptive_card_without_markup(chat: Hook) -> None:
    sent(chat.address, "teams", facts=(("理由", TRICKY),), commands=("unyo approve 12",))

    (attachment,) = chat.got[0]["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    body = attachment["content"]["body"]
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert [run["text"] for block in body for run in block["inlines"]] == [
        "[unyo] 承認待ち",
        f"理由: {TRICKY}",
        "unyo approve 12",
    ]


def test_slack_gets_plain_text_that_calls_nobody(chat: Hook) -> None:
    sent(chat.address, "slack", subject=TRICKY, facts=(("reason", TRICKY),))

    (got,) = chat.got
    assert {block["text"]["type"] for block in got["blocks"]} == {"plain_text"}
    assert "<" not in got["text"]


def test_a_program_gets_the_id_by_which_a_copy_is_known(chat: Hook) -> None:
    assert [answer.error for answer in sent(chat.address, many=2)] == [None, None]
    assert [got["id"] for got in chat.got] == ["unyo-test-1"] * 2
    assert chat.paths[0] == f"/hooks/{TOKEN}"


def test_it_speaks_https_and_checks_who_answers(papers: Papers) -> None:
    with hook(papers) as chat:
        assert sent(chat.address, ca_file=str(papers.ca))[0].error is None
        (untrusted,) = sent(chat.address)

    assert isinstance(untrusted.error, BadSetting)
    assert untrusted.error.code == "notify.certificate"
    assert len(chat.got) == 1


@pytest.mark.parametrize(
    "address", [f"http://chat.example/hooks/{TOKEN}", f"ftp://127.0.0.1/{TOKEN}", TOKEN, f"https:///{TOKEN}"]
)
def test_the_token_never_travels_in_clear(address: str) -> None:
    (answer,) = sent(address)

    assert isinstance(answer.error, BadSetting)
    assert answer.error.code == "notify.webhook_address"
    assert TOKEN not in str(answer.error) + json.dumps(answer.error.as_json())


@pytest.mark.parametrize(
    ("status", "error", "code", "whole"),
    [
        (429, Unreachable, "notify.later", True),
        (503, Unreachable, "notify.later", True),
        (404, BadSetting, "notify.webhook_gone", True),
        (302, BadSetting, "notify.webhook_gone", True),
        (400, TargetSaidNo, "notify.refused", False),
    ],
)
def test_each_refusal_has_its_cause(
    chat: Hook, status: int, error: type[Exception], code: str, whole: bool
) -> None:
    chat.answers = [(status, {}, f"invalid_payload at {chat.address}")]
    (answer,) = sent(chat.address)

    assert isinstance(answer.error, error)
    assert (answer.error.code, answer.whole) == (code, whole)
    assert TOKEN not in str(answer.error)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 25 Mar 2027 01:10:00 GMT", timedelta(minutes=10)),
        ("999999", timedelta(hours=4)),
        ("soon", None),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(chat: Hook, asked: str, wait: timedelta | None) -> None:
    chat.answers = [(429, {"Retry-After": asked}, "")]
    assert sent(chat.address)[0].again_in == wait
    assert NOW.year == 2027


def test_a_silent_chat_is_left_and_the_rest_waits(chat: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_TIMEOUT", httpx.Timeout(0.2))
    answered = threading.Event()
    chat.silent = lambda: (answered.wait(2), None)[1]
    answers = sent(chat.address, many=3)
    answered.set()

    assert [answer.error.code for answer in answers if answer.error] == ["notify.no_answer"] * 3
    assert len(chat.got) <= 1


def test_no_log_ever_holds_the_address(chat: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    chat.answers = [(200, {}, "ok"), (404, {}, "no_service")]
    answers = sent(chat.address, many=2)
    silent = sent("https://127.0.0.1:1/" + TOKEN)

    assert TOKEN not in caplog.text + repr(answers) + repr(silent)
    assert answers[1].error is not None
    assert answers[1].error.detail == "HTTP 404 no_service"


@pytest.mark.parametrize(
    "loaded",
    [
        {"channels": {"chat": {"kind": "pigeon", "url": "x"}}},
        {"channels": {"chat": {"kind": "teams"}}},
        {"channels": {"chat": {"kind": "teams", "url": f"https://x.example/{TOKEN}"}}},
        {"channels": {"mail": {"kind": "mail", "password": TOKEN}}},
        {"channel": {}},
    ],
)
def test_a_wrong_file_of_channels_is_named_and_not_quoted(loaded: dict[str, Any]) -> None:
    with pytest.raises(BadSetting, match=r"notify\.channels") as caught:
        channels_from(loaded)
    assert TOKEN not in str(caught.value)


def test_a_wrong_patience_is_named() -> None:
    with pytest.raises(BadSetting, match=r"retry_minutes"):
        patience_from({"retry_minutes": []})
    with pytest.raises(BadSetting, match=r"gather_seconds"):
        patience_from({"gather_seconds": {"*": "long"}})
