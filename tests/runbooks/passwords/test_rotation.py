"""One password after the other is sealed, sent and proven; whatever goes wrong, the books know what is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.password_desk import FIRST, Desk, codes
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState as S

DONE = [("DONE", "")]


def test_the_first_password_is_replaced_by_one_of_the_accounts_own(desk: Desk) -> None:
    admin = desk.account()
    (result,) = desk.rotated(admin)

    assert codes([result]) == DONE
    assert result.seen == {"account": "admin", "version": 1, "state": "VERIFIED", "last_set": "2027-03-25"}
    assert desk.holds(admin, 1)
    assert desk.standing(admin).in_force.verified_by == "box"  # type: ignore[union-attr]
    assert desk.bad_logons(admin) == 0


def test_the_old_one_is_kept_when_the_new_one_is_proven(desk: Desk) -> None:
    admin = desk.settled()
    assert codes(desk.rotated(admin)) == DONE
    assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}
    assert desk.holds(admin, 2)


def test_a_batch_takes_one_proposal_and_one_note(desk: Desk) -> None:
    accounts = [desk.settled(number) for number in range(8)]
    desk.books.calls.clear()
    assert codes(desk.rotated(*accounts)) == DONE * 8
    assert desk.books.calls == ["propose", "advance"]


def test_a_job_that_comes_again_finds_its_work_done(desk: Desk) -> None:
    admin = desk.settled()
    desk.rotated(admin)
    sets = desk.box.say("report")["sets"]
    assert codes(desk.rotated(admin)) == DONE
    assert desk.box.say("report")["sets"] == sets


def test_a_lost_reply_is_looked_up(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, lose_reply=1)
    assert codes(desk.rotated(admin)) == DONE
    assert (desk.states(admin)[2], desk.holds(admin, 2)) == (S.VERIFIED, True)
    assert desk.bad_logons(admin) == 0


def test_a_lost_request_is_sent_again(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, lose_request=1)
    assert codes(desk.rotated(admin)) == DONE
    assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}


def test_what_was_sent_twice_in_vain_is_named_and_nothing_is_lost(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, lose_request=2)
    assert codes(desk.rotated(admin)) == [("FAILED", "passwords.not_taken")]
    assert (desk.states(admin), desk.holds(admin, 1)) == ({2: S.UNKNOWN, 1: S.VERIFIED}, True)

    assert codes(desk.rotated(admin)) == DONE
    assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}


def test_a_change_that_lands_after_the_look_is_found(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, late=1)
    assert codes(desk.rotated(admin)) == DONE
    assert desk.holds(admin, 2)
    assert desk.lockouts() == []


def test_a_log_on_that_cannot_be_tried_leaves_it_set_and_open(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, deaf=2)
    (result,) = desk.rotated(admin)
    assert (result.outcome, result.code) == ("UNREACHABLE", "passwords.unproven")
    assert not result.untouched
    assert desk.states(admin) == {2: S.SET, 1: S.VERIFIED}
    assert desk.standing(admin).bad_logons == ()

    assert codes(desk.rotated(admin)) == DONE


def test_a_system_that_is_off_is_surely_untouched(desk: Desk) -> None:
    admin = desk.settled()
    desk.switch(admin, on=False)
    (result,) = desk.rotated(admin)
    assert (result.outcome, result.code, result.untouched) == ("UNREACHABLE", "box.away", True)
    assert desk.states(admin) == {2: S.PROPOSED, 1: S.VERIFIED}


def test_off_for_a_week_costs_no_bad_log_on_and_no_second_version(desk: Desk) -> None:
    admin = desk.settled()
    desk.switch(admin, on=False)
    for _ in range(7):
        assert codes(desk.rotated(admin)) == [("UNREACHABLE", "box.away")]
        desk.pass_time(timedelta(days=1))
    desk.switch(admin, on=True)
    assert codes(desk.rotated(admin)) == DONE
    assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}
    assert desk.refusals(admin) == 0


def test_a_refused_password_is_retired_and_the_old_one_stays(desk: Desk) -> None:
    admin = desk.settled()
    desk.fault(admin, refuse=1)
    assert codes(desk.rotated(admin)) == [("FAILED", "box.0000052D")]
    assert (desk.states(admin), desk.holds(admin, 1)) == ({2: S.RETIRED, 1: S.VERIFIED}, True)
    assert desk.standing(admin).trouble_code == "box.0000052D"


class TestAfterACut:
    """A worker died after a version was sealed: what is in force is looked up before anything is sent."""

    def test_the_new_one_is_in_force_so_that_was_the_rotation(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-new-1")
        desk.sets_there(admin, "Canary-new-1")
        sets = desk.box.say("report")["sets"]
        assert codes(desk.rotated(admin)) == DONE
        assert desk.states(admin) == {2: S.VERIFIED, 1: S.RETIRED}
        assert desk.box.say("report")["sets"] == sets

    @pytest.mark.parametrize("foreseen", [True, False])
    def test_the_old_one_is_in_force_so_the_sealed_one_is_sent(self, desk: Desk, foreseen: bool) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        assert codes(desk.rotated(admin, foreseen=foreseen)) == DONE
        assert desk.refusals(admin) == 1
        assert (desk.states(admin), desk.holds(admin, 2)) == ({2: S.VERIFIED, 1: S.RETIRED}, True)

    def test_a_policy_that_changed_meanwhile_asks_for_another(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "short-1A")
        assert codes(desk.rotated(admin)) == DONE
        assert desk.states(admin) == {3: S.VERIFIED, 2: S.RETIRED, 1: S.RETIRED}
        assert desk.holds(admin, 3)

    def test_what_another_job_sealed_and_set_is_settled_then_replaced(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-of-another-job-1", "another job")
        desk.sets_there(admin, "Canary-of-another-job-1")
        assert codes(desk.rotated(admin)) == DONE
        assert desk.states(admin) == {3: S.VERIFIED, 2: S.RETIRED, 1: S.RETIRED}

    def test_the_very_first_rotation_was_cut_off_before_it_was_sent(self, desk: Desk) -> None:
        admin = desk.account()
        desk.reads_policy(admin)
        desk.sealed_for(admin, "Canary-New-Password-1")
        assert codes(desk.rotated(admin)) == DONE
        assert desk.states(admin) == {3: S.VERIFIED, 2: S.RETIRED, 1: S.RETIRED}
        assert desk.standing(admin).bad_logons == ()

    def test_the_very_first_rotation_was_cut_off_after_it_was_set(self, desk: Desk) -> None:
        admin = desk.account()
        desk.sealed_for(admin, "Canary-New-Password-1")
        desk.sets_there(admin, "Canary-New-Password-1")
        assert codes(desk.rotated(admin)) == DONE
        assert desk.states(admin) == {1: S.VERIFIED}


class TestBudget:
    """Tries that may fail are few, counted before they are made, and stop long before the account locks."""

    def test_an_unread_policy_allows_one_and_waits_a_day(self, desk: Desk) -> None:
        admin = desk.account()
        desk.sealed_for(admin, "Canary-New-Password-1")
        assert codes(desk.rotated(admin)) == [("UNREACHABLE", "passwords.waits")]
        assert desk.bad_logons(admin) == 1
        for _ in range(5):
            assert codes(desk.rotated(admin)) == [("UNREACHABLE", "passwords.waits")]
        assert desk.bad_logons(admin) == 1
        desk.pass_time(timedelta(days=1, minutes=1))
        assert codes(desk.rotated(admin)) == DONE
        assert desk.lockouts() == []

    @pytest.mark.parametrize("threshold", [3, 4, 5, 6, 10])
    def test_an_account_with_a_strange_password_is_never_locked(self, desk: Desk, threshold: int) -> None:
        desk.box.say("rule", threshold=threshold)
        admin = desk.settled()
        for number in range(6):
            desk.rotated(admin, purpose=f"job {number}")
        desk.sets_there(admin, "Canary-set-by-hand-1")
        ends = []
        for _ in range(60):
            (result,) = desk.rotated(admin)
            ends.append(result.code)
            desk.pass_time(timedelta(minutes=5))
        assert desk.lockouts() == []
        assert ends[-1] == "passwords.torn"
        assert desk.states(admin)[7] is S.TORN

    def test_a_clock_that_jumps_forward_once_locks_nobody(self, desk: Desk) -> None:
        desk.box.say("rule", threshold=10)
        admin = desk.settled()
        for number in range(9):
            desk.rotated(admin, purpose=f"job {number}")
        desk.sets_there(admin, "Canary-set-by-hand-1")
        desk.rotated(admin)
        desk.clock.step(timedelta(days=3))
        desk.rotated(admin)
        assert desk.bad_logons(admin) == 8
        assert desk.lockouts() == []

    def test_a_clock_that_jumps_back_does_not_forget_tries(self, desk: Desk) -> None:
        desk.box.say("rule", threshold=3)
        admin = desk.settled()
        desk.sets_there(admin, "Canary-set-by-hand-1")
        desk.rotated(admin)
        desk.clock.step(timedelta(days=-3))
        assert codes(desk.rotated(admin)) == [("UNREACHABLE", "passwords.waits")]
        assert desk.lockouts() == []

    def test_tries_that_kills_cut_off_add_up_in_the_books(self, desk: Desk) -> None:
        desk.box.say("rule", threshold=6)
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        desk.sets_there(admin, "Canary-set-by-hand-1")

        for _ in range(10):
            desk.meanwhile("after a log-on", _killed)
            with pytest.raises(KeyboardInterrupt):
                desk.rotated(admin)
            if len(desk.standing(admin).bad_logons) >= 2:
                break
        desk.interruptions.clear()
        assert codes(desk.rotated(admin)) == [("UNREACHABLE", "passwords.waits")]
        assert desk.bad_logons(admin) <= 2

    def test_a_threshold_of_two_leaves_no_room_at_all(self, desk: Desk) -> None:
        desk.box.say("rule", threshold=2)
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        assert codes(desk.rotated(admin)) == [("FAILED", "passwords.no_room")]
        assert desk.bad_logons(admin) == 0

    def test_a_try_that_could_not_be_made_costs_nothing(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        desk.switch(admin, on=False)
        for _ in range(20):
            assert codes(desk.rotated(admin)) == [("UNREACHABLE", "passwords.unproven")]
        desk.switch(admin, on=True)
        assert codes(desk.rotated(admin)) == DONE

    def test_a_locked_account_stops_all_tries(self, desk: Desk) -> None:
        desk.box.say("rule", threshold=6)
        admin = desk.settled()
        desk.sealed_for(admin, "Canary-New-Password-1")
        for _ in range(6):
            desk.box.say("logon", system=admin.system, account="admin", password="a stranger's guess")
        assert codes(desk.rotated(admin)) == [("FAILED", "passwords.locked")]
        assert desk.states(admin) == {2: S.SEALED, 1: S.VERIFIED}


class TestRestoredImage:
    """A system comes back with a password of the past."""

    def test_an_older_one_works_and_is_replaced(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.box.say("take_image", system=admin.system)
        for number in range(3):
            desk.rotated(admin, purpose=f"job {number}")
            desk.pass_time(timedelta(hours=1))
        desk.box.say("restore_image", system=admin.system)
        results = [desk.rotated(admin)[0]]
        while results[-1].code == "passwords.waits":
            desk.pass_time(timedelta(minutes=31))
            results.append(desk.rotated(admin)[0])

        assert codes(results[-1:]) == DONE
        assert "old image" in results[-1].message.en  # type: ignore[union-attr]
        assert desk.holds(admin, max(desk.states(admin)))
        assert desk.lockouts() == []

    def test_a_system_that_was_installed_anew_has_its_first_password_again(self, desk: Desk) -> None:
        admin = desk.settled()
        desk.sets_there(admin, FIRST)
        (result,) = desk.rotated(admin)
        assert codes([result]) == DONE
        assert "old image" in result.message.en  # type: ignore[union-attr]
        assert desk.states(admin)[max(desk.states(admin))] is S.VERIFIED


class TestTorn:
    """Nothing that the books know works: that is said, and nothing more is tried."""

    def torn(self, desk: Desk, **more: object) -> object:
        desk.box.say("rule", threshold=0)
        admin = desk.settled(**more)  # type: ignore[arg-type]
        desk.sets_there(admin, "Canary-set-by-hand-1")
        return admin

    def test_it_is_named_with_what_to_do(self, desk: Desk) -> None:
        admin = self.torn(desk)
        (result,) = desk.rotated(admin)  # type: ignore[arg-type]
        assert codes([result]) == [("FAILED", "passwords.torn")]
        assert "unyo passwords adopt" in result.next_step.en  # type: ignore[union-attr]
        assert desk.states(admin)[1] is S.TORN  # type: ignore[arg-type]
        assert desk.standing(admin).trouble_code == "passwords.torn"  # type: ignore[arg-type]

    def test_nothing_is_tried_again(self, desk: Desk) -> None:
        admin = self.torn(desk)
        desk.rotated(admin)  # type: ignore[arg-type]
        bad = desk.bad_logons(admin)  # type: ignore[arg-type]
        assert codes(desk.rotated(admin)) == [("FAILED", "passwords.torn")]  # type: ignore[arg-type]
        assert desk.bad_logons(admin) == bad  # type: ignore[arg-type]

    def test_an_adopted_password_goes_on(self, desk: Desk) -> None:
        admin = self.torn(desk)
        desk.rotated(admin)  # type: ignore[arg-type]
        desk.books.adopt(admin.path, Secret("Canary-set-by-hand-1"), "a person")  # type: ignore[attr-defined]
        assert codes(desk.rotated(admin)) == DONE  # type: ignore[arg-type]


def test_an_account_without_any_known_password_is_left_alone(desk: Desk) -> None:
    admin = desk.account(initial=None)
    (result,) = desk.rotated(admin)
    assert codes([result]) == [("SKIPPED", "passwords.no_first")]
    assert desk.bad_logons(admin) == 0


def test_an_account_that_the_system_does_not_know_is_named(desk: Desk) -> None:
    admin = desk.account()
    absent = desk.account(2, account="other")
    from dataclasses import replace

    moved = replace(absent, system=admin.system, initial=SecretRef(admin.initial.path))  # type: ignore[union-attr]
    desk.books.accounts[moved.path] = moved
    assert desk.rotated(moved)[0].outcome == "FAILED"


def _killed() -> None:
    raise KeyboardInterrupt
