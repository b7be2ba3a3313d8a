"""Two workers and two jobs on the same accounts, a full disk: each password is set once and none is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from chaos.test_rotation_kills import box, home
from support.box_arena import arena
from support.box_hand import PasswordBox
from support.journey import worked
from support.little_room import LittleRoom
from support.password_road import approved
from unyo.core.change import Change
from unyo.core.credential import Scope
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState as S
from unyo.flow.context import Owner, Road

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("rotation kills")]

__all__ = ["box", "home"]


@pytest.fixture
def sets(box: PasswordBox) -> Callable[[], int]:
    """How many passwords the box has taken since the test began."""
    before = box.say("report")["sets"]
    return lambda: int(box.say("report")["sets"]) - int(before)


def road_of(home: Path, at: str = "", happens: Callable[[], None] = lambda: None) -> Road:
    """A road on which something happens once, at the first instant of this name."""
    left = [happens]

    def mark(instant: str) -> None:
        if instant == at and left:
            left.pop()()

    return arena(home).road(mark)


def newest(road: Road) -> dict[str, list[S]]:
    """Path → the states of its versions, newest first."""
    paths = [account.path for account in road.tools.credentials.select(Scope(everything=True))]
    standings = road.tools.credentials.standing(paths)
    return {path: [version.state for version in standings[path].versions] for path in paths}


def junk(home: Path) -> Callable[[int], None]:
    """Seals one small secret that nobody needs."""
    vault = arena(home).road(lambda _: None).tools.vault
    return lambda number: vault.seal(SecretRef(f"junk/{number}"), Secret("junk"), "to fill the disk")


def all_hold(home: Path) -> bool:
    """Whether what the books call in force is in force everywhere."""
    field = arena(home)
    tools = field.road(lambda _: None).tools
    accounts = tools.credentials.select(Scope(everything=True))
    return all(field.holds(account, tools.vault.open(account.ref)) for account in accounts)


def test_two_workers_and_two_jobs_set_each_password_once_a_job(
    home: Path, sqlite_ledger: Path, sets: Callable[[], int]
) -> None:
    road = road_of(home)
    jobs = [approved(road) for _ in range(2)]
    connections.close_all()
    command = [
        *(sys.executable, "-m", "support.killing_passwords", f"sqlite:///{sqlite_ledger}"),
        *(str(home), "support.box_arena:arena", "", "0"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    workers = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    for job in jobs:
        worked(road, job)
        assert job.state == "DONE"
    assert sets() == 2 * len(newest(road))
    assert {tuple(states) for states in newest(road).values()} == {(S.VERIFIED, S.RETIRED)}
    assert all_hold(home)


def test_a_full_disk_after_the_passwords_were_set_loses_none(home: Path, sets: Callable[[], int]) -> None:
    with LittleRoom() as room:
        road = road_of(home, "after exchanges", lambda: room.take(junk(home)))
        job: Any = approved(road)
        runbook = road.find_runbook("passwords.rotate")
        changes = [Change.from_json(step.change) for step in job.steps.order_by("order")]
        first = runbook.apply(changes[:-1], road.tools, False)
        assert {(result.outcome, result.code) for result in first} == {("UNREACHABLE", "passwords.books")}
        assert not any(result.untouched for result in first)
        room.give()
    set_before = sets()
    again = runbook.apply(changes[:-1], road.tools, True)
    assert {result.outcome for result in again} == {"DONE"}
    assert sets() == set_before == len(changes) - 1
    assert all_hold_of(newest(road), changes[:-1]) == {S.VERIFIED}


def all_hold_of(states: dict[str, list[S]], changes: list[Change]) -> set[S]:
    return {states[(change.after or {})["password"]["$secret"]][0] for change in changes}


def test_a_full_disk_before_anything_is_sealed_touches_nobody(home: Path, sets: Callable[[], int]) -> None:
    with LittleRoom() as room:
        road = road_of(home)
        job: Any = approved(road)
        runbook = road.find_runbook("passwords.rotate")
        changes = [Change.from_json(step.change) for step in job.steps.order_by("order")]
        room.take(junk(home))
        results = runbook.apply(changes[:-1], road.tools, False)
        assert {result.code for result in results} == {"passwords.books"}
        assert sets() == 0
        room.give()
    assert {result.outcome for result in runbook.apply(changes[:-1], road.tools, True)} == {"DONE"}


def test_a_worker_on_a_full_disk_leaves_work_that_the_next_one_ends(
    home: Path, sets: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unyo.flow.run.RECORD_TRIES", 2)
    with LittleRoom() as room:
        road = road_of(home, "after exchanges", lambda: room.take(junk(home)))
        job: Any = approved(road)
        # Whether the step's own end still finds room is chance; both ways must be gone on from.
        with suppress(OperationalError):
            worked(road, job)
        assert not job.steps.filter(state="ended").exists()
        room.give()
    job.steps.filter(state="running").update(owner=Owner("gone", 1, "1").name, lease_until=None)
    arena(home).pass_time(timedelta(minutes=1))
    assert worked(road, job).state == "DONE"
    assert sets() == len(newest(road))
    assert all_hold(home)
