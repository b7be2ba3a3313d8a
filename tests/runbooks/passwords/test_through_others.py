"""Accounts that are set by another account: it is proven once, and nobody locks it for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.password_desk import Desk, codes
from unyo.core.credential import Credential
from unyo.core.secret_state import SecretState as S
from unyo.runbooks.passwords.rules.order import phases

DONE = [("DONE", "")]


@pytest.fixture
def root(desk: Desk) -> Credential:
    return desk.settled(1, account="root")


def service(desk: Desk, root: Credential, number: int = 1) -> Credential:
    """An account of the same system that root sets; nobody has ever known its password."""
    return desk.account(1, account=f"service-{number}", via=root.path, initial=None)


def test_it_needs_no_old_password(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    assert codes(desk.rotated(made)) == DONE
    assert desk.holds(made, 1)


def test_many_are_set_with_one_proof_of_the_account_that_sets_them(desk: Desk, root: Credential) -> None:
    many = [service(desk, root, number) for number in range(20)]
    assert codes(desk.rotated(*many)) == DONE * 20


def test_a_refused_one_is_tried_once_for_all_and_never_locked(desk: Desk, root: Credential) -> None:
    many = [service(desk, root, number) for number in range(20)]
    desk.sets_there(root, "Canary-set-by-hand-1")
    assert codes(desk.rotated(*many)) == [("FAILED", "passwords.via_refused")] * 20
    assert desk.bad_logons(root) == 1
    for _ in range(5):
        assert {code for _, code in codes(desk.rotated(*many))} <= {"passwords.torn", "passwords.via_refused"}
    assert desk.lockouts() == []
    assert all(desk.states(each) == {} for each in many)


def test_one_that_comes_back_from_an_old_image_is_found_first(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    desk.box.say("take_image", system=root.system)
    desk.rotated(root)
    desk.box.say("restore_image", system=root.system)
    assert codes(desk.rotated(made)) == [("FAILED", "passwords.via_refused")]
    assert codes(desk.rotated(made)) == DONE
    assert desk.states(root) == {2: S.RETIRED, 1: S.VERIFIED}


def test_an_open_version_of_one_that_is_proven_is_no_hindrance(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    desk.sealed_for(root, "Canary-new-root-1", "a job that was cut off")
    assert codes(desk.rotated(made)) == DONE
    assert desk.states(root) == {2: S.SEALED, 1: S.VERIFIED}


def test_one_that_is_itself_unsettled_is_settled_first(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    desk.sealed_for(root, "Canary-new-root-1", "a job that was cut off")
    desk.sets_there(root, "Canary-new-root-1")
    assert codes(desk.rotated(made)) == DONE
    assert desk.states(root) == {2: S.VERIFIED, 1: S.RETIRED}


def test_one_that_another_job_is_changing_is_waited_for(desk: Desk, root: Credential) -> None:
    elsewhere = desk.account(2, account="service", via=root.path, initial=None)
    desk.sealed_for(root, "Canary-new-root-1", "another job")
    assert codes(desk.rotated(elsewhere)) == [("UNREACHABLE", "passwords.via_open")]
    assert desk.bad_logons(root) == 0


def test_a_torn_one_is_healed_by_the_account_that_sets_it(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    desk.rotated(made, purpose="an earlier job")
    desk.sealed_for(made, "Canary-New-Password-1")
    desk.sets_there(made, "Canary-set-by-hand-1")
    for _ in range(4):
        desk.rotated(made, purpose="the next job")
        desk.pass_time(timedelta(hours=1))
    assert S.VERIFIED in desk.states(made).values()
    assert S.TORN not in desk.states(made).values()
    assert desk.lockouts() == []


def test_what_the_system_counted_itself_narrows_the_budget(desk: Desk, root: Credential) -> None:
    made = service(desk, root)
    desk.rotated(made, purpose="an earlier job")
    desk.sealed_for(made, "Canary-New-Password-1")
    for _ in range(2):
        desk.box.say("logon", system=made.system, account=made.account, password="a person's slip")
    desk.sets_there(made, "Canary-set-by-hand-1")
    for _ in range(2):
        desk.box.say("logon", system=made.system, account=made.account, password="a person's slip")
    assert codes(desk.rotated(made)) == DONE
    assert desk.bad_logons(made) == 0


def test_the_account_that_sets_others_comes_last(desk: Desk, root: Credential) -> None:
    first, second = service(desk, root, 1), service(desk, root, 2)
    above = desk.account(3, account="above")
    from dataclasses import replace

    root = replace(root, via=above.path)
    turns = phases([above, root, first, second])
    assert [turns[each.path] for each in (first, second, root, above)] == [0, 0, 1, 2]


def test_accounts_that_set_each_other_have_some_order(desk: Desk) -> None:
    from dataclasses import replace

    one, two = desk.account(1), desk.account(2)
    ring = [replace(one, via=two.path), replace(two, via=one.path)]
    assert sorted(phases(ring)) == sorted([one.path, two.path])
