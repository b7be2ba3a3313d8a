"""Workers killed in the middle of Ansible plays on terminals: nothing outlives them, and all ends as wanted."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.db import OperationalError, connections

from support.journey import outcomes, worked
from support.killing_workers import INSTANTS, Workers
from support.little_room import LittleRoom
from support.trouble import RULES, TOGETHER, TroubledTown, unturn, whole
from unyo.connectors.ansible.private import SHARED_MEMORY
from unyo.flow.approval import approve
from unyo.flow.context import Owner
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.chain import verify_chain
from unyo.ledger.evidence import contradictions
from unyo.runbooks.policy.apply import Apply

pytestmark = pytest.mark.chaos

KILLS = 15 + int(os.environ.get("UNYO_CHAOS_ROUNDS", "0"))


@pytest.fixture(scope="module")
def lab() -> Iterator[FleetProcess]:
    with FleetProcess(count=3) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


@pytest.fixture
def workers(lab: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Iterator[Workers]:
    private = Path(mkdtemp(prefix="unyo-test-", dir=SHARED_MEMORY))
    yield Workers(TroubledTown(lab, tmp_path), private, sqlite_ledger, random.Random("24 November"))
    shutil.rmtree(private)
    for facts in lab.terminals:
        unturn(lab, facts["serial"])
        lab.order("restore", facts["serial"])
    assert lab.unsupported == []


def approved(town: TroubledTown, job: Any) -> Any:
    approve(town.road, job, "sato" if job.risk == "GRAVE" else "suzuki", "seen", job.digest)
    return job


def test_workers_killed_around_their_plays_leave_terminals_whole(workers: Workers) -> None:
    from unyo.ledger.models import Event

    town, dice = workers.town, workers.dice
    before = town.chosen()
    applied = approved(town, town.asked(whole()))
    jobs = [applied]
    while len(workers.kills) < KILLS:
        if workers.kill_one(INSTANTS[len(workers.kills) % len(INSTANTS)]):
            # Now and then the next worker comes at once, while the play of the dead one is still ending.
            if dice.random() < 0.7:
                workers.wait_until_ended()
            continue
        jobs.append(approved(town, next_job(town, jobs)))
    workers.finish()
    assert workers.left() == []
    for job in jobs:
        job.refresh_from_db()
        assert (job.state, set(outcomes(job).values())) == ("DONE", {"DONE"})
    applied_last = len(jobs) % 2 == 1
    assert list(town.chosen().values()) == [town.wanted()] * 3 if applied_last else town.chosen() == before
    assert town.guards() == []
    assert Event.objects.filter(kind="step.taken_over").exists()
    assert verify_chain().damages == ()
    assert contradictions() == []
    assert leaks(workers) == []
    assert sum(kill.playing for kill in workers.kills) >= KILLS // 5
    assert any(kill.guards for kill in workers.kills)


def test_two_workers_on_one_fleet_do_each_step_once(workers: Workers) -> None:
    town = workers.town
    halves = [whole(rule=RULES[:2]), whole(rule=RULES[2:])]
    jobs = [approved(town, town.asked(params)) for params in halves]
    pair = [workers.start(), workers.start()]
    assert [worker.wait(90) for worker in pair] == [0, 0]
    workers.finish()

    for job in jobs:
        job.refresh_from_db()
        assert (job.state, set(outcomes(job).values())) == ("DONE", {"DONE"})
        assert set(job.steps.values_list("attempts", flat=True)) == {1}
    assert list(town.chosen().values()) == [town.wanted()] * 3
    assert town.guards() == []
    assert workers.left() == []


def test_a_full_ledger_in_a_wave_loses_no_step_and_plays_nothing_twice(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, plays = workers.town, list[str]()
    monkeypatch.setattr("unyo.flow.run.RECORD_TRIES", 2)
    monkeypatch.setattr(Apply, "pace", TOGETHER)
    job = approved(town, town.asked(whole()))
    with LittleRoom() as room:
        town.meanwhile(after=room.take)
        with pytest.raises(OperationalError, match="full"):
            worked(town.road, job)
    job.refresh_from_db()
    assert {step.state for step in job.steps.all()} == {"running"}
    job.steps.filter(state="running").update(owner=Owner("gone", 1, "1").name, lease_until=None)

    town.meanwhile(before=lambda: plays.append("again"))
    assert worked(town.road, job).state == "DONE"
    assert list(town.chosen().values()) == [town.wanted()] * 3
    assert (plays, town.guards()) == ([], [])


def next_job(town: TroubledTown, jobs: list[Any]) -> Any:
    """An undo after each application, and an application after each undo."""
    jobs[-1].refresh_from_db()
    if len(jobs) % 2 == 1:
        return town.undo_asked(jobs[-1])
    return town.asked(whole())


def leaks(workers: Workers) -> list[str]:
    """Where the terminals' password was found: in files, in what processes showed, in memory."""
    canary = workers.town.lab.password.reveal().encode()
    connections.close_all()
    found = [str(file) for file in workers.home.rglob("*") if file.is_file() and canary in file.read_bytes()]
    found += [str(file) for file in workers.ledger.parent.glob("*.sqlite3*") if canary in file.read_bytes()]
    return found + [f"at a kill: {seen[:80]!r}" for seen in workers.seen if canary in seen]
