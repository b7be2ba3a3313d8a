"""unyo schedule and unyo incident, as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from support.at_the_desk import Desk
from unyo.cli.schedule_check import look_at_schedules, look_at_triggers
from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.ledger.models import DeviceRecord, Job, Operator, RunState, ScheduleRecord, ScheduleRun
from unyo.ledger.operators import set_password
from unyo.settings import load_settings
from unyo.wiring import SystemClock, Toolbox

PASSWORD = "suzuki, her own password"
MONTHLY = ("--first-working-day", "--at", "02:00")
LIST = ("schedule", "add", "accounts.list")
WHY = ("--reason", "who is idle")


@pytest.fixture
def suzuki() -> Operator:
    made = Operator.objects.create(name="suzuki", role="operator")
    set_password(made, Secret(PASSWORD))
    return made


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let the clock of every later command be ahead."""

    def ahead(delta: timedelta) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(timezone.utc) + delta)

    return ahead


def added(desk: Desk, *words: str, name: str = "idle") -> Any:
    return desk.answer(*LIST, "--as", name, *words, *WHY)


def test_a_schedule_is_added_with_the_options_of_its_runbook(desk: Desk) -> None:
    made = added(
        desk, "--idle-days", "45", *MONTHLY, "--blackout", "12-20..01-05:年末", "--when-closed", "next"
    )

    assert (made["name"], made["owner"], made["params"]["idle_days"]) == ("idle", "tanaka", 45)
    assert made["rule"]["ja"] == "毎月第 1 開庁日 02:00"
    assert made["timetable"]["blackouts"] == ["12-20..01-05:年末"]
    assert len(made["runs"]) == 3


def test_the_preview_shows_twelve_runs_and_why_each_is_moved(desk: Desk) -> None:
    added(desk, "--cron", "0 2 31 * *", "--when-closed", "previous")
    answer = desk.answer("schedule", "preview", "idle")
    shown = desk.unyo("schedule", "preview", "idle").out

    assert len([run for run in answer["runs"] if run["at"]]) == 12
    assert all(run["reasons"] for run in answer["runs"] if run["at"] != run["planned_for"])
    assert [warning["code"] for warning in answer["warnings"]] == ["schedule.short_months"]
    assert "moved to" in shown
    assert "the last day" in shown


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "when it runs is missing"),
        (("--first-working-day",), "time of day is missing"),
        (("--cron", "0 2 * * *", "--at", "02:00"), "cron has its own time"),
        (("--cron", "0 2 * * *", "--last-working-day", "--at", "1:00"), "more than one rule"),
        (("--cron", "0 2 * * 9"), "the weekday (fifth field) cannot be used"),
        ((*MONTHLY, "--timezone", "Asia/Tokio"), "no such time zone"),
        ((*MONTHLY, "--blackout", "12-20..01-05"), "blackout is not understood"),
        ((*MONTHLY, "--window", "at night"), "window is not understood"),
        ((*MONTHLY, "--blackout", "01-01..12-31:always"), "it would never run"),
    ],
)
def test_what_is_missing_or_wrong_is_named(desk: Desk, words: tuple[str, ...], what: str) -> None:
    refused = desk.answer(*LIST, "--as", "idle", *words, *WHY, code=2)
    assert what in refused["error"]["what"]["en"]
    assert ScheduleRecord.objects.count() == 0


def test_a_change_keeps_what_was_not_given_and_is_in_the_history(desk: Desk) -> None:
    added(desk, "--idle-days", "45", *MONTHLY, "--window", "Mon-Fri 19:00-06:00", "--most-targets", "9")
    made = desk.answer("schedule", "change", "idle", "--at", "03:00", "--reason", "backups run at two")
    history = desk.answer("schedule", "history", "idle")

    assert (made["version"], made["params"]["idle_days"], made["limits"]["targets"]) == (2, 45, 9)
    assert made["timetable"]["when"] == {"nth_working_day": 1, "at": "03:00"}
    assert made["timetable"]["windows"] == ["Mon,Tue,Wed,Thu,Fri 19:00-06:00"]
    (change, *_) = history["changes"]
    assert change["fields"]["before"]["timetable"]["when"]["at"] == "02:00"
    assert change["fields"]["reason"] == "backups run at two"

    made = desk.answer(
        *("schedule", "change", "idle", "--no-window", "--idle-days", "60", "--cron", "0 4 * * *"),
        *("--reason", "daily"),
    )
    assert (made["timetable"]["windows"], made["params"]["idle_days"]) == ([], 60)


def test_list_tells_next_last_and_lost_runs_and_pauses(desk: Desk) -> None:
    added(desk, *MONTHLY)
    (row,) = desk.answer("schedule", "list")
    assert row["next_run"] is not None
    desk.unyo("schedule", "pause", "--all", "--reason", "the office moves")
    (row,) = desk.answer("schedule", "list")
    assert (row["next_run"], row["paused_by"]) == (None, "tanaka")
    assert "PAUSED by tanaka" in desk.unyo("schedule", "list").out
    desk.unyo("schedule", "resume", "idle", "--reason", "moved")
    desk.unyo("schedule", "end", "idle", "--reason", "no longer needed")

    assert desk.answer("schedule", "list") == []
    assert [each["name"] for each in desk.answer("schedule", "list", "--ended")] == ["idle"]


def test_another_person_approves_beforehand_what_was_seen(desk: Desk, suzuki: Operator) -> None:
    desk.answer(
        *("schedule", "add", "accounts.suspend", "--as", "cut", "--staff-number", "000101", *MONTHLY),
        *("--reason", "agreed"),
    )
    digest = desk.answer("schedule", "show", "cut")["digest"]
    refused = desk.answer("schedule", "approve", "cut", "--reason", "mine", code=4)
    assert refused["error"]["code"] == "approval.self"
    wrong = ("--by", "suzuki", "--reason", "ok", "--digest", "0" * 12)
    assert desk.answer("schedule", "approve", "cut", *wrong, typed=PASSWORD, code=4)["error"]["code"] == (
        "approval.digest"
    )
    made = desk.answer(
        *("schedule", "approve", "cut", "--by", "suzuki", "--reason", "ok", "--digest", digest[:12]),
        typed=PASSWORD,
    )

    assert (made["approver"], made["digest"]) == ("suzuki", digest)
    assert "standing approval: suzuki" in desk.unyo("schedule", "show", "cut").out
    desk.unyo("schedule", "change", "cut", "--at", "03:00", "--reason", "later")
    assert "VOID" in desk.unyo("schedule", "show", "cut").out


def test_run_due_brings_on_its_way_what_is_due_and_a_failure_is_seen(
    desk: Desk, pass_time: Callable[[timedelta], None]
) -> None:
    added(desk, "--cron", "0 * * * *", "--overlap", "allow")
    assert desk.answer("schedule", "run-due") == []
    pass_time(timedelta(hours=1))
    (event,) = desk.answer("schedule", "run-due")
    assert (event["kind"], event["schedule"]) == ("schedule.run_started", "idle")
    Operator.objects.update(active=False)
    pass_time(timedelta(hours=2))
    (event,) = desk.answer("schedule", "run-due")
    assert event["kind"] == "schedule.run_failed"

    (row,) = desk.answer("schedule", "list")
    assert (row["lost"], row["last_run"]["state"]) == (1, "failed_to_plan")
    assert "FAILED: no plan" in desk.unyo("schedule", "history", "idle").out


def test_the_doctor_sees_lost_and_overdue_runs(desk: Desk, pass_time: Callable[[timedelta], None]) -> None:
    added(desk, "--cron", "0 * * * *")
    desk.unyo("schedule", "run-due")
    tools = Toolbox(load_settings())
    assert look_at_schedules(tools) == "1"
    assert "operator_leaves" in look_at_triggers(tools)
    now = tools.clock.now()
    ScheduleRun.objects.create(
        schedule=ScheduleRecord.objects.get(),
        version=1,
        planned_for=now,
        state=RunState.MISSED,
        noticed_at=now,
    )
    with pytest.raises(BadSetting, match="unyo schedule history idle"):
        look_at_schedules(tools)
    pass_time(timedelta(hours=3))
    with pytest.raises(BadSetting, match="no worker looks at them"):
        look_at_schedules(tools)


def test_an_unknown_schedule_is_answered_with_what_is_near(desk: Desk) -> None:
    added(desk, *MONTHLY)
    for words in (("show", "idel"), ("preview", "idel"), ("change", "idel", "--reason", "x")):
        refused = desk.answer("schedule", *words, code=2)
        assert "near: idle" in refused["error"]["next"]["en"]


def test_an_incident_is_declared_and_what_it_sets_off_is_listed(desk: Desk, suzuki: Operator) -> None:
    DeviceRecord.objects.create(
        name="srv", kind="linux", accounts=[{"name": "root"}], added_at=datetime.now(timezone.utc)
    )
    refused = desk.answer("incident", "declare", "--reason", "lost", code=2)
    assert refused["error"]["code"] == "incident.declare"
    made = desk.answer("incident", "declare", "--system", "srv", "--reason", "a stick was lost")
    desk.unyo("incident", "declare", "--operator", "suzuki", "--reason", "seen on a photograph")
    desk.unyo("worker", "--until-idle")
    rows = {row["trigger"]: row for row in desk.answer("incident", "list")}

    assert made["accounts"] == 1
    assert rows["incident"]["scope"] == {"system": ["srv"]}
    assert rows["suspicion"]["state"] == "skipped"
    assert rows["incident"]["requester"] == "tanaka"


def test_a_schedule_of_passwords_tells_at_once_whose_they_are(desk: Desk) -> None:
    DeviceRecord.objects.create(
        name="srv01", kind="linux", accounts=[{"name": "root"}], added_at=SystemClock().now()
    )
    words = ("schedule", "add", "passwords.rotate", *MONTHLY, *WHY)
    assert "accounts as of now: 1" in desk.unyo(*words, "--as", "a", "--system", "srv01").out
    assert "no account has this system" in desk.unyo(*words, "--as", "b", "--system", "srv1").out


def test_whoever_is_to_approve_a_schedules_job_sees_why_it_waits(desk: Desk) -> None:
    desk.unyo("schedule", "add", "accounts.list", "--as", "idle", *MONTHLY, *WHY)
    now = SystemClock().now()
    job = Job.objects.create(
        runbook="accounts.list",
        params={},
        requester="tanaka",
        reason="idle",
        state="PLANNED",
        requested_at=now,
    )
    why = Text("the plan passes a limit: 5 targets; the limit is 3", "上限超過").as_json()
    ScheduleRun.objects.create(
        schedule=ScheduleRecord.objects.get(),
        version=1,
        planned_for=now,
        noticed_at=now,
        job=job,
        reasons=[why],
    )
    assert "! the plan passes a limit" in desk.unyo("jobs", "show", str(job.pk)).out
