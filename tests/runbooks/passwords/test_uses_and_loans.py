"""Passwords that are stored elsewhere, lent to a person, or refused already when the system is only asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from support.journey import worked
from support.password_desk import FIRST, Desk, codes
from support.password_road import approved, asked, findings, password_road
from support.staffing import employ
from unyo.core.credential import Credential
from unyo.core.hand import Use
from unyo.core.secret_state import SecretState as S
from unyo.flow.context import Road

SERVICE = Use("service", "PC-7", "backup")
STUBBORN = Use("stubborn", "PC-8", "backup")
DONE = [("DONE", "")]


def lend(desk: Desk, account: Credential, out: bool = True) -> None:
    desk.books.standings[account.path] = replace(desk.standing(account), checked_out=out)


@pytest.fixture
def road(desk: Desk, sqlite_ledger: Path, tmp_path: Path) -> Road:
    employ()
    return password_road(desk, tmp_path)


class TestUses:
    """Where a password is stored it is renewed in the same step, whenever a worker was killed."""

    def test_after_a_cut_the_new_one_is_sent_once_more_to_renew_them(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        desk.sets_there(admin, "Canary-New-Password-1")
        sets = desk.box.say("report")["sets"]
        assert codes(desk.rotated(admin, uses=(SERVICE,))) == DONE
        assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}
        assert desk.box.say("report")["sets"] == sets + 1

    def test_what_is_left_is_named_again_by_the_job_that_comes_again(self, desk: Desk) -> None:
        admin = desk.settled()
        for _ in range(2):
            (result,) = desk.rotated(admin, uses=(STUBBORN,))
            assert codes([result]) == [("UNVERIFIED", "passwords.uses_left")]
            assert "backup (PC-8)" in result.message.en  # type: ignore[union-attr]
        assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}

    def test_a_system_that_is_off_by_then_is_waited_for(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.rotated(admin)
        desk.switch(admin, on=False)
        assert codes(desk.rotated(admin, uses=(SERVICE,))) == [("UNREACHABLE", "box.away")]
        assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}


class TestLoans:
    """A password that a person holds is left alone, unless its account is named."""

    def test_it_is_left_out_of_the_plan_and_said_so(self, desk: Desk, road: Road) -> None:
        lent, other = desk.settled(1), desk.settled(2)
        lend(desk, lent)
        job = asked(road)
        assert [step.change["after"]["password"]["$secret"] for step in job.steps.all()] == [other.path]
        assert ("passwords.lent", lent.label) in findings(job)

    def test_one_that_was_lent_after_the_plan_is_not_touched(self, desk: Desk, road: Road) -> None:
        lent = desk.settled()
        job = approved(road)
        lend(desk, lent)
        job = worked(road, job)
        assert job.steps.get().code == "passwords.checked_out"
        assert desk.holds(lent, 1)

    def test_by_its_own_name_it_is_renewed(self, desk: Desk, road: Road) -> None:
        lent = desk.settled()
        lend(desk, lent)
        job = worked(road, approved(road, path=lent.path))
        assert job.state == "DONE"
        assert desk.holds(lent, 2)


class TestRefusedWhenAsked:
    """To ask for the lock-out policy means to sign on: a refusal there is an answer like any other."""

    def test_a_plan_that_was_refused_makes_the_run_look(self, desk: Desk, road: Road) -> None:
        admin = desk.settled()
        desk.rotated(admin, purpose="an earlier job")
        desk.rotated(admin, purpose="a second one")
        old = desk.books.sealed[admin.ref.at(1)].reveal()
        desk.sets_there(admin, old)
        job = approved(road)
        assert desk.standing(admin).refused == (2,)
        job = worked(road, job)
        assert job.state == "DONE"
        assert desk.lockouts() == []

    @pytest.mark.parametrize("threshold", [3, 4])
    def test_it_does_not_starve_the_other_candidates(self, desk: Desk, threshold: int) -> None:
        """One try in a window: the refused log-on of the question must not be made for ever."""
        desk.box.say("rule", threshold=threshold)
        admin = desk.settled()
        old = desk.books.sealed[admin.ref.at(1)].reveal()
        desk.rotated(admin, purpose="the next job")
        desk.sets_there(admin, FIRST)
        ends = []
        for _ in range(6):
            ends += desk.rotated(admin, foreseen=False)
            desk.sets_there(admin, old)
            desk.pass_time(timedelta(minutes=31))
        assert codes(ends[-1:]) == DONE
        assert desk.lockouts() == []
