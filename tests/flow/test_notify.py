"""From events to mails: none is lost, none floods, and a plan that waits reaches who may approve it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock, box_road
from support.journey import approved, planned, worked
from support.post import office
from support.staffing import employ
from unyo.core.notification import Subscription
from unyo.core.text import Language
from unyo.flow.context import Owner, Road
from unyo.flow.notify import pump
from unyo.lab.mail_server import MailServer

DESK = "desk@city.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def road(sqlite_ledger: Path, tmp_path: Path, clock: SetClock) -> Road:
    employ()
    return box_road(tmp_path, clock)


@pytest.fixture
def posted(road: Road, server: MailServer) -> Road:
    """The road with a mail server."""
    return dataclasses.replace(road, post=office(server, {"mail": {"kind": "mail"}}))


def subscribed(road: Road, *patterns: str, filters: Any = None, channel: str = "mail", **more: Any) -> Any:
    from unyo.ledger.subscriptions import subscribe

    values = {"who": "suzuki", "address": DESK, "language": Language.EN, "by": "suzuki"} | more
    wish = Subscription(patterns, filters or {})
    return subscribe(channel=channel, wish=wish, at=road.tools.clock.now(), **values)


def happened(road: Road, kind: str, count: int = 1, **fields: Any) -> None:
    from unyo.ledger.chain import NewEvent, append

    append([NewEvent(kind, "tanaka", fields=fields) for _ in range(count)], road.tools.clock.now())


def pumped(road: Road, clock: SetClock, seconds: float = 0) -> None:
    clock.step(timedelta(seconds=seconds))
    pump(road, Owner.this_process())


def subjects(server: MailServer) -> list[str]:
    return [str(mail.message["Subject"]) for mail in server.mails]


def outbox() -> list[Any]:
    from unyo.ledger.models import OutboxMessage

    return list(OutboxMessage.objects.order_by("pk"))


def test_a_plan_that_waits_reaches_the_approver(
    posted: Road, clock: SetClock, server: MailServer, shelf: Path
) -> None:
    subscribed(posted, "job.planned")
    job = planned(posted, shelf, "a.box")
    pumped(posted, clock)
    assert server.mails == []

    pumped(posted, clock, 10)

    (mail,) = server.mails
    assert mail.to == (DESK,)
    assert f"unyo approve {job.pk} --digest {job.digest[:12]}" in mail.text


def test_a_plan_approved_at_once_is_nobodys_mail(
    posted: Road, clock: SetClock, server: MailServer, shelf: Path
) -> None:
    subscribed(posted, "job.planned")
    approved(posted, shelf, "a.box")
    pumped(posted, clock, 0)
    pumped(posted, clock, 10)

    assert server.mails == []
    assert [row.state for row in outbox()] == ["moot"]


def test_the_end_of_a_job_tells_its_outcomes(
    posted: Road, clock: SetClock, server: MailServer, shelf: Path
) -> None:
    subscribed(posted, "job.ended", filters={"state": ["!DONE"]})
    worked(posted, approved(posted, shelf, "a.box"))
    worked(posted, approved(posted, shelf, "b.box", "locked.box"))
    pumped(posted, clock, 0)

    (mail,) = server.mails
    assert "PARTIAL" in str(mail.message["Subject"])
    assert "outcomes: DONE 1, FAILED 1" in mail.text
    assert "causes: box.locked 1" in mail.text


def test_nothing_from_before_a_subscription_is_told(
    posted: Road, clock: SetClock, server: MailServer
) -> None:
    happened(posted, "incident.declared", reason="old")
    subscribed(posted, "incident.*")
    happened(posted, "incident.declared", reason="new")
    subscribed(posted, "incident.*", address="late@city.example")
    pumped(posted, clock)

    assert subjects(server) == ["[unyo] incident declared: new"]


def test_four_hundred_failures_are_not_four_hundred_mails(
    posted: Road, clock: SetClock, server: MailServer
) -> None:
    subscribed(posted, "step.ended")
    for _ in range(8):
        happened(posted, "step.ended", 50, outcome="FAILED", lock="terminal:PC1")
        pumped(posted, clock, 60)
    pumped(posted, clock, 600)

    counts = [int(subject.split()[1]) for subject in subjects(server)]
    assert sum(counts) == 400
    assert len(counts) <= 4


def test_mail_that_cannot_go_now_goes_later(posted: Road, clock: SetClock, server: MailServer) -> None:
    subscribed(posted, "incident.*")
    server.stop()
    happened(posted, "incident.declared", reason="fire")
    pumped(posted, clock)
    (row,) = outbox()
    assert (row.state, row.attempts, row.error["code"]) == ("waiting", 1, "notify.no_answer")

    server.start()
    pumped(posted, clock, 30)
    assert server.mails == []
    pumped(posted, clock, 31)

    assert subjects(server) == ["[unyo] incident declared: fire"]
    assert [row.state for row in outbox()] == ["sent"]


def test_a_server_that_is_down_is_asked_once_a_round_not_once_a_message(
    posted: Road, clock: SetClock, server: MailServer
) -> None:
    for name in ("a", "b", "c"):
        subscribed(posted, "incident.*", address=f"{name}@city.example")
    server.stop()
    happened(posted, "incident.declared")
    pumped(posted, clock)
    assert [row.attempts for row in outbox()] == [1, 0, 0]

    pumped(posted, clock, 5)
    assert [row.attempts for row in outbox()] == [1, 0, 0]


def test_what_was_tried_stays_as_it_was(posted: Road, clock: SetClock, server: MailServer) -> None:
    """It may have arrived: a second copy must be the same mail, not one that says more."""
    subscribed(posted, "incident.*")
    server.answers = [""]
    happened(posted, "incident.declared", reason="first")
    pumped(posted, clock)
    happened(posted, "incident.declared", reason="second")
    pumped(posted, clock, 61)
    pumped(posted, clock, 301)

    ids = [str(mail.message["Message-ID"]) for mail in server.mails]
    assert subjects(server) == [f"[unyo] incident declared: {name}" for name in ("first", "first", "second")]
    assert ids[0] == ids[1] != ids[2]


def test_a_refused_recipient_fails_visibly_and_is_told_elsewhere(
    posted: Road, clock: SetClock, server: MailServer
) -> None:
    server.refusals = {DESK: "550 5.1.1 no such user"}
    channels = {"mail": {"kind": "mail"}, "second": {"kind": "mail"}}
    road = dataclasses.replace(posted, post=office(server, channels))
    subscribed(road, "incident.*")
    subscribed(road, "notification.failed", channel="second", address="ops@city.example")
    subscribed(road, "notification.failed")
    happened(road, "incident.declared")
    pumped(road, clock)
    pumped(road, clock, 1)

    assert [row.state for row in outbox()] == ["failed", "sent"]
    assert "notify.recipient" in server.mails[0].text


def test_after_three_days_a_message_has_failed(posted: Road, clock: SetClock, server: MailServer) -> None:
    subscribed(posted, "incident.*")
    happened(posted, "incident.declared")
    server.stop()
    for _ in range(22):
        pumped(posted, clock, 4 * 3600)

    (row,) = outbox()
    assert row.state == "failed"
    assert row.attempts >= 18


def test_nothing_is_sent_any_more_once_a_subscription_ended(
    posted: Road, clock: SetClock, server: MailServer
) -> None:
    from unyo.ledger.subscriptions import unsubscribe

    wish = subscribed(posted, "incident.*")
    server.stop()
    happened(posted, "incident.declared")
    pumped(posted, clock)
    unsubscribe(wish.pk, "suzuki", clock.now())
    server.start()
    happened(posted, "incident.declared")
    pumped(posted, clock, 61)

    assert server.mails == []
    assert [row.state for row in outbox()] == ["moot"]


def test_a_channel_that_is_gone_keeps_its_messages(posted: Road, clock: SetClock, server: MailServer) -> None:
    subscribed(posted, "incident.*", channel="teams", address="")
    happened(posted, "incident.declared")
    pumped(posted, clock)

    (row,) = outbox()
    assert (row.state, row.error["code"]) == ("waiting", "notify.no_channel")


def test_what_a_dead_worker_had_is_sent_again(posted: Road, clock: SetClock, server: MailServer) -> None:
    from unyo.ledger.models import OutboxMessage

    subscribed(posted, "incident.*")
    happened(posted, "incident.declared")
    pumped(posted, clock)
    me = Owner.this_process()
    dead = dataclasses.replace(me, born="long ago").name
    OutboxMessage.objects.update(state="sending", owner=me.name, sent_at=None)
    pumped(posted, clock)
    assert len(server.mails) == 1

    OutboxMessage.objects.update(owner=dead)
    pumped(posted, clock)
    assert len({str(mail.message["Message-ID"]) for mail in server.mails}) == 1
    assert len(server.mails) == 2


@pytest.mark.postgresql
def test_on_postgresql_too(
    postgresql_ledger: None, tmp_path: Path, clock: SetClock, server: MailServer
) -> None:
    employ()
    road = dataclasses.replace(box_road(tmp_path, clock), post=office(server, {"mail": {"kind": "mail"}}))
    subscribed(road, "incident.*")
    for name in ("first", "second", "third"):
        happened(road, "incident.declared", reason=name)
        server.answers = ["451 later"] if name == "first" else []
        pumped(road, clock, 61)
    pumped(road, clock, 301)

    assert subjects(server) == ["[unyo] incident declared: first", "[unyo] 2 times: incident declared"]
    assert {row.state for row in outbox()} == {"sent"}
