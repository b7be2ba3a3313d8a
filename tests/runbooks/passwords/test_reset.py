"""passwords.reset and passwords.unlock on a real controller and on the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support.directory import as_administrator
from support.directory_accounts import set_rules
from support.help_desk import HelpDesk, open_desk
from unyo.connectors.directory import LdapDirectory
from unyo.core.desk import Way
from unyo.core.directory import Add, Logon, Modify
from unyo.core.errors import NotFound, TargetSaidNo
from unyo.core.outcome import Outcome
from unyo.core.plan import Plan
from unyo.core.risk import Risk
from unyo.core.secret import Secret
from unyo.core.text import Language
from unyo.lab.controller import LabDirectory

THRESHOLD = 3
LABS = [
    pytest.param("account_simulator", id="simulator", marks=pytest.mark.xdist_group("account_simulator")),
    pytest.param(
        "samba_lab", id="samba", marks=[pytest.mark.samba, pytest.mark.xdist_group("samba_accounts")]
    ),
]


@pytest.fixture(params=LABS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HelpDesk]:
    lab: LabDirectory = request.getfixturevalue(request.param)
    directory = LdapDirectory(as_administrator(lab))
    set_rules(directory, lab, timedelta(days=1), THRESHOLD)
    yield open_desk(lab, directory, tmp_path)
    set_rules(directory, lab, timedelta(days=1), 0)
    directory.close()


def locked_out(desk: HelpDesk, dn: str) -> None:
    for _ in range(THRESHOLD):
        desk.directory.try_logon(dn, Secret("not-the-password"))
    assert desk.directory.try_logon(dn, Secret("not-the-password")) is Logon.LOCKED


def refused(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.refusals}


def test_one_request_resets_unlocks_and_asks_for_a_change(desk: HelpDesk) -> None:
    number, dn, forgotten = desk.person()
    locked_out(desk, dn)
    result = desk.reset(number)
    assert (result.outcome, result.code) == (Outcome.DONE, "")
    assert desk.directory.try_logon(dn, desk.sealed()) is Logon.MUST_CHANGE
    assert desk.directory.try_logon(dn, forgotten) is Logon.WRONG
    state = desk.attributes(dn, "pwdLastSet", "lockoutTime")
    assert state == {"pwdLastSet": "0", "lockoutTime": "0"}


def test_the_password_is_made_by_the_rules_and_sealed_under_the_verification(desk: HelpDesk) -> None:
    number, _, _ = desk.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    (change,) = plan.changes
    desk.apply("passwords.reset", plan.changes)
    made = desk.sealed().reveal()
    assert len(made) >= 12
    assert "sato" not in made.lower()
    assert made not in repr(plan)
    assert [change.after["password"]["$secret"]] == list(desk.vault.sealed)  # type: ignore[index]


def test_a_person_is_found_by_log_on_name_too(desk: HelpDesk) -> None:
    number, dn, _ = desk.person()
    sam = str(desk.attributes(dn, "sAMAccountName")["sAMAccountName"])
    plan = desk.plan("passwords.reset", person=sam, verification=desk.verify(number))
    assert plan.changes[0].target.key == number
    assert plan.risk(Risk.ROUTINE) is Risk.ROUTINE


def test_nobody_is_reset_without_being_verified(desk: HelpDesk) -> None:
    number, _, _ = desk.person()
    another, _, _ = desk.person()
    late = desk.verify(number, passed_at=desk.now() - timedelta(hours=2))
    assert refused(desk.plan("passwords.reset", person=number)) == {"desk.unverified"}
    theirs = desk.plan("passwords.reset", person=number, verification=desk.verify(another))
    assert refused(theirs) == {"desk.unverified"}
    assert refused(desk.plan("passwords.reset", person=number, verification=late)) == {
        "desk.verified_long_ago"
    }
    assert desk.vault.sealed == {}


def test_a_reset_says_how_the_person_was_verified(desk: HelpDesk) -> None:
    number, _, _ = desk.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number, Way.CODE))
    (told,) = [finding for finding in plan.findings if finding.code == "desk.verified"]
    assert "ito" in told.text.en
    assert "確認コード" in told.text.ja


@pytest.mark.parametrize("group", ["Domain Admins", "Administrators", "Account Operators"])
def test_members_of_protected_groups_need_the_officer(desk: HelpDesk, group: str) -> None:
    number, dn, _ = desk.person()
    (found,) = desk.directory.search(desk.directory.base_dn, f"(&(objectClass=group)(cn={group}))", ["cn"])
    between = f"CN=helpers{number},CN=Users,{desk.directory.base_dn}"
    inner = Add(between, {"objectClass": ("group",), "sAMAccountName": (f"helpers{number}",)})
    joins = [Modify(between, add={"member": (dn,)}), Modify(found.dn, add={"member": (between,)})]
    assert desk.directory.send([inner, *joins]) == [None] * 3
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    assert plan.risk(Risk.ROUTINE) is Risk.GRAVE
    assert "desk.protected_group" in {finding.code for finding in plan.findings}


def test_services_and_listed_accounts_need_a_colleague(desk: HelpDesk) -> None:
    service, _, _ = desk.person(userAccountControl="66048")
    plan = desk.plan("passwords.reset", person=service, verification=desk.verify(service))
    assert plan.risk(Risk.ROUTINE) is Risk.GUARDED
    assert desk.apply("passwords.reset", plan.changes)[0].outcome is Outcome.DONE


def test_an_account_that_became_privileged_after_the_plan_is_left_alone(desk: HelpDesk) -> None:
    number, dn, forgotten = desk.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    admins = f"CN=Domain Admins,CN=Users,{desk.directory.base_dn}"
    assert desk.directory.send([Modify(admins, add={"member": (dn,)})]) == [None]
    (result,) = desk.apply("passwords.reset", plan.changes)
    assert (result.outcome, result.code) == (Outcome.SKIPPED, "step.moved")
    assert desk.directory.try_logon(dn, forgotten) is Logon.ACCEPTED


def test_disabled_and_expired_accounts_are_not_revived(desk: HelpDesk) -> None:
    disabled, _, _ = desk.person(userAccountControl="514")
    expired, _, _ = desk.person(accountExpires="132539328000000000")
    for number, code in ((disabled, "desk.disabled"), (expired, "desk.expired")):
        plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
        assert refused(plan) == {code}


def test_an_account_that_unyo_keeps_is_rotated_not_reset(desk: HelpDesk) -> None:
    number, dn, _ = desk.person()
    desk.kept.accounts.append(
        f"{desk.attributes(dn, 'sAMAccountName')['sAMAccountName']}@{desk.lab.domain}".upper()
    )
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    assert refused(plan) == {"desk.kept"}


def test_an_unknown_person_and_a_name_of_two_are_told(desk: HelpDesk) -> None:
    number, _, _ = desk.person()
    desk.person(employeeNumber=number)
    with pytest.raises(NotFound):
        desk.plan("passwords.reset", person="99999999999")
    with pytest.raises(TargetSaidNo):
        desk.plan("passwords.reset", person=number)


def test_a_reset_that_was_cut_off_after_it_was_set_ends_with_the_same_password(desk: HelpDesk) -> None:
    number, dn, _ = desk.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    desk.apply("passwords.reset", plan.changes)
    first = desk.sealed()
    (again,) = desk.apply("passwords.reset", plan.changes, recovering=True)
    assert again.outcome is Outcome.DONE
    assert desk.sealed() == first
    # Locked meanwhile, so that it must be written again: the history refuses it, which tells that it is set.
    locked_out(desk, dn)
    (third,) = desk.apply("passwords.reset", plan.changes, recovering=True)
    assert (third.outcome, third.code) == (Outcome.DONE, "")


def test_it_cannot_be_undone_and_says_so(desk: HelpDesk) -> None:
    number, _, _ = desk.person()
    (change,) = desk.plan("passwords.reset", person=number, verification=desk.verify(number)).changes
    assert change.reversed() is None
    assert change.reason is not None


def test_an_unlock_leaves_the_password(desk: HelpDesk) -> None:
    number, dn, password = desk.person()
    locked_out(desk, dn)
    plan = desk.plan("passwords.unlock", person=number)
    assert "desk.locked" in {finding.code for finding in plan.findings}
    assert desk.apply("passwords.unlock", plan.changes)[0].outcome is Outcome.DONE
    assert desk.directory.try_logon(dn, password) is Logon.ACCEPTED


@pytest.mark.parametrize(
    ("control", "word"),
    [("512", "no bad log-on is counted"), ("514", "disabled")],
    ids=["forgotten", "disabled"],
)
def test_where_nothing_is_locked_the_desk_learns_what_it_is(desk: HelpDesk, control: str, word: str) -> None:
    number, _, _ = desk.person(userAccountControl=control)
    plan = desk.plan("passwords.unlock", person=number)
    assert plan.changes == ()
    assert word in plan.findings[0].text.in_language(Language.EN)
