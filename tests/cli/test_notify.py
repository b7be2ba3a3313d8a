"""unyo notify: subscribing, trying a way, seeing what became of messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.at_the_desk import Desk
from support.post import settings_of
from unyo.flow.context import Owner
from unyo.flow.notify import pump
from unyo.lab.mail_server import MailServer
from unyo.ledger.chain import NewEvent, append
from unyo.settings import load_settings
from unyo.wiring import Toolbox, build_road


@pytest.fixture
def server(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as running:
        monkeypatch.setattr(Toolbox, "mail_settings", lambda _: settings_of(running))
        yield running


def test_without_a_mail_server_the_channel_says_what_is_missing(desk: Desk) -> None:
    (mail,) = desk.answer("notify", "channels")
    assert (mail["name"], mail["obstacle"]) == ("mail", "host and sender are needed")
    refused = desk.answer("notify", "test", "--to", "a@b.example", code=2)
    assert refused["error"]["code"] == "notify.mail_settings"


def test_from_subscribing_to_a_message(desk: Desk, server: MailServer) -> None:
    made = desk.answer(
        *("notify", "subscribe", "--about", "passwords", "--to", "ops@city.example", "--language", "ja")
    )
    assert made["who"] == "tanaka"
    road = build_road(load_settings())
    told = {"path": "passwords/core/admin", "reason": "点検"}
    append([NewEvent("vault.read", "suzuki", fields=told)], road.tools.clock.now())
    pump(road, Owner.this_process())

    (mail,) = server.mails
    assert "passwords/core/admin" in mail.text
    assert [row["state"] for row in desk.answer("notify", "outbox")] == ["sent"]
    desk.unyo("notify", "unsubscribe", str(made["subscription"]))
    assert desk.answer("notify", "list") == []


def test_a_failed_message_can_be_tried_again(desk: Desk, server: MailServer) -> None:
    desk.unyo("notify", "subscribe", "--events", "incident.*", "--to", "ops@city.example")
    road = build_road(load_settings())
    server.refusals = {"ops@city.example": "550 5.1.1 unknown"}
    append([NewEvent("incident.declared", "suzuki")], road.tools.clock.now())
    pump(road, Owner.this_process())
    (row,) = desk.answer("notify", "outbox", "--state", "failed")
    assert row["error"]["code"] == "notify.recipient"

    server.refusals = {}
    assert desk.answer("notify", "retry", str(row["message"])) == {"messages": 1}
    pump(road, Owner.this_process())
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--about", "failures", "--to", "nobody"), "notify.address"),
        (("--to", "a@b.example"), "notify.no_events"),
        (("--events", "job.*", "--to", "a@b.example", "--filter", "colour=red"), "notify.filter"),
        (("--events", "job.*", "--channel", "pigeon"), "notify.no_channel"),
    ],
)
def test_a_wish_that_could_not_be_met_is_refused(desk: Desk, words: tuple[str, ...], code: str) -> None:
    assert desk.answer("notify", "subscribe", *words, code=2)["error"]["code"] == code
    assert desk.answer("notify", "list") == []


def test_a_test_message_goes_at_once(desk: Desk, server: MailServer) -> None:
    assert desk.answer("notify", "test", "--to", "ops@city.example")["sent"]
    assert len(server.mails) == 1


def test_the_doctor_sees_a_channel_that_cannot_work_and_messages_that_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> dict[str, str]:
        (found,) = (c for c in desk.answer("doctor", code=1) if c["check"]["en"] == "messages")
        return {"found": found["found"], "code": (found["error"] or {}).get("code", "")}

    assert told()["found"] == "0 subscriptions over -, 0 messages waiting"
    desk.unyo("notify", "subscribe", "--events", "incident.*", "--to", "ops@city.example")
    assert told()["code"] == "notify.mail_settings"
    with MailServer(refusals={"ops@city.example": "550 5.1.1 unknown"}) as server:
        monkeypatch.setattr(Toolbox, "mail_settings", lambda _: settings_of(server))
        road = build_road(load_settings())
        append([NewEvent("incident.declared", "suzuki")], road.tools.clock.now())
        pump(road, Owner.this_process())
    assert told()["code"] == "doctor.messages"


def test_a_mistyped_event_is_told_at_once(desk: Desk, server: MailServer) -> None:
    to = ("--to", "ops@city.example")
    assert "paswords.*" in desk.unyo("notify", "subscribe", "--events", "paswords.*", *to).out
    assert "passwords.*" not in desk.unyo("notify", "subscribe", "--events", "passwords.*", *to).out
