"""passwords.rotate and passwords.verify from request to report, on a real ledger and real accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from support.journey import worked
from support.password_desk import Desk
from support.password_road import approved, asked, findings, password_road
from support.staffing import employ
from unyo.core.errors import BadInput
from unyo.core.password_books import Move
from unyo.core.secret_state import SecretState as S
from unyo.flow.context import Road


@pytest.fixture
def road(desk: Desk, sqlite_ledger: Path, tmp_path: Path) -> Road:
    employ()
    return password_road(desk, tmp_path)


def ends(job: object) -> Mapping[str, tuple[str, str]]:
    """Path → outcome and code."""
    steps = job.steps.all()  # type: ignore[attr-defined]
    return {step.change["after"]["password"]["$secret"]: (step.outcome, step.code) for step in steps}


def test_a_plan_shows_what_is_there_and_no_password(desk: Desk, road: Road) -> None:
    admin = desk.settled()
    job = asked(road)
    (step,) = job.steps.all()
    assert step.change["before"] == {
        "account": "admin",
        "version": 1,
        "state": "VERIFIED",
        "last_set": "2027-03-25",
    }
    assert step.change["after"]["password"] == {"$secret": admin.path}
    assert (job.risk, job.plan["not_undoable"], job.plan["foreseen_share"]) == ("GUARDED", 1, 1.0)
    assert ("passwords.oldest", admin.label) in findings(job)
    assert desk.standing(admin).lockout is not None


def test_nothing_chosen_is_an_error_never_everything(desk: Desk, road: Road) -> None:
    desk.settled()
    with pytest.raises(BadInput, match=r"passwords\.none_chosen"):
        asked(road, due=True)


def test_a_job_renews_all_and_reports_each(desk: Desk, road: Road) -> None:
    accounts = [desk.settled(number) for number in range(30)]
    job = worked(road, approved(road))
    assert job.state == "DONE"
    assert set(ends(job).values()) == {("DONE", "")}
    assert all(desk.holds(account, 2) for account in accounts)
    assert "Canary" not in json.dumps(list(job.steps.values("change", "seen")))


def test_what_is_off_waits_and_has_its_turn_when_it_answers(desk: Desk, road: Road) -> None:
    here, away = desk.settled(1), desk.settled(2)
    desk.switch(away, on=False)
    job = worked(road, approved(road))
    for _ in range(3):
        desk.pass_time(timedelta(minutes=2))
        worked(road, job)
    assert (job.state, ends(job)[here.path]) == ("RUNNING", ("DONE", ""))

    desk.pass_time(timedelta(days=7))
    desk.switch(away, on=True)
    job = worked(road, job)
    assert (job.state, desk.holds(away, 2)) == ("DONE", True)


def test_one_that_was_off_at_the_plan_is_said_to_be_unforeseen(desk: Desk, road: Road) -> None:
    away = desk.settled()
    desk.switch(away, on=False)
    job = asked(road)
    assert job.plan["foreseen_share"] == 0
    assert "passwords.away" in dict(findings(job))


def test_two_accounts_of_one_system_take_turns_and_the_one_that_sets_others_is_last(
    desk: Desk, road: Road
) -> None:
    root = desk.settled(1, account="root")
    made = desk.account(1, account="service", via=root.path, initial=None)
    job = worked(road, approved(road))
    assert job.state == "DONE"
    order = [step.change["after"]["password"]["$secret"] for step in job.steps.order_by("ended_at")]
    assert order == [made.path, root.path]


def test_only_old_ones_are_renewed_where_that_is_asked_for(desk: Desk, road: Road) -> None:
    old = desk.settled(1)
    desk.pass_time(timedelta(days=91))
    young = desk.settled(2)
    for params in ({"everything": True, "due": True}, {"everything": True, "older_than_days": 90}):
        job = asked(road, **params)
        assert list(ends(job)) == [old.path]
        assert job.plan["unchanged"] == 1
    assert young.path not in ends(job)


def test_a_persons_account_has_no_age(desk: Desk, road: Road) -> None:
    desk.policies.values = {**desk.policies.values, "roles": {"person": {"max_age_days": None}}}
    desk.settled(1, role="person")
    desk.pass_time(timedelta(days=900))
    job = asked(road, everything=True, due=True)
    assert job.plan["unchanged"] == 1
    assert ends(job) == {}


def test_where_a_password_is_stored_is_named_before_it_is_approved(desk: Desk, road: Road) -> None:
    admin = desk.settled()
    desk.box.say(
        "use",
        system=admin.system,
        account="admin",
        uses=[["service", "PC-7", "backup"], ["stubborn", "PC-8", "x"]],
    )
    job = approved(road)
    assert [each for each in findings(job) if each[0] == "passwords.used"] == [
        ("passwords.used", admin.label)
    ] * 2
    job = worked(road, job)
    assert ends(job)[admin.path] == ("UNVERIFIED", "passwords.uses_left")
    assert desk.states(admin)[2] is S.VERIFIED


def test_one_that_refuses_already_is_no_canary(desk: Desk, road: Road) -> None:
    bad, good = desk.settled(1), desk.settled(2)
    desk.sets_there(bad, "Set-behind-the-back-1")
    job = approved(road)
    assert [step.label for step in job.steps.order_by("order")] == [good.label, bad.label]
    job = worked(road, job)
    assert ends(job)[good.path] == ("DONE", "")


def test_one_that_nobody_knows_is_left_out_and_named_so_that_it_stops_no_others(
    desk: Desk, road: Road
) -> None:
    torn, good = desk.settled(1), desk.settled(2)
    desk.books.advance([Move(torn.path, 1, S.TORN)])
    job = approved(road)
    assert [step.label for step in job.steps.all()] == [good.label]
    assert ("passwords.torn", torn.label) in findings(job)
    assert worked(road, job).state == "DONE"
    assert [step.label for step in asked(road, path=(torn.path,)).steps.all()] == [torn.label]


def test_a_use_that_nobody_approved_stops_the_step(desk: Desk, road: Road) -> None:
    admin = desk.settled()
    desk.switch(admin, on=False)
    job = approved(road)
    desk.box.say("use", system=admin.system, account="admin", uses=[["service", "PC-7", "backup"]])
    desk.switch(admin, on=True)
    job = worked(road, job)
    assert ends(job)[admin.path] == ("SKIPPED", "passwords.used")
    assert desk.holds(admin, 1)


def test_a_resumed_job_leaves_alone_what_is_done(desk: Desk, road: Road) -> None:
    from unyo.flow.planning import plan_job
    from unyo.flow.resume import request_resume

    done, refused = desk.settled(1), desk.settled(2)
    desk.fault(refused, refuse=1)
    job = worked(road, approved(road))
    assert job.state == "PARTIAL"
    again = request_resume(road, job, "tanaka", "")
    plan_job(road, again)
    assert list(ends(again)) == [refused.path]
    assert desk.states(done)[2] is S.VERIFIED


def test_what_a_cancelled_job_left_open_is_looked_up_and_named(desk: Desk, road: Road) -> None:
    from unyo.core.change import Change

    sent, unsent = desk.settled(1), desk.settled(2)
    job = approved(road)
    purpose = job.steps.first().change["after"]["_purpose"]
    desk.sealed_for(sent, "Canary-New-Password-1", purpose)
    desk.sets_there(sent, "Canary-New-Password-1")
    desk.sealed_for(unsent, "Canary-New-Password-2", purpose)
    changes = [Change.from_json(step.change) for step in job.steps.order_by("order")]
    results = road.find_runbook("passwords.rotate").settle(changes, road.tools)
    assert [result.outcome for result in results] == ["DONE", "SKIPPED"]
    assert [desk.states(each)[2] for each in (sent, unsent)] == [S.VERIFIED, S.RETIRED]


class TestVerify:
    def test_it_proves_by_one_log_on(self, desk: Desk, road: Road) -> None:
        admin = desk.settled()
        desk.pass_time(timedelta(days=30))
        sets = desk.box.say("report")["sets"]
        job = asked(road, "verify")
        assert job.risk == "ROUTINE"
        job = worked(road, approved_by_rule(road, job))
        assert job.state == "DONE"
        assert desk.standing(admin).in_force.verified_at == desk.clock.now()  # type: ignore[union-attr]
        assert desk.box.say("report")["sets"] == sets

    def test_a_refused_one_is_tried_once_and_named(self, desk: Desk, road: Road) -> None:
        admin = desk.settled()
        desk.sets_there(admin, "Canary-set-by-hand-1")
        job = worked(road, approved_by_rule(road, asked(road, "verify")))
        assert ends(job)[admin.path] == ("FAILED", "passwords.drifted")
        assert desk.bad_logons(admin) == 1
        assert desk.states(admin) == {1: S.VERIFIED}

    def test_what_was_cut_off_is_settled_on_the_way(self, desk: Desk, road: Road) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        desk.sets_there(admin, "Canary-New-Password-1")
        job = worked(road, approved_by_rule(road, asked(road, "verify")))
        assert job.state == "DONE"
        assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}


def approved_by_rule(road: Road, job: object) -> object:
    from unyo.flow.approval import approve

    approve(road, job, "suzuki", "by rule", job.digest)  # type: ignore[arg-type, attr-defined]
    return job
