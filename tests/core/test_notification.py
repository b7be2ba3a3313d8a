"""Who is told of what, and that nothing leaves but what is on the list."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import Any

import pytest

from unyo.core.errors import BadInput
from unyo.core.job_state import JobState
from unyo.core.notification import JobFacts, Occurrence, Subscription, seen
from unyo.core.notification_text import SHOWN_LINES, message_of
from unyo.core.notification_words import ABOUT, FIELDS, TITLES, allowed_fields
from unyo.core.text import Language, Text

NOW = datetime(2027, 3, 25, 1, 0, tzinfo=timezone.utc)
CANARY = "canary-Kx93vL"


def job(state: JobState = JobState.PLANNED, **more: Any) -> JobFacts:
    values: dict[str, Any] = {
        "number": "J-12",
        "runbook": "passwords.rotate",
        "title": Text("new passwords", "パスワードの変更"),
        "state": state,
        "requester": "tanaka",
        "reason": "quarterly",
        "risk": "GUARDED",
        "digest": "ab" * 32,
    }
    return JobFacts(**(values | more))


def event(
    kind: str = "job.planned", seq: int = 1, about: JobFacts | None = None, **fields: Any
) -> Occurrence:
    return seen(seq, NOW + timedelta(seconds=seq), kind, "tanaka", fields, about)


def test_a_kind_fits_a_pattern() -> None:
    wish = Subscription(("job.*", "vault.read"))
    assert [wish.wants(event(kind)) for kind in ("job.ended", "vault.read", "vault.sealed")] == [
        True,
        True,
        False,
    ]


def test_a_filter_looks_at_the_event_and_at_its_job() -> None:
    wish = Subscription(("job.ended",), {"state": ("FAILED", "PARTIAL"), "runbook": ("passwords.*",)})

    assert wish.wants(event("job.ended", about=job(), state="FAILED"))
    assert not wish.wants(event("job.ended", about=job(), state="DONE"))
    assert not wish.wants(event("job.ended", about=job(runbook="accounts.create"), state="FAILED"))


def test_an_unwanted_word_fits_where_there_is_no_such_field() -> None:
    wish = Subscription(("*",), {"state": ("!DONE",)})

    assert wish.wants(event("operator.removed", name="suzuki"))
    assert not wish.wants(event("job.ended", about=job(), state="DONE"))


def test_a_filter_that_could_never_fit_is_refused() -> None:
    with pytest.raises(BadInput, match=r"notify\.filter"):
        Subscription(("job.*",), {"password": ("x",)}).check()
    with pytest.raises(BadInput, match=r"notify\.no_events"):
        Subscription(()).check()


@pytest.mark.parametrize("about", ABOUT)
def test_ready_made_subscriptions_are_sound(about: str) -> None:
    _, patterns, filters = ABOUT[about]
    Subscription(patterns, filters).check()
    # A kind that nobody has given a title is misspelt.
    assert [each for each in patterns if not any(fnmatchcase(kind, each) for kind in TITLES)] == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "kind",
    ["job.requested", "job.planned", "step.ended", "vault.read", "vault.sealed", "box.opened", "people.x"],
)
def test_what_is_not_on_the_list_never_leaves(kind: str, language: Language) -> None:
    """Whatever an event carries one day: a field that nobody allowed is in no message."""
    names = ["params", "seen", "detail", "password", "before", "after", "value", "blob", "$secret"]
    fields: dict[str, Any] = dict.fromkeys(names, CANARY)
    told = event(kind, about=job(), **fields)
    several = [told, event(kind, 2, job(), password=CANARY)]

    for message in (message_of([told], 1, language, "x"), message_of(several, 2, language, "x")):
        assert CANARY not in message.text + message.subject


def test_every_allowed_field_has_a_name_for_people() -> None:
    kinds = ["job.requested", "job.planned", "step.ended", "schedule.x", "trigger.x", "passwords.sealed"]
    kinds += ["passwords.moved", "passwords.checked_in", "vault.read", "vault.x", "breakglass.exported"]
    kinds += ["operator.removed", "incident.declared", "handover.done", "notification.failed"]
    for kind in kinds:
        assert allowed_fields(kind)
        assert allowed_fields(kind) <= set(FIELDS)


def test_a_plan_that_waits_says_how_to_approve_it() -> None:
    message = message_of([event(about=job())], 1, Language.JA, "x")

    assert message.subject == "[unyo] 計画の承認待ち: J-12 パスワードの変更"
    assert f'unyo approve 12 --digest {"ab" * 6} --reason "…"' in message.text
    assert "依頼者: tanaka" in message.text


def test_a_plan_that_was_approved_meanwhile_waits_no_more() -> None:
    assert event(about=job()).still_holds
    assert not event(about=job(JobState.APPROVED)).still_holds
    assert event("job.ended", about=job(JobState.FAILED)).still_holds


def test_many_events_are_one_message_with_the_first_lines_and_the_sums() -> None:
    events = [
        event("step.ended", n, job(), lock=f"terminal:PC{n:03}", outcome="FAILED", code="winrm.refused")
        for n in range(1, 101)
    ]
    message = message_of(events, 400, Language.EN, "x")

    assert message.subject == "[unyo] 400 times: step ended"
    assert len(message.lines) == SHOWN_LINES + 1
    assert message.lines[-1] == "… and 380 more"
    assert ("code", "winrm.refused 100") in message.facts


def test_a_message_is_never_broken_by_what_people_write() -> None:
    told = event("passwords.checked_in", label="core-sw\r\nBcc: x@y.example\u202e", reason="a\n" * 500)
    message = message_of([told], 1, Language.EN, "x")

    assert "\n" not in message.subject
    assert "\u202e" not in message.text
    assert all(len(value) <= 200 for _, value in message.facts)


def test_times_are_told_in_japan() -> None:
    told = event("vault.read", until="2027-03-25T03:30:00+00:00", path="passwords/core/admin")
    assert ("期限", "2027-03-25 12:30 JST") in message_of([told], 1, Language.JA, "x").facts
