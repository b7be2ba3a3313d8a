"""The road from request to record, on a real ledger and real files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from support.boxes import SetClock, contents
from support.journey import approved, asked, outcomes, planned, worked
from unyo.core.errors import BadInput, NotFound, Refused
from unyo.flow.context import Road


def test_a_job_travels_from_request_to_done(road: Road, shelf: Path) -> None:
    job = worked(road, approved(road, shelf, "a.box", "b.box"))

    assert job.state == "DONE"
    assert outcomes(job) == {"a.box": "DONE", "b.box": "DONE"}
    assert contents(shelf) == {"a.box": "apples|closed", "b.box": "apples|closed"}


def test_planning_writes_nothing(road: Road, shelf: Path) -> None:
    planned(road, shelf, "a.box")

    assert list(shelf.iterdir()) == []


def test_a_job_without_targets_is_refused_not_done(road: Road, shelf: Path) -> None:
    job = asked(road, shelf)
    from unyo.flow.planning import plan_job

    with pytest.raises(BadInput, match=r"plan\.no_target"):
        plan_job(road, job)
    job.refresh_from_db()
    assert job.state == "REFUSED"


def test_a_job_without_a_reason_is_not_recorded(road: Road, shelf: Path) -> None:
    from support.boxes import BoxParams
    from unyo.flow.request import request_job
    from unyo.ledger.models import Job

    with pytest.raises(BadInput, match=r"request\.reason"):
        request_job(road, "lab.fill_boxes", BoxParams(str(shelf)), "tanaka", "  ")
    assert Job.objects.count() == 0


def test_an_unknown_requester_is_named(road: Road, shelf: Path) -> None:
    from support.boxes import BoxParams
    from unyo.flow.request import request_job

    with pytest.raises(NotFound, match="nobody"):
        request_job(road, "lab.fill_boxes", BoxParams(str(shelf)), "nobody", "why not")


def test_the_requester_cannot_approve(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve

    job = planned(road, shelf, "a.box")
    with pytest.raises(Refused, match=r"approval\.self"):
        approve(road, job, "tanaka", "my own", job.digest)


def test_an_auditor_cannot_approve(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve

    job = planned(road, shelf, "a.box")
    with pytest.raises(Refused, match=r"approval\.role"):
        approve(road, job, "kimura", "fine", job.digest)


def test_an_approval_binds_to_the_digest_that_was_seen(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve

    job = planned(road, shelf, "a.box")
    with pytest.raises(Refused, match=r"approval\.digest"):
        approve(road, job, "suzuki", "fine", "0" * 64)


def test_a_plan_over_its_limits_needs_the_officer(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve

    job = planned(road, shelf, *(f"{n}.box" for n in range(201)))
    assert job.risk == "GRAVE"
    with pytest.raises(Refused, match=r"approval\.role"):
        approve(road, job, "suzuki", "fine", job.digest)
    approve(road, job, "sato", "the whole shelf moves", job.digest)
    assert worked(road, job).state == "DONE"


def test_a_plan_expires(road: Road, shelf: Path, clock: SetClock) -> None:
    from unyo.flow.approval import approve

    job = planned(road, shelf, "a.box")
    clock.step(timedelta(days=15))
    with pytest.raises(Refused, match=r"approval\.expired"):
        approve(road, job, "suzuki", "late", job.digest)
    job.refresh_from_db()
    assert job.state == "EXPIRED"


def test_a_world_that_moved_makes_the_plan_stale_and_nothing_is_written(road: Road, shelf: Path) -> None:
    job = approved(road, shelf, "a.box", "b.box")
    (shelf / "a.box").write_text("pears|closed")

    assert worked(road, job).state == "STALE"
    assert contents(shelf) == {"a.box": "pears|closed"}


def test_a_second_run_changes_nothing(road: Road, shelf: Path) -> None:
    worked(road, approved(road, shelf, "a.box"))
    job = worked(road, approved(road, shelf, "a.box"))

    assert job.state == "DONE"
    assert job.steps.count() == 0
    assert job.plan["unchanged"] == 1


def test_a_scheduled_job_waits_for_its_time(road: Road, shelf: Path, clock: SetClock) -> None:
    job = approved(road, shelf, "a.box", not_before=clock.now() + timedelta(days=6))
    assert worked(road, job).state == "APPROVED"
    clock.step(timedelta(days=6))
    assert worked(road, job).state == "DONE"


def test_a_write_that_does_not_hold_is_unverified(road: Road, shelf: Path) -> None:
    job = worked(road, approved(road, shelf, "leaky.box"))

    assert outcomes(job) == {"leaky.box": "UNVERIFIED"}
    assert job.state == "FAILED"


def test_a_target_that_refuses_is_failed_with_the_next_step(road: Road, shelf: Path) -> None:
    job = worked(road, approved(road, shelf, "a.box", "locked.box"))
    step = job.steps.get(label="locked.box")

    assert (step.outcome, step.code, step.next_step["en"]) == ("FAILED", "box.locked", "unlock it")
    assert job.state == "PARTIAL"


def test_an_exception_of_ours_is_errored_and_its_text_is_kept_out(road: Road, shelf: Path) -> None:
    job = worked(road, approved(road, shelf, "broken.box"))
    step = job.steps.get()

    assert (step.outcome, job.state) == ("ERRORED", "ERRORED")
    assert "SECRET-IN-EXCEPTION" not in f"{step.message} {step.detail}"


def test_a_bad_canary_stops_the_rest(road: Road, shelf: Path) -> None:
    job = worked(road, approved(road, shelf, "locked.box", "a.box", "b.box"))

    assert outcomes(job) == {"locked.box": "FAILED", "a.box": "SKIPPED", "b.box": "SKIPPED"}
    assert contents(shelf) == {}


def test_too_many_failures_stop_the_later_waves(road: Road, shelf: Path) -> None:
    boxes = ["a.box", *(f"locked{n}.box" for n in range(3)), *(f"{n:02}.box" for n in range(20))]
    job = worked(road, approved(road, shelf, *boxes))

    assert job.state == "PARTIAL"
    assert job.stop_reason["code"] == "job.stopped"
    assert outcomes(job)["19.box"] == "SKIPPED"


def test_cancelling_names_every_target(road: Road, shelf: Path) -> None:
    from unyo.flow.stop import cancel

    job = approved(road, shelf, "a.box")
    cancel(road, job, "suzuki", "wrong day")
    assert worked(road, job).state == "CANCELLED"
    assert contents(shelf) == {}


def test_resuming_does_what_failed_under_the_same_approval(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import carry_over
    from unyo.flow.planning import plan_job
    from unyo.flow.resume import approval_that_covers, request_resume

    first = worked(road, approved(road, shelf, "locked.box", "a.box"))
    again = request_resume(road, first, "tanaka", "go on")
    plan_job(road, again)
    covering = approval_that_covers(again)
    assert covering is not None
    carry_over(road, again, covering)
    assert again.parent == first
    assert set(outcomes(again)) == {"locked.box", "a.box"}


def test_resuming_a_finished_job_is_refused(road: Road, shelf: Path) -> None:
    from unyo.flow.resume import request_resume

    job = worked(road, approved(road, shelf, "a.box"))
    with pytest.raises(Refused, match=r"resume\.nothing"):
        request_resume(road, job, "tanaka", "again")


def test_undo_restores_what_was_there(road: Road, shelf: Path) -> None:
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    (shelf / "old.box").write_text("pears|open")
    job = worked(road, approved(road, shelf, "old.box", "new.box"))
    back = request_undo(road, job, "tanaka", "wrong fruit")
    plan_job(road, back)
    approve(road, back, "suzuki", "yes", back.digest)

    assert worked(road, back).state == "DONE"
    assert contents(shelf) == {"old.box": "pears|open"}


def test_undo_leaves_alone_what_was_changed_since(road: Road, shelf: Path) -> None:
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    job = worked(road, approved(road, shelf, "a.box", "b.box"))
    (shelf / "a.box").write_text("plums|closed")
    plan = plan_job(road, request_undo(road, job, "tanaka", "back"))

    assert [change.target.label for change in plan.changes] == ["b.box"]
    assert [finding.code for finding in plan.findings] == ["undo.moved", "undo.passwords"]
