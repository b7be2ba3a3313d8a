"""Terminals that are away or must restart: their steps wait, the others go on, and each ends honestly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.desks import Desk, desk_road, painted
from support.journey import outcomes, worked
from support.staffing import employ
from unyo.core.change import Change
from unyo.core.errors import BadInput, NotFound
from unyo.core.target import Target
from unyo.flow.context import Road
from unyo.flow.defer import DEFERRED
from unyo.ledger.chain import verify_chain
from unyo.ledger.evidence import contradictions
from unyo.ledger.models import ApprovedBaseline, Event, Step

HOUR = timedelta(hours=1)


@pytest.fixture
def scene(any_ledger: None, tmp_path: Path, clock: SetClock) -> tuple[Road, Desk]:
    """A desk with four terminals that are on, and operators."""
    employ()
    road, desk = desk_road(tmp_path, clock)
    desk.put("1", "2", "3", "4")
    return road, desk


@pytest.fixture
def road(scene: tuple[Road, Desk]) -> Road:
    return scene[0]


@pytest.fixture
def desk(scene: tuple[Road, Desk]) -> Desk:
    return scene[1]


def step_of(job: Any, serial: str) -> Step:
    found: Step = job.steps.get(lock=f"terminal:{serial}")
    return found


def test_an_absent_terminal_leaves_its_wave_and_the_job_goes_on(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    desk.put("3", on=False)
    job = worked(road, painted(road, "1", "2", "3", "4"))
    step = step_of(job, "3")

    assert job.state == "RUNNING"
    assert outcomes(job) == {"PC-1": "DONE", "PC-2": "DONE", "PC-4": "DONE", "PC-3": ""}
    assert (step.state, step.wave, step.waiting_for) == ("waiting", DEFERRED, "answer")
    assert (step.waiting_since, step.deadline) == (clock.now(), clock.now() + 48 * HOUR)
    assert step.due == clock.now() + timedelta(seconds=300)


def test_it_runs_when_the_terminal_answers_and_the_job_ends_done(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    desk.put("3", on=False)
    job = worked(road, painted(road, "1", "3"))
    clock.step(HOUR)
    assert worked(road, job).state == "RUNNING"
    desk.put("3", on=True)
    clock.step(HOUR)

    assert worked(road, job).state == "DONE"
    assert desk.get("3")["colour"] == "blue"
    assert desk.writes() == ["1=blue", "3=blue"]
    assert verify_chain().damages == ()
    assert contradictions() == []


def test_looks_cost_no_attempt_and_no_event_and_grow_rarer(road: Road, desk: Desk, clock: SetClock) -> None:
    desk.put("3", on=False)
    job = worked(road, painted(road, "1", "3"))
    events, attempts = Event.objects.count(), step_of(job, "3").attempts
    for _ in range(40):
        clock.step(HOUR)
        worked(road, job)

    assert (Event.objects.count(), step_of(job, "3").attempts) == (events, attempts)
    assert step_of(job, "3").due == clock.now() + HOUR
    assert len(desk.asked) == 40


def test_many_absent_terminals_are_asked_in_one_go(road: Road, desk: Desk, clock: SetClock) -> None:
    absent = [f"A{number:03}" for number in range(60)]
    desk.put(*absent, on=False)
    job = worked(road, painted(road, "1", *absent))
    desk.asked.clear()
    desk.put("A007", on=True)
    clock.step(HOUR)
    worked(road, job)

    assert desk.asked == [60]
    assert outcomes(job)["PC-A007"] == "DONE"
    assert job.steps.filter(waiting_for="answer").count() == 59


def test_at_the_deadline_it_ends_unreachable_and_says_so(road: Road, desk: Desk, clock: SetClock) -> None:
    desk.put("3", on=False)
    job = worked(road, painted(road, "1", "3", deadline=clock.now() + 5 * HOUR))
    clock.step(5 * HOUR)
    job = worked(road, job)
    step = step_of(job, "3")

    assert (step.outcome, step.code, job.state) == ("UNREACHABLE", "step.deadline", "PARTIAL")
    assert contradictions() == []


def test_absent_terminals_trip_no_stop_rule(road: Road, desk: Desk, clock: SetClock) -> None:
    absent = [f"A{number}" for number in range(20)]
    desk.put(*absent, on=False)
    job = worked(road, painted(road, *absent, "1", "2", "3", "4"))
    assert {outcomes(job)[f"PC-{n}"] for n in "1234"} == {"DONE"}
    clock.step(48 * HOUR)
    job = worked(road, job)

    assert job.stop_reason is None
    assert job.steps.filter(outcome="UNREACHABLE", code="step.deadline").count() == 20


def test_an_absent_canary_is_replaced_and_a_bad_successor_stops_the_job(road: Road, desk: Desk) -> None:
    job = painted(road, "1", "2", "3", "4")
    desk.put("1", on=False)
    desk.put("2", stubborn=True)
    job = worked(road, job)

    assert outcomes(job) == {"PC-1": "SKIPPED", "PC-2": "FAILED", "PC-3": "SKIPPED", "PC-4": "SKIPPED"}
    assert desk.writes() == ["2=blue"]


def test_a_fleet_that_is_away_is_asked_in_one_go_before_the_next_canary(road: Road, desk: Desk) -> None:
    names = [f"A{number:03}" for number in range(60)]
    desk.put(*names)
    job = painted(road, *names)
    desk.put(*names[:59], on=False)
    job = worked(road, job)

    assert desk.asked == [59]
    assert job.steps.filter(waiting_for="answer").count() == 59
    assert outcomes(job)["PC-A059"] == "DONE"
    assert sum(job.steps.values_list("attempts", flat=True)) == 2


def test_later_waves_of_absent_terminals_need_no_new_canary(road: Road, desk: Desk) -> None:
    names = [f"A{number:03}" for number in range(40)]
    desk.put(*names)
    job = painted(road, "1", *names)
    desk.put(*names, on=False)
    job = worked(road, job)

    assert desk.asked == []
    assert set(job.steps.filter(waiting_for="answer").values_list("wave", flat=True)) == {DEFERRED}
    assert job.steps.filter(waiting_for="answer").count() == 40


def test_terminals_that_were_off_while_planning_lead_nobody(road: Road, desk: Desk) -> None:
    desk.put("1", "2", on=False)
    job = painted(road, "1", "2", "3", "4")
    assert list(job.steps.values_list("label", "wave")) == [
        ("PC-3", 0),
        ("PC-4", 1),
        ("PC-1", 1),
        ("PC-2", 1),
    ]


def test_a_terminal_that_left_after_the_write_is_recovered_not_written_again(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    job = painted(road, "1", "3")
    desk.put("3", leaves=True)
    job = worked(road, job)
    assert (step_of(job, "3").waiting_for, step_of(job, "3").unsure) == ("answer", True)
    desk.put("3", on=True)
    clock.step(HOUR)

    assert worked(road, job).state == "DONE"
    assert desk.writes() == ["1=blue", "3=blue"]


def test_a_terminal_that_left_after_the_write_and_never_came_back_is_unverified(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    job = painted(road, "1", "3")
    desk.put("3", leaves=True)
    worked(road, job)
    clock.step(48 * HOUR)

    assert step_of(worked(road, job), "3").outcome == "UNVERIFIED"


def test_what_somebody_changed_while_the_terminal_was_away_is_not_overwritten(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    job = painted(road, "1", "3")
    desk.put("3", on=False)
    worked(road, job)
    desk.put("3", on=True, colour="green")
    clock.step(HOUR)
    step = step_of(worked(road, job), "3")

    assert (step.outcome, step.code, desk.get("3")["colour"]) == ("SKIPPED", "step.moved", "green")


def test_a_pending_reboot_waits_and_is_done_after_it(road: Road, desk: Desk, clock: SetClock) -> None:
    desk.put("3", slow=True)
    job = worked(road, painted(road, "1", "3"))
    assert (job.state, step_of(job, "3").waiting_for) == ("RUNNING", "reboot")
    clock.step(HOUR)
    worked(road, job)
    assert desk.writes() == ["1=blue", "3=blue"]
    desk.restart("3")
    clock.step(HOUR)
    job = worked(road, job)

    assert (job.state, step_of(job, "3").outcome) == ("DONE", "DONE")
    assert desk.writes() == ["1=blue", "3=blue"]
    assert contradictions() == []


def test_without_a_reboot_it_ends_pending_at_the_deadline(road: Road, desk: Desk, clock: SetClock) -> None:
    desk.put("3", slow=True)
    job = worked(road, painted(road, "1", "3"))
    desk.put("3", on=False)
    clock.step(48 * HOUR)
    step = step_of(worked(road, job), "3")

    assert (step.outcome, step.code) == ("PENDING_REBOOT", "step.deadline")
    assert contradictions() == []


def test_a_canary_that_waits_for_its_reboot_has_sung(road: Road, desk: Desk) -> None:
    desk.put("1", "2", "3", "4", slow=True)
    job = worked(road, painted(road, "1", "2", "3", "4"))
    assert job.steps.filter(waiting_for="reboot").count() == 4


def test_cancelling_names_what_was_written(road: Road, desk: Desk, clock: SetClock) -> None:
    from unyo.flow.stop import cancel

    job = painted(road, "1", "2", "3", "4")
    desk.put("2", on=False)
    desk.put("3", slow=True)
    desk.put("4", leaves=True)
    worked(road, job)
    cancel(road, job, "suzuki", "wrong colour")
    job = worked(road, job)

    assert job.state == "CANCELLED"
    assert outcomes(job) == {
        "PC-1": "DONE",
        "PC-2": "SKIPPED",
        "PC-3": "PENDING_REBOOT",
        "PC-4": "UNVERIFIED",
    }
    assert verify_chain().damages == ()
    assert contradictions() == []


def test_undo_goes_back_to_what_was_found_where_the_plan_was_blind(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    desk.put("3", on=False, colour="green")
    job = worked(road, painted(road, "1", "3"))
    desk.put("3", on=True)
    clock.step(HOUR)
    job = worked(road, job)
    plan = plan_job(road, request_undo(road, job, "tanaka", "back"))

    assert {c.target.key: c.after for c in plan.changes} == {
        "1": {"colour": "grey"},
        "3": {"colour": "green"},
    }


def test_undo_of_a_blind_step_leaves_what_it_found_good_enough() -> None:
    from unyo.flow.unforeseen import carried_out

    change = Change(Target("terminal", "1"), {}, {"length": 14, "colour": "blue"}, foreseen=False)
    found, seen = {"length": 16, "colour": "grey"}, {"length": 16, "colour": "blue", "_boot": "x"}
    step = Step(change=change.as_json(), found=found, seen=seen, outcome="DONE")
    back = carried_out(step).reversed()
    assert back is not None
    assert (back.before, back.after) == ({"length": 16, "colour": "blue"}, found)
    assert not carried_out(Step(change=change.as_json(), outcome="UNVERIFIED")).undoable


def test_undo_of_an_absent_terminal_waits_too(road: Road, desk: Desk, clock: SetClock) -> None:
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    job = worked(road, painted(road, "1", "3"))
    desk.put("3", on=False)
    back = request_undo(road, job, "tanaka", "back")
    plan_job(road, back)
    approve(road, back, "suzuki", "yes", back.digest)
    worked(road, back)
    desk.put("3", on=True)
    clock.step(HOUR)

    assert worked(road, back).state == "DONE"
    assert desk.get("3")["colour"] == "grey"


def test_undo_of_a_key_that_was_not_changed_names_those_that_were(road: Road, desk: Desk) -> None:
    from unyo.flow.undo import request_undo

    job = worked(road, painted(road, "1"))
    assert request_undo(road, job, "tanaka", "back", only=["colour"]).only == ["colour"]
    with pytest.raises(NotFound, match="colour"):
        request_undo(road, job, "tanaka", "back", only=["color"])


def test_good_ends_of_policy_apply_become_the_approved_values(
    road: Road, desk: Desk, clock: SetClock
) -> None:
    desk.put("3", slow=True)
    job = worked(road, painted(road, "1", "3"))
    assert ApprovedBaseline.objects.get().values == {"colour": "blue", "size": "A4"}
    clock.step(48 * HOUR)
    worked(road, job)

    row = ApprovedBaseline.objects.get(serial="3")
    assert (row.values, row.step.job_id) == ({"colour": "blue", "size": "A4"}, job.pk)


def test_a_deadline_before_the_start_is_refused(road: Road, desk: Desk, clock: SetClock) -> None:
    with pytest.raises(BadInput, match=r"request\.deadline"):
        painted(road, "1", deadline=clock.now())


def test_what_waits_has_no_say_in_how_long_the_foreground_stays(road: Road, desk: Desk) -> None:
    from unyo.flow.worker import Worker

    desk.put("3", on=False)
    job = worked(road, painted(road, "1", "3"))
    worker = Worker(road, only_job=job.pk)
    assert worker.next_due(with_away=False) is None
    assert worker.next_due() == step_of(job, "3").due
