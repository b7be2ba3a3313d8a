"""Events that make passwords be renewed: each once, the right accounts, approved or left to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.box_hand import PasswordBox
from support.journey import worked
from support.staffing import employ
from support.timetables import kinds
from support.trigger_office import TriggerOffice
from unyo.core.errors import BadInput, BadSetting, NotFound, Refused
from unyo.core.trigger import triggers_from
from unyo.flow.approval import approve
from unyo.flow.incidents import declare_incident
from unyo.ledger.models import CheckoutRecord, CredentialRecord, Event, Job, Operator, TriggerCursor
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out

pytestmark = pytest.mark.xdist_group("password box")


@pytest.fixture(scope="module")
def box() -> Iterator[PasswordBox]:
    with PasswordBox() as made:
        yield made


@pytest.fixture
def office(
    sqlite_ledger: Path, box: PasswordBox, tmp_path: Path, request: pytest.FixtureRequest
) -> TriggerOffice:
    employ()
    return TriggerOffice(box, request.node.name[:20], tmp_path)


def paths(job: Any) -> list[str]:
    return sorted(step.change["after"]["password"]["$secret"] for step in job.steps.all())


def checked_out(office: TriggerOffice, number: int, holder: str) -> None:
    """This person has read the server's password and given it back."""
    now = office.clock.now()
    CheckoutRecord.objects.create(
        path=office.path(number),
        label="admin",
        holder=holder,
        reason="repair",
        minutes=60,
        state="returned",
        requested_at=now,
        shown_at=now,
        ended_at=now,
    )


def test_a_check_out_that_ended_renews_exactly_that_account_without_anybody(office: TriggerOffice) -> None:
    office.happened("passwords.checked_in", path=office.path(2), read=True, reason="done")
    assert office.followed() == ["checked_in started"]
    job = worked(office.road, Job.objects.get())

    assert (job.state, paths(job)) == ("DONE", [office.path(2)])
    assert job.requester == "suzuki"
    assert job.approvals.get().approver == "rule:trigger:checked_in"
    assert job.deadline == office.clock.now() + timedelta(hours=2)
    assert not office.holds_first(2)
    assert office.holds_first(1)
    assert kinds() == ["fired", "run_started"]


def test_what_unyo_itself_ended_is_asked_for_by_the_trigger(office: TriggerOffice) -> None:
    office.happened("passwords.checkout_expired", "unyo", path=office.path(1), read=True)
    office.followed()
    assert Job.objects.get().requester == "trigger:checkout_expired"


def test_a_check_out_that_nobody_read_sets_nothing_off(office: TriggerOffice) -> None:
    office.happened("passwords.checked_in", path=office.path(2), read=False)
    assert office.followed() == []


def test_an_event_sets_its_trigger_off_once_however_often_it_is_looked_at(office: TriggerOffice) -> None:
    office.happened("passwords.checked_in", path=office.path(2), read=True)
    for _ in range(3):
        office.followed()
    TriggerCursor.objects.update(seq=0)
    office.happened("passwords.checked_in", path=office.path(3), read=False)
    office.followed()

    assert Job.objects.count() == 1


def test_an_operator_who_leaves_has_read_what_must_be_renewed(office: TriggerOffice) -> None:
    checked_out(office, 1, "tanaka")
    checked_out(office, 3, "tanaka")
    checked_out(office, 2, "sato")
    office.clock.step(timedelta(minutes=5))
    office.books.renew(office.path(3))
    office.happened("operator.removed", name="tanaka")

    assert office.followed() == ["operator_leaves waiting_approval"]
    job = Job.objects.get()
    assert paths(job) == [office.path(1)]
    told = Event.objects.get(kind="trigger.waits_approval").fields
    assert (told["trigger"], told["reasons"]) == ("operator_leaves", ["this trigger waits for a person"])


def test_whoever_set_it_off_cannot_approve_it_and_another_can(office: TriggerOffice) -> None:
    checked_out(office, 1, "tanaka")
    office.happened("operator.removed", name="tanaka")
    office.followed()
    job = Job.objects.get()
    with pytest.raises(Refused, match=r"approval\.self"):
        approve(office.road, job, "suzuki", "as agreed", job.digest)
    approve(office.road, job, "sato", "as agreed", job.digest)

    assert worked(office.road, job).state == "DONE"
    assert office.followed() == ["operator_leaves started"]


def test_an_operator_who_has_read_nothing_leaves_nothing_behind(office: TriggerOffice) -> None:
    office.happened("operator.removed", name="tanaka")
    assert office.followed() == ["operator_leaves skipped"]
    assert Event.objects.get(kind="trigger.run_skipped").fields["reasons"] == ["no account is concerned"]


def test_the_books_say_by_when_and_why(office: TriggerOffice) -> None:
    checked_out(office, 1, "tanaka")
    office.happened("operator.removed", name="tanaka")
    office.followed()
    record = CredentialRecord.objects.get(path=office.path(1))

    assert record.rotate_by == office.clock.now() + timedelta(hours=24)
    assert "運用担当者の離任" in record.rotate_reason


def test_a_terminal_that_comes_back_from_loan_gets_a_new_password(office: TriggerOffice) -> None:
    from unyo.ledger.models import TerminalRecord

    record = TerminalRecord.objects.get()
    carry_out(
        [Amendment(record, {"state": "stock", "user": ""})],
        Hand("unyo", "terminals.return", office.clock.now()),
    )
    assert office.followed() == ["loan_returned started"]
    assert paths(Job.objects.get()) == [f"passwords/windows/{record.serial}/unyo-admin"]


def test_a_terminal_that_only_moves_sets_nothing_off(office: TriggerOffice) -> None:
    from unyo.ledger.models import TerminalRecord

    carry_out(
        [Amendment(TerminalRecord.objects.get(), {"room": "201"})], Hand("suzuki", "unyo", office.clock.now())
    )
    assert office.followed() == []


def test_a_terminal_without_an_account_of_ours_is_passed_over(office: TriggerOffice) -> None:
    changes = {"state": ["loan", "stock"]}
    office.happened("terminal.changed", serial="UNKNOWN-1", source="x", changes=changes)
    assert office.followed() == ["loan_returned skipped"]


def test_an_incident_renews_the_accounts_it_names(office: TriggerOffice) -> None:
    scope = {"system": [office.system(1), office.system(3)]}
    assert declare_incident(office.road, "suzuki", "a stick was lost", scope) == 2
    assert office.followed() == ["incident waiting_approval"]
    job = Job.objects.get()

    assert paths(job) == [office.path(1), office.path(3)]
    assert (job.requester, job.reason.split(": ")[-1]) == ("suzuki", "a stick was lost")


def test_suspicion_on_a_person_renews_what_that_person_has_read(office: TriggerOffice) -> None:
    checked_out(office, 2, "tanaka")
    declare_incident(office.road, "sato", "seen on a photograph", {}, operator="tanaka")
    assert office.followed() == ["suspicion waiting_approval"]
    assert paths(Job.objects.get()) == [office.path(2)]


@pytest.mark.parametrize(
    ("scope", "operator", "error"),
    [
        ({}, "", BadInput),
        ({"everything": True}, "tanaka", BadInput),
        ({"system": ["nowhere"]}, "", NotFound),
        ({}, "nobody", NotFound),
    ],
)
def test_an_incident_names_accounts_or_a_known_person(
    office: TriggerOffice, scope: dict[str, Any], operator: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        declare_incident(office.road, "suzuki", "something", scope, operator)
    assert not Event.objects.filter(kind="incident.declared").exists()


def test_a_rule_covers_no_more_accounts_than_it_says(office: TriggerOffice, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/triggers.yml").write_text(
        "triggers:\n  all:\n    event: incident.declared\n    accounts: {kind: [linux]}\n"
        "    within_hours: 1\n    approved: true\n    most: 2\n    reason: everything\n"
    )
    declare_incident(office.road, "suzuki", "lost", {"kind": ["linux"]})

    assert office.followed() == ["all waiting_approval"]
    assert Event.objects.get(kind="trigger.waits_approval").fields["reasons"] == [
        "3 accounts; the trigger's rule covers 2"
    ]


def test_a_person_who_is_no_operator_any_more_does_not_stop_it(office: TriggerOffice) -> None:
    Operator.objects.filter(name="suzuki").update(active=False)
    office.happened("passwords.checked_in", path=office.path(1), read=True)
    assert office.followed() == ["checked_in started"]
    assert Job.objects.get().requester == "trigger:checked_in"


@pytest.mark.parametrize(
    ("rule", "entry"),
    [
        ({"event": "a"}, "event, reason"),
        ({"event": "job.ended", "reason": "x", "within_hours": 1, "read_by": "{name}"}, "sets off nothing"),
        ({"event": "passwords.moved", "reason": "x", "within_hours": 1, "read_by": "a"}, "sets off nothing"),
        ({"event": "a", "reason": "x", "within_hours": 1}, "give path, kind"),
        ({"event": "a", "reason": "x", "within_hours": 1, "accounts": {"colour": 1}}, "give path, kind"),
        ({"event": "a", "reason": "x", "within_hours": 0, "read_by": "a"}, "give hours"),
        ({"event": "a", "reason": "x", "within_hours": 1, "read_by": "a", "when": {"b": 1}}, "lists"),
        ({"event": "a", "reason": "x", "within_hours": 1, "read_by": "a", "whom": 1}, "no such entry"),
    ],
)
def test_a_wrong_rule_is_named(rule: dict[str, Any], entry: str) -> None:
    with pytest.raises(BadSetting, match=r"mend inventory/policies/triggers\.yml") as caught:
        triggers_from({"triggers": {"one": rule}})
    assert entry in caught.value.what.en
    assert "one" in str(caught.value.target)
