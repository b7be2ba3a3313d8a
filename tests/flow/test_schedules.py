"""Schedules at work: each run becomes exactly one job, or it is seen that and why it did not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock, box_road
from support.journey import worked
from support.staffing import employ
from support.timetables import (
    NINE,
    RoutineBoxes,
    added,
    approved,
    at,
    boxes_schedule,
    kinds,
    states,
    ticked,
)
from unyo.core.errors import BadInput, Refused, Unreachable
from unyo.core.risk import Limits
from unyo.core.schedule import CatchUp, Overlap, WhenClosed
from unyo.core.schedule_blackout import blackout_from
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_window import window_from
from unyo.core.text import Text
from unyo.core.workdays import WorkDays
from unyo.flow.context import Road
from unyo.flow.schedule_changes import change_schedule, end_schedule, pause_schedule, resume_schedule
from unyo.ledger.chain import verify_chain
from unyo.ledger.evidence import contradictions
from unyo.ledger.models import Event, Job, Operator
from unyo.ledger.schedules import lost_since, overdue

HOURLY = Cron("0 * * * *")


@pytest.fixture
def road(sqlite_ledger: Path, tmp_path: Path, clock: SetClock) -> Road:
    """A road on SQLite, whose runbook is GUARDED; a few tests below run on PostgreSQL, too."""
    employ()
    return box_road(tmp_path, clock)


@pytest.fixture
def routine(sqlite_ledger: Path, tmp_path: Path, clock: SetClock) -> Road:
    """A road whose only runbook is approved by rule."""
    employ()
    return box_road(tmp_path, clock, RoutineBoxes())


@pytest.fixture
def either(any_ledger: None, tmp_path: Path, clock: SetClock) -> Road:
    """The same on each kind of ledger."""
    employ()
    return box_road(tmp_path, clock, RoutineBoxes())


def fields_of(kind: str) -> dict[str, Any]:
    return dict(Event.objects.filter(kind=kind).latest("seq").fields)


def test_a_run_becomes_one_job_when_its_time_has_come(either: Road, shelf: Path) -> None:
    record = added(either, boxes_schedule(shelf))
    at(either, "2027-03-26 08:59")
    assert Job.objects.count() == 0
    at(either, "2027-03-26 09:00")
    at(either, "2027-03-26 09:01")
    job = worked(either, Job.objects.get())

    assert (job.requester, job.state) == ("tanaka", "DONE")
    assert job.reason == "boxes are to be full every morning [boxes 2027-03-26 09:00]"
    assert job.approvals.get().approver == "rule:routine"
    assert states(record) == ["03-26 09:00 started"]
    assert (shelf / "a.box").read_text() == "apples|closed"
    assert kinds() == ["added", "run_started"]
    assert verify_chain().damages == ()
    assert contradictions() == []


def test_a_guarded_plan_waits_for_a_person_and_says_so(road: Road, shelf: Path) -> None:
    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 waiting_approval"]
    assert Job.objects.get().state == "PLANNED"
    told = fields_of("schedule.waits_approval")
    assert told["schedule"] == "boxes"
    assert told["reasons"] == ["the schedule has no standing approval"]


def test_what_a_person_approves_later_has_started(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve

    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")
    job = Job.objects.get()
    approve(road, job, "suzuki", "looks right", job.digest)
    ticked(road)

    assert states(record) == ["03-26 09:00 started"]


def test_a_plan_that_nobody_approves_in_time_is_lost_visibly(road: Road, shelf: Path) -> None:
    record = added(road, boxes_schedule(shelf, Cron("0 9 26 3 *")))
    at(road, "2027-03-26 09:00")
    at(road, "2027-04-10 09:00")

    assert states(record) == ["03-26 09:00 not_approved"]
    assert Job.objects.get().state == "EXPIRED"
    assert kinds()[-1] == "run_failed"
    assert len(lost_since(record.created_at)) == 1


def test_a_standing_approval_covers_a_guarded_plan(road: Road, shelf: Path) -> None:
    record = added(road, boxes_schedule(shelf))
    approved(road, record)
    at(road, "2027-03-26 09:00")
    job = worked(road, Job.objects.get())

    assert job.state == "DONE"
    assert job.approvals.get().approver == "suzuki"
    assert "standing approval of schedule boxes: seen" in job.approvals.get().reason


@pytest.mark.parametrize(
    ("limits", "boxes"), [(Limits(targets=1), 2), (None, 201)], ids=["its own", "the runbook's"]
)
def test_a_plan_over_its_limits_waits_in_spite_of_a_standing_approval(
    road: Road, shelf: Path, limits: Limits | None, boxes: int
) -> None:
    names = [f"{number}.box" for number in range(boxes)]
    record = added(road, boxes_schedule(shelf, NINE, *names, limits=limits))
    approved(road, record, by="sato")
    at(road, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 waiting_approval"]
    assert "the plan passes a limit" in fields_of("schedule.waits_approval")["reasons"][0]


def test_even_a_routine_plan_waits_over_the_limits_of_its_schedule(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf, limits=Limits(targets=1)))
    at(routine, "2027-03-26 09:00")
    assert states(record) == ["03-26 09:00 waiting_approval"]


def test_a_changed_schedule_an_old_approval_and_a_former_approver_cover_nothing(
    road: Road, shelf: Path
) -> None:
    late = timedelta(days=3)
    changed, expired, gone, owner = (
        added(road, boxes_schedule(shelf, NINE, f"{n}.box"), n) for n in ("changed", "expired", "gone", "own")
    )
    approved(road, changed, by="sato")
    approved(road, expired, days=1)
    approved(road, gone, by="sato")
    approved(road, owner)
    change_schedule(road, changed, boxes_schedule(shelf, NINE, "other.box"), "tanaka", "another box")
    change_schedule(road, owner, boxes_schedule(shelf, NINE, "own.box"), "suzuki", "mine now")
    Operator.objects.filter(name="sato").update(role="auditor")
    road.tools.clock.step(late)  # type: ignore[attr-defined]
    ticked(road)

    reasons = {
        event.fields["schedule"]: event.fields["reasons"][-1]
        for event in Event.objects.filter(kind="schedule.waits_approval")
    }
    assert reasons == {
        "changed": "the schedule was changed after its approval",
        "expired": "the approval ended at 2027-03-26 10:00",
        "gone": "sato can no longer approve",
        "own": "suzuki can no longer approve",
    }


def test_the_owner_an_auditor_and_who_saw_another_content_cannot_approve(road: Road, shelf: Path) -> None:
    from unyo.flow.schedule_approval import approve_schedule

    record = added(road, boxes_schedule(shelf))
    until = road.tools.clock.now() + timedelta(days=30)
    for approver, code in (("tanaka", "approval.self"), ("kimura", "approval.role")):
        with pytest.raises(Refused, match=code):
            approved(road, record, by=approver)
    with pytest.raises(Refused, match=r"approval\.digest"):
        approve_schedule(road, record, "suzuki", "seen", "0" * 64, until)
    with pytest.raises(BadInput, match="400 days"):
        approved(road, record, days=500)


def test_whoever_changes_a_schedule_owns_it_and_cannot_approve_it(road: Road, shelf: Path) -> None:
    record = added(road, boxes_schedule(shelf))
    change_schedule(road, record, boxes_schedule(shelf, NINE, "c.box"), "suzuki", "another box")
    record.refresh_from_db()

    with pytest.raises(Refused, match=r"approval\.self"):
        approved(road, record, by="suzuki")
    approved(road, record, by="tanaka")
    told = fields_of("schedule.changed")
    assert told["before"]["params"]["boxes"] == ["a.box", "b.box"]
    assert told["after"]["params"]["boxes"] == ["c.box"]
    assert (told["before"]["owner"], told["after"]["owner"], record.version) == ("tanaka", "suzuki", 2)


def test_nothing_to_change_needs_nobody(road: Road, shelf: Path) -> None:
    for name in ("a.box", "b.box"):
        (shelf / name).write_text("apples|closed")
    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 started"]
    assert worked(road, Job.objects.get()).state == "DONE"


def test_a_schedule_whose_owner_has_left_fails_visibly(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    Operator.objects.filter(name="tanaka").update(active=False)
    at(routine, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 failed_to_plan"]
    assert "operator.unknown" in fields_of("schedule.run_failed")["reasons"][0]


def test_a_plan_with_reasons_to_refuse_fails_visibly(routine: Road, shelf: Path) -> None:
    class NoTargets(RoutineBoxes):
        def targets(self, params: Any, tools: Any) -> list[Any]:
            return []

    road = box_road(shelf.parent, routine.tools.clock, NoTargets())
    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 failed_to_plan"]
    assert Job.objects.get().state == "REFUSED"


def test_a_broken_runbook_fails_visibly_and_tells_nothing_of_what_it_said(routine: Road, shelf: Path) -> None:
    class Broken(RoutineBoxes):
        def targets(self, params: Any, tools: Any) -> list[Any]:
            raise RuntimeError("SECRET-IN-EXCEPTION")

    road = box_road(shelf.parent, routine.tools.clock, Broken())
    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 failed_to_plan"]
    assert "SECRET" not in str([event.fields for event in Event.objects.all()]) + str(Job.objects.get().error)


def test_what_does_not_answer_is_planned_again_until_it_is_given_up(routine: Road, shelf: Path) -> None:
    class Away(RoutineBoxes):
        away = True

        def targets(self, params: Any, tools: Any) -> Any:
            if self.away:
                raise Unreachable("shelf.away", Text("no answer", "応答なし"), Text("wait", "待つ"))
            return super().targets(params, tools)

    runbook = Away()
    road = box_road(shelf.parent, routine.tools.clock, runbook)
    record = added(road, boxes_schedule(shelf))
    at(road, "2027-03-26 09:00")
    at(road, "2027-03-26 09:04")
    assert Job.objects.count() == 1
    at(road, "2027-03-26 09:05")
    runbook.away = False
    at(road, "2027-03-26 09:20")

    assert states(record) == ["03-26 09:00 started"]
    assert [job.state for job in Job.objects.order_by("pk")] == ["ERRORED", "ERRORED", "APPROVED"]
    worked(road, Job.objects.latest("pk"))
    runbook.away = True
    for minutes in ("09:00", "09:05", "09:20", "10:20", "12:00"):
        at(road, f"2027-03-27 {minutes}")
    assert states(record)[-1] == "03-27 09:00 failed_to_plan"


@pytest.mark.parametrize(
    ("policy", "expected", "jobs"),
    [
        (CatchUp.RUN_ONCE, ["missed", "missed", "caught_up"], 1),
        (CatchUp.SKIP, ["missed", "missed", "missed"], 0),
    ],
)
def test_after_an_outage_the_policy_says_what_is_made_up_for(
    routine: Road, shelf: Path, policy: CatchUp, expected: list[str], jobs: int
) -> None:
    record = added(routine, boxes_schedule(shelf, catch_up=policy))
    at(routine, "2027-03-28 15:00")

    assert [state.split()[-1] for state in states(record)] == expected
    assert Job.objects.count() == jobs
    told = fields_of("schedule.run_missed")
    assert (told["runs"], told["schedule"]) == (3 - jobs, "boxes")
    assert "no worker was at work" in told["reasons"]


def test_everything_is_made_up_for_one_after_the_other(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf, catch_up=CatchUp.RUN_ALL))
    at(routine, "2027-03-28 15:00")
    assert Job.objects.count() == 1
    for _ in range(3):
        worked(routine, Job.objects.latest("pk"))
    ticked(routine)

    assert [state.split()[-1] for state in states(record)] == ["caught_up"] * 3
    assert [job.state for job in Job.objects.all()] == ["DONE"] * 3


def test_a_run_a_few_minutes_late_was_not_missed(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    at(routine, "2027-03-26 09:08")
    assert states(record) == ["03-26 09:00 started"]


def test_what_is_made_up_for_keeps_to_the_maintenance_window(routine: Road, shelf: Path) -> None:
    table = {"windows": (window_from("daily 19:00-06:00"),)}
    record = added(routine, boxes_schedule(shelf, Cron("0 2 26 * *"), timetable=table))
    at(routine, "2027-03-26 10:00")
    assert Job.objects.count() == 0
    at(routine, "2027-03-26 19:00")

    assert states(record) == ["03-26 02:00 caught_up"]


def test_a_missed_run_gives_way_to_a_next_one_that_comes_first(routine: Road, shelf: Path) -> None:
    table = {"windows": (window_from("daily 02:00-03:00"),)}
    record = added(routine, boxes_schedule(shelf, Cron("0 2 * * *"), timetable=table))
    at(routine, "2027-03-26 10:00")
    assert states(record) == ["03-26 02:00 missed"]


def test_a_long_outage_is_told_of_in_one_event(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf, HOURLY))
    at(routine, "2027-04-25 12:30")

    assert fields_of("schedule.run_missed")["runs"] == 31 * 24 + 2 - 1
    assert record.runs.count() == 100 + 1
    assert Job.objects.count() == 1
    at(routine, "2027-04-25 12:31")
    assert kinds().count("run_missed") == 1


def test_runs_of_a_paused_schedule_are_noted_and_not_made_up_for(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    pause_schedule(routine, record, "suzuki", "the shelf is being painted")
    at(routine, "2027-03-26 09:00")
    # Nobody looks on the 27th; resuming it notes that run, too.
    routine.tools.clock.step(timedelta(days=1))  # type: ignore[attr-defined]
    resume_schedule(routine, record, "suzuki", "painted")
    at(routine, "2027-03-28 09:00")

    assert [state.split()[-1] for state in states(record)] == ["paused", "paused", "started"]
    assert kinds() == ["added", "paused", "run_paused", "run_paused", "resumed", "run_started"]


def test_a_schedule_is_paused_once_and_resumed_once(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    with pytest.raises(Refused, match="not paused"):
        resume_schedule(routine, record, "suzuki", "go on")
    pause_schedule(routine, record, "suzuki", "wait")
    with pytest.raises(Refused, match="suzuki has paused it already"):
        pause_schedule(routine, record, "tanaka", "wait")


def test_a_run_is_skipped_while_the_job_before_has_not_ended(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf, HOURLY))
    at(routine, "2027-03-25 11:00")
    at(routine, "2027-03-25 12:00")
    worked(routine, Job.objects.get())
    at(routine, "2027-03-25 13:00")

    assert [state.split()[-1] for state in states(record)] == ["started", "skipped", "started"]
    assert f"{Job.objects.first().number} of an earlier run has not ended" in str(  # type: ignore[union-attr]
        fields_of("schedule.run_skipped")["reasons"]
    )


def test_a_queued_run_waits_and_an_older_one_gives_way(either: Road, shelf: Path) -> None:
    record = added(either, boxes_schedule(shelf, HOURLY, overlap=Overlap.QUEUE))
    for hour in (11, 12, 13):
        at(either, f"2027-03-25 {hour}:00")
    assert [state.split()[-1] for state in states(record)] == ["started", "skipped", "queued"]
    worked(either, Job.objects.get())
    ticked(either)

    assert [state.split()[-1] for state in states(record)] == ["started", "skipped", "started"]


def test_overlapping_runs_may_be_allowed(routine: Road, shelf: Path) -> None:
    added(routine, boxes_schedule(shelf, HOURLY, overlap=Overlap.ALLOW))
    for hour in (11, 12):
        at(routine, f"2027-03-25 {hour}:00")
    assert Job.objects.count() == 2


def test_a_clock_put_back_doubles_nothing(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    for time in ("2027-03-26 09:00", "2027-03-26 08:30", "2027-03-26 09:00", "2027-03-25 09:00"):
        at(routine, time)
    at(routine, "2027-03-26 09:03")

    assert states(record) == ["03-26 09:00 started"]
    assert Job.objects.count() == 1


def test_a_clock_that_was_a_year_ahead_silences_no_run_of_that_year(either: Road, shelf: Path) -> None:
    record = added(either, boxes_schedule(shelf))
    at(either, "2027-03-26 09:00")
    worked(either, Job.objects.get())
    at(either, "2028-03-26 12:00")
    worked(either, Job.objects.latest("pk"))
    added(either, boxes_schedule(shelf, NINE, "late.box"), "made-while-ahead")
    at(either, "2027-03-27 08:00")
    at(either, "2027-03-27 09:00")

    assert states(record)[:2] == ["03-26 09:00 started", "03-27 09:00 started"]
    assert fields_of("schedule.clock_went_back")["schedules"] == ["boxes", "made-while-ahead"]
    # The run that did take place while the clock was ahead has taken place.
    assert states(record)[2:] == ["03-26 09:00 caught_up"]
    assert Job.objects.filter(reason__contains="made-while-ahead").count() == 1


def test_runs_moved_onto_one_day_are_one_job_and_each_has_its_row(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf, timetable={"when_closed": WhenClosed.PREVIOUS}))
    at(routine, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 started", "03-27 09:00 merged", "03-28 09:00 merged"]
    at(routine, "2027-03-28 09:00")
    assert Job.objects.count() == 1


def test_a_run_skipped_by_the_calendar_is_noted(routine: Road, shelf: Path) -> None:
    table = {"blackouts": (blackout_from("2027-03-26..2027-03-26:棚卸"),)}
    record = added(routine, boxes_schedule(shelf, timetable=table))
    at(routine, "2027-03-26 09:00")

    assert states(record) == ["03-26 09:00 skipped"]
    assert "棚卸" in fields_of("schedule.run_skipped")["reasons"][0]


def test_a_run_moved_to_before_the_schedule_began_is_noted(routine: Road, shelf: Path) -> None:
    saturday = boxes_schedule(shelf, Cron("0 9 27 3 *"), timetable={"when_closed": WhenClosed.PREVIOUS})
    at(routine, "2027-03-26 12:00")
    record = added(routine, saturday)
    at(routine, "2027-03-26 12:01")

    assert states(record) == ["03-27 09:00 skipped"]
    assert fields_of("schedule.run_skipped")["reasons"][-1] == "moved to before the schedule began"


def test_a_closing_day_entered_late_moves_what_is_to_come(routine: Road, shelf: Path) -> None:
    days = [WorkDays()]
    road = Road(routine.tools, routine.find_runbook, routine.anchors, calendar=lambda: days[0])
    made = boxes_schedule(shelf, Cron("0 9 29 3 *"), timetable={"when_closed": WhenClosed.NEXT})
    record = added(road, made)
    ticked(road)
    days[0] = WorkDays(closing={date(2027, 3, 29): Text("moving", "移転")})
    at(road, "2027-03-29 09:00")
    assert states(record) == []
    at(road, "2027-03-30 09:00")

    assert states(record) == ["03-29 09:00 started"]


def test_a_run_that_a_late_closing_day_moved_into_the_past_is_made_up_for(routine: Road, shelf: Path) -> None:
    days = [WorkDays()]
    road = Road(routine.tools, routine.find_runbook, routine.anchors, calendar=lambda: days[0])
    made = boxes_schedule(shelf, Cron("0 9 29 3 *"), timetable={"when_closed": WhenClosed.PREVIOUS})
    record = added(road, made)
    at(road, "2027-03-26 12:00")
    days[0] = WorkDays(closing={date(2027, 3, 29): Text("moving", "移転")})
    at(road, "2027-03-26 12:01")

    assert states(record) == ["03-29 09:00 caught_up"]


def test_an_ended_schedule_runs_no_more_and_frees_its_name(either: Road, shelf: Path) -> None:
    record = added(either, boxes_schedule(shelf))
    end_schedule(either, record, "tanaka", "no boxes any more")
    at(either, "2027-03-26 09:00")
    again = added(either, boxes_schedule(shelf))
    at(either, "2027-03-27 09:00")

    assert states(record) == []
    assert states(again) == ["03-27 09:00 started"]
    with pytest.raises(Refused, match="has ended"):
        pause_schedule(either, record, "tanaka", "wait")


def test_what_could_never_run_and_a_taken_name_are_refused(routine: Road, shelf: Path) -> None:
    added(routine, boxes_schedule(shelf))
    with pytest.raises(BadInput, match=r"schedule\.name_taken"):
        added(routine, boxes_schedule(shelf))
    never = {"blackouts": (blackout_from("01-01..12-31:always"),)}
    with pytest.raises(BadInput, match="would never run"):
        added(routine, boxes_schedule(shelf, timetable=never), "never")
    with pytest.raises(BadInput, match="there is no such parameter"):
        added(
            routine, boxes_schedule(shelf).__class__("x", {"colour": 1}, boxes_schedule(shelf).timetable), "x"
        )


def test_a_schedule_that_nobody_looks_at_is_overdue(routine: Road, shelf: Path) -> None:
    record = added(routine, boxes_schedule(shelf))
    ticked(routine)
    now = routine.tools.clock.now()

    assert overdue(now) == []
    assert overdue(now + timedelta(days=1)) == [record]
