"""A password held for a while: asked for, approved, read on record, given back, renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.lending import CANARY, CORE, SECOND, SERVICE, Lending
from unyo.core.errors import BadInput, BadSetting, NotFound, Refused
from unyo.flow.approval import refuse
from unyo.flow.checkouts import check_in
from unyo.flow.context import Owner
from unyo.flow.reading import read_once
from unyo.flow.triggers import follow
from unyo.flow.worker import Worker
from unyo.ledger.models import Approval, CheckoutRecord, CredentialRecord, Event, Operator, TriggeredRun
from unyo.ledger.readings import read_by
from unyo.runbooks.passwords.rules.checkout_policy import checkout_policy


@pytest.fixture
def desk(sqlite_ledger: Path, tmp_path: Path) -> Lending:
    return Lending(tmp_path)


def test_from_asking_to_a_new_password(desk: Lending) -> None:
    record = desk.lent()
    assert (record.state, record.holder) == ("open", "tanaka")
    assert desk.tools.credentials.standing([CORE])[CORE].checked_out

    shown = read_once(desk.road, CORE, "tanaka")
    assert (shown.password.reveal(), shown.version) == (f"{CANARY}-{CORE}", 1)

    desk.pass_time(minutes=20)
    check_in(desk.road, CORE, "tanaka")
    known = CredentialRecord.objects.get(path=CORE)
    assert known.rotate_by == desk.tools.clock.now()

    follow(desk.road, Owner.this_process())
    (run,) = TriggeredRun.objects.all()
    assert (run.trigger, run.scope, run.preapproved) == ("checked_in", {"path": [CORE]}, True)

    desk.renew(CORE, "Canary-new")
    desk.ticked()
    record.refresh_from_db()
    assert record.settled_at == desk.tools.clock.now()
    assert CredentialRecord.objects.get(path=CORE).rotate_by is None


def test_the_reading_is_on_record_before_anything_is_shown(
    desk: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cannot write the event does not see the password."""
    desk.lent()

    def full(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("unyo.flow.reading.append", full)
    with pytest.raises(OSError, match="no space"):
        read_once(desk.road, CORE, "tanaka")
    assert CheckoutRecord.objects.get().shown_at is None

    monkeypatch.undo()
    read_once(desk.road, CORE, "tanaka")
    (event,) = desk.events("vault.read")
    assert (event["path"], event["operator"], event["reason"]) == (
        f"{CORE}#1",
        "tanaka",
        "power failure in the server room",
    )


def test_a_key_that_is_missing_is_no_reading(desk: Lending) -> None:
    desk.lent()
    desk.tools.settings.key_file.unlink()
    with pytest.raises(BadSetting):
        read_once(desk.road, CORE, "tanaka")
    assert desk.events("vault.read") == []


def test_it_is_shown_once_and_again_only_with_a_reason(desk: Lending) -> None:
    desk.lent()
    read_once(desk.road, CORE, "tanaka")
    with pytest.raises(Refused, match=r"checkout\.read_before"):
        read_once(desk.road, CORE, "tanaka")
    read_once(desk.road, CORE, "tanaka", again="the window was closed")

    assert [(event["again"], event["reason"]) for event in desk.events("vault.read")][1] == (
        True,
        "the window was closed",
    )


def test_nobody_but_the_holder_reads_it(desk: Lending) -> None:
    desk.lent()
    for other in ("suzuki", "sato"):
        with pytest.raises(NotFound, match=r"checkout\.none"):
            read_once(desk.road, CORE, other)
    assert desk.events("vault.read") == []


def test_a_second_person_is_told_who_has_it(desk: Lending) -> None:
    desk.lent()
    with pytest.raises(Refused, match="tanaka has it until 2027-03-25 13:00"):
        desk.asked(holder="suzuki")


def test_of_two_that_were_approved_only_one_is_given(desk: Lending) -> None:
    from unyo.flow.approval import approve

    first, second = desk.asked(), desk.asked(holder="suzuki")
    approve(desk.road, first.job, "suzuki", "agreed", first.job.digest)
    approve(desk.road, second.job, "tanaka", "agreed", second.job.digest)
    Worker(desk.road).run_until_idle()
    desk.ticked()

    assert list(CheckoutRecord.objects.order_by("pk").values_list("state", flat=True)) == ["open", "refused"]
    second.job.refresh_from_db()
    assert second.job.steps.get().code == "checkout.held"


def test_nothing_is_read_before_it_is_approved(desk: Lending) -> None:
    desk.asked()
    with pytest.raises(Refused, match=r"checkout\.not_open"):
        read_once(desk.road, CORE, "tanaka")


def test_a_refused_request_gives_nothing(desk: Lending) -> None:
    asked = desk.asked()
    refuse(desk.road, asked.job, "suzuki", "not tonight")
    desk.ticked()
    assert CheckoutRecord.objects.get().state == "refused"


def test_a_request_that_nobody_answers_expires(desk: Lending) -> None:
    desk.asked()
    desk.pass_time(hours=337)
    desk.ticked()
    assert CheckoutRecord.objects.get().state == "refused"


def test_when_the_time_is_over_it_ends_and_is_renewed(desk: Lending) -> None:
    desk.lent(minutes=30)
    read_once(desk.road, CORE, "tanaka")
    desk.pass_time(minutes=30)
    with pytest.raises(Refused, match=r"checkout\.not_open"):
        read_once(desk.road, CORE, "tanaka", again="late")
    desk.ticked()

    (event,) = desk.events("passwords.checkout_expired")
    assert (event["path"], event["read"]) == (CORE, True)
    follow(desk.road, Owner.this_process())
    assert TriggeredRun.objects.get().trigger == "checkout_expired"


def test_what_was_never_read_needs_no_new_password(desk: Lending) -> None:
    desk.lent(minutes=30)
    desk.pass_time(minutes=31)
    desk.ticked()
    follow(desk.road, Owner.this_process())

    assert len(desk.events("passwords.checkout_unused")) == 1
    assert not TriggeredRun.objects.exists()
    assert not CredentialRecord.objects.filter(path=CORE, rotate_by__isnull=False).exists()


def test_a_rotation_that_does_not_come_leaves_the_account_marked_and_visible(desk: Lending) -> None:
    desk.lent()
    read_once(desk.road, CORE, "tanaka")
    check_in(desk.road, CORE, "tanaka")
    desk.pass_time(days=7)
    desk.ticked()

    assert CheckoutRecord.objects.get().settled_at is None
    standing = desk.tools.credentials.standing([CORE])[CORE]
    assert "tanaka" in standing.rotate_reason
    codes = [finding["code"] for finding in desk.asked(holder="suzuki").job.plan["findings"]]
    assert codes == ["checkout.known"]


def test_the_officer_checks_in_for_somebody_else_with_a_reason(desk: Lending) -> None:
    desk.lent()
    with pytest.raises(Refused, match=r"checkout\.not_yours"):
        check_in(desk.road, CORE, "suzuki", "he is ill")
    with pytest.raises(BadInput, match=r"checkout\.reason"):
        check_in(desk.road, CORE, "sato")
    check_in(desk.road, CORE, "sato", "he is ill")

    record = CheckoutRecord.objects.get()
    assert (record.state, record.ended_by, record.end_reason) == ("returned", "sato", "he is ill")


def test_a_holder_who_left_holds_nothing(desk: Lending) -> None:
    desk.lent()
    read_once(desk.road, CORE, "tanaka")
    Operator.objects.filter(name="tanaka").update(active=False)
    desk.ticked()

    assert CheckoutRecord.objects.get().state == "expired"
    assert read_by("tanaka", desk.tools.credentials) == [CORE]


def site_policy(desk: Lending, **checkout: Any) -> None:
    """The site's own file: the shipped one with another section."""
    place = desk.tools.settings.site / "policies"
    place.mkdir(parents=True)
    values = {**desk.tools.policies.load("passwords"), "checkout": checkout}
    (place / "passwords.yml").write_text(yaml.safe_dump(values, allow_unicode=True))


def test_the_policy_says_who_approves_and_how_long(desk: Lending) -> None:
    assert desk.asked().job.risk == "GUARDED"
    with pytest.raises(BadInput, match=r"checkout\.too_long"):
        desk.asked(minutes=481)
    with pytest.raises(Refused, match=r"checkout\.who"):
        desk.asked(SERVICE)
    site_policy(
        desk,
        rules={"risk": "ROUTINE"},
        kinds={"network": {"risk": "GRAVE", "longest_minutes": 30}},
        roles={"admin": {"who": ["officer"]}},
    )
    assert desk.asked(holder="sato", minutes=30).job.risk == "GRAVE"
    assert desk.asked(SECOND, "sato").job.risk == "ROUTINE"
    with pytest.raises(Refused, match=r"checkout\.who"):
        desk.asked(SECOND)


def test_a_routine_one_is_approved_by_rule(desk: Lending) -> None:
    site_policy(desk, rules={"risk": "ROUTINE"})
    assert desk.lent().state == "open"
    assert Approval.objects.get().approver == "rule:routine"


def test_an_auditor_holds_nothing(desk: Lending) -> None:
    with pytest.raises(Refused, match=r"checkout\.who"):
        desk.asked(holder="kimura")


def test_one_without_a_password_is_not_lent(desk: Lending) -> None:
    from support.books import add_device

    add_device("new", "linux", [{"name": "root"}])
    with pytest.raises(Refused, match=r"checkout\.nothing"):
        desk.asked("passwords/new/root")


@pytest.mark.parametrize(
    "section",
    [
        {"rules": {"risk": "HIGH"}},
        {"rules": {"longest_minutes": 0}},
        {"roles": {"admin": {"who": ["auditor"]}}},
        {"kinds": {"toaster": {}}},
        {"rule": {}},
    ],
)
def test_a_wrong_policy_is_named(desk: Lending, section: dict[str, Any]) -> None:
    site_policy(desk, **section)
    with pytest.raises(BadSetting, match=r"checkout\.policy"):
        checkout_policy(desk.tools.policies)


def test_opened_twice_is_opened_once(desk: Lending) -> None:
    """A worker that was killed after opening opens again."""
    record = desk.lent()
    desk.pass_time(minutes=5)
    assert desk.tools.checkouts.open(record.pk).until == record.until
    assert len(desk.events("passwords.checked_out")) == 1


def test_no_password_stands_in_events_steps_or_the_database(desk: Lending, sqlite_ledger: Path) -> None:
    desk.lent()
    shown = read_once(desk.road, CORE, "tanaka")
    check_in(desk.road, CORE, "tanaka")
    files = b"".join(file.read_bytes() for file in sqlite_ledger.parent.glob("ledger.sqlite3*"))

    assert CANARY not in repr(shown) + str([event.fields for event in Event.objects.all()])
    assert CANARY.encode() not in files
