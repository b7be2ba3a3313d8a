"""Faults around a running job: two workers, a full disk, a stepping clock, a server that restarts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from chaos.test_kills import contents_written, kill_workers
from support.boxes import SetClock, contents
from support.journey import approved, outcomes
from unyo.core.outcome import Outcome, StepResult
from unyo.flow.context import Owner, Road
from unyo.flow.worker import Worker

pytestmark = pytest.mark.chaos


@pytest.mark.postgresql
def test_a_job_on_postgresql_survives_kills(postgresql_road: Road, shelf: Path) -> None:
    from django.db import connection

    job = approved(postgresql_road, shelf, *(f"{number:04}.box" for number in range(150)))
    facts = connection.settings_dict
    url = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}&port={facts['PORT']}"

    assert kill_workers(url, shelf, job, "postgresql", 8) == 8
    job.refresh_from_db()
    assert job.state == "DONE"
    assert set(outcomes(job).values()) == {"DONE"}


def test_two_workers_share_a_job_and_touch_each_target_once(
    road: Road, shelf: Path, sqlite_ledger: Path
) -> None:
    names = [f"{number:04}.box" for number in range(200)]
    job = approved(road, shelf, *names)
    from django.db import connections

    connections.close_all()
    command = [
        sys.executable,
        "-m",
        "support.killing",
        f"sqlite:///{sqlite_ledger}",
        str(shelf),
        str(job.pk),
        "x",
        "0",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    workers = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [worker.wait(120) for worker in workers] == [0, 0]

    job.refresh_from_db()
    assert job.state == "DONE"
    touched = Counter(line.split()[0] for line in (shelf / "touched.log").read_text().splitlines())
    assert touched == Counter(names)
    assert contents_written(shelf) == {name: {"apples"} for name in names}


def test_a_target_that_another_job_holds_is_left_alone(road: Road, shelf: Path) -> None:
    first = approved(road, shelf, "a.box")
    second = approved(road, shelf, "a.box", content="pears")
    from unyo.flow.claim import claim
    from unyo.flow.run import start
    from unyo.ledger.models import Job

    me = Owner.this_process()
    runbook = road.find_runbook("lab.fill_boxes")
    assert start(road, first, me)
    assert start(road, second, me)
    assert len(claim(first.pk, me, runbook.pace, road.tools.clock.now())) == 1

    assert claim(second.pk, me, runbook.pace, road.tools.clock.now()) == []
    assert Job.objects.get(pk=second.pk).state == "RUNNING"


def test_a_step_of_the_clock_takes_no_work_from_a_living_worker(
    road: Road, shelf: Path, clock: SetClock
) -> None:
    from unyo.flow.claim import claim
    from unyo.flow.recover import recover
    from unyo.flow.run import start

    job = approved(road, shelf, "a.box")
    living = Owner.this_process()
    start(road, job, living)
    claim(job.pk, living, road.find_runbook("x").pace, clock.now())
    clock.step(timedelta(days=1))

    assert recover(road, Owner(living.host, living.pid + 1, "another")) == 0


def test_a_result_of_a_worker_that_lost_its_step_is_refused(road: Road, shelf: Path, clock: SetClock) -> None:
    from unyo.flow.claim import claim
    from unyo.flow.record import record
    from unyo.flow.run import start
    from unyo.ledger.models import Event, Step

    job = approved(road, shelf, "a.box")
    slow = Owner("elsewhere", 1, "1")
    start(road, job, slow)
    (step,) = claim(job.pk, slow, road.find_runbook("x").pace, clock.now())
    clock.step(timedelta(minutes=10))
    Worker(road).run_until_idle()

    assert record(slow, [(step, StepResult(Outcome.FAILED))], clock.now()) == 0
    assert Step.objects.get(pk=step.pk).outcome == "DONE"
    assert Event.objects.filter(kind="step.result_refused").count() == 1


def test_a_cancelled_job_whose_worker_died_names_every_target(
    road: Road, shelf: Path, clock: SetClock
) -> None:
    from unyo.flow.claim import claim
    from unyo.flow.run import start
    from unyo.flow.stop import cancel

    job = approved(road, shelf, *(f"{letter}.box" for letter in "abcdef"))
    dead = Owner("elsewhere", 1, "1")
    start(road, job, dead)
    claim(job.pk, dead, road.find_runbook("x").pace, clock.now())
    cancel(road, job, "suzuki", "stop it")
    clock.step(timedelta(minutes=10))
    Worker(road).run_until_idle()

    job.refresh_from_db()
    assert job.state == "CANCELLED"
    assert set(outcomes(job).values()) == {"SKIPPED"}
    assert contents(shelf) == {}


def test_a_full_disk_under_the_ledger_loses_no_step(
    road: Road, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is given no page more half way; the worker gives up, and goes on once there is room again."""
    from django.db import OperationalError, connection
    from django.db.backends.signals import connection_created

    job = approved(road, shelf, *(f"{number:03}.box" for number in range(60)))
    monkeypatch.setattr("unyo.flow.run.RECORD_TRIES", 2)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0] + 4

    def no_room(sender: object, connection: object, **_: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    connection_created.connect(no_room)
    connection.close()
    errors: list[BaseException] = []
    worker = threading.Thread(target=_work_until_error, args=(road, errors))
    worker.start()
    worker.join(60)
    connection_created.disconnect(no_room)
    connection.close()

    assert [type(error) for error in errors] == [OperationalError]
    assert "full" in str(errors[0])
    assert job.steps.exclude(state="ended").exists()
    _pretend_the_worker_died(job)
    Worker(road).run_until_idle()
    job.refresh_from_db()
    assert (job.state, job.steps.count(), set(outcomes(job).values())) == ("DONE", 60, {"DONE"})
    assert {len(written) for written in contents_written(shelf).values()} == {1}


def _work_until_error(road: Road, errors: list[BaseException]) -> None:
    from django.db import connections

    try:
        Worker(road).run_until_idle()
    except BaseException as error:
        errors.append(error)
    finally:
        connections.close_all()


def _pretend_the_worker_died(job: object) -> None:
    from unyo.ledger.models import Step

    Step.objects.filter(state="running").update(owner=Owner("gone", 1, "1").name, lease_until=None)
