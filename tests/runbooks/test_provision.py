"""accounts.provision on a real controller: the first load, the first of April, recovery and undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from support.domain import Domain, carry_out, done, entries, outcomes, plan_of, undone
from support.staff import last_year, this_year
from unyo.core.change import Change
from unyo.core.directory import Add, Logon, Modify
from unyo.core.outcome import Outcome
from unyo.core.person import Person
from unyo.core.secret import Secret, SecretRef

EVERYTHING = "(|(employeeNumber=*)(&(objectClass=organizationalUnit)(businessCategory=*))(objectClass=group))"


@pytest.fixture
def staffed(domain: Domain) -> Domain:
    """The domain as of last year, and this year's file imported."""
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    domain.people.stored.append(this_year())
    return domain


def at_once(domain: Domain) -> list[Change]:
    return [change for change in plan_of(domain, "accounts.provision").changes if change.due is None]


def account(domain: Domain, number: int) -> tuple[str, dict[str, tuple[str, ...]]]:
    """DN and attributes of one person's account."""
    ((dn, attributes),) = entries(domain, f"(employeeNumber={number:06})").items()
    return dn, attributes


def first_password(domain: Domain, number: int, occasion: str) -> Secret:
    return domain.vault.open(SecretRef(f"accounts/{number:06}/initial/{occasion}"))


def test_a_first_load_makes_departments_groups_and_accounts_and_a_second_plan_is_empty(
    domain: Domain,
) -> None:
    domain.people.stored.append(last_year())
    plan = plan_of(domain, "accounts.provision", roster=1)
    assert plan.counts() == {"joiner": 60, "group": 9, "department": 7}
    assert outcomes(carry_out(domain, "accounts.provision", plan.changes)) == {"DONE"}
    assert plan_of(domain, "accounts.provision", roster=1).changes == ()


def test_new_accounts_log_on_with_the_sealed_password_and_must_change_it(staffed: Domain) -> None:
    _, sato = account(staffed, 0)
    said = staffed.directory.try_logon(sato["userPrincipalName"][0], first_password(staffed, 0, "20250401"))
    assert said is Logon.MUST_CHANGE
    assert staffed.directory.try_logon(sato["userPrincipalName"][0], Secret("Wrong-1-Wrong")) is Logon.WRONG


def test_namesakes_in_one_department_get_different_names(staffed: Domain) -> None:
    first, second = account(staffed, 0), account(staffed, 60)
    assert first[0].startswith("CN=佐藤 健一 (000000),OU=総務課,")
    assert second[0].startswith("CN=佐藤 健一 (000060),OU=総務課,")
    assert first[1]["sAMAccountName"] == ("sato.kenichi",)
    assert second[1]["sAMAccountName"] == ("sato.k",)


def test_the_first_of_april_is_sorted_into_every_kind_of_move(staffed: Domain) -> None:
    assert plan_of(staffed, "accounts.provision").counts() == {
        "mover": 13,
        "correction": 10,
        "leaver": 4,
        "joiner": 4,
        "seconded_out": 1,
        "on_leave": 1,
        "department_rename": 1,
        "department": 1,
        "group_rename": 1,
        "group": 1,
        "rename": 1,
        "concurrent": 1,
        "seconded_in": 1,
        "handover_end": 1,
        "department_closed": 1,
    }


def test_movers_keep_their_identity_and_leavers_cannot_log_on(staffed: Domain) -> None:
    guid = account(staffed, 4)[1]["objectGUID"]
    leaver = account(staffed, 7)[1]["userPrincipalName"][0]
    assert outcomes(carry_out(staffed, "accounts.provision", at_once(staffed))) == {"DONE"}
    dn, moved = account(staffed, 4)
    assert moved["objectGUID"] == guid
    assert dn.endswith("OU=デジタル室,OU=消費者政策部,OU=Staff,DC=lab,DC=unyo,DC=test")
    assert staffed.directory.try_logon(leaver, first_password(staffed, 7, "20250401")) is Logon.DISABLED
    assert account(staffed, 7)[0].endswith("OU=20260401,OU=Leavers,DC=lab,DC=unyo,DC=test")
    assert "memberOf" not in account(staffed, 7)[1]


def test_a_rename_keeps_log_on_name_and_identity(staffed: Domain) -> None:
    before = account(staffed, 2)[1]
    carry_out(staffed, "accounts.provision", at_once(staffed))
    dn, after = account(staffed, 2)
    assert dn.startswith("CN=中村 健一,")
    assert after["sn"] == ("中村",)
    assert after["sAMAccountName"] == before["sAMAccountName"]
    assert after["objectGUID"] == before["objectGUID"]


def test_a_closed_department_goes_and_its_group_stays_empty(staffed: Domain) -> None:
    carry_out(staffed, "accounts.provision", at_once(staffed))
    assert entries(staffed, "(businessCategory=0300)") == {}
    assert len(entries(staffed, "(sAMAccountName=D-0300)")) == 1
    assert entries(staffed, "(memberOf=CN=D-0300,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test)") == {}


def test_a_closed_department_with_something_in_it_stays_and_is_named(staffed: Domain) -> None:
    dn = "CN=scanner,OU=臨時対策室,OU=Staff,DC=lab,DC=unyo,DC=test"
    staffed.directory.send([Add(dn, {"objectClass": ("contact",)})])
    plan = plan_of(staffed, "accounts.provision")
    assert "department_closed" not in plan.counts()
    assert "accounts.closed_department_in_use" in {finding.code for finding in plan.findings}


def test_handover_keeps_the_former_groups_until_the_day_after_the_last_day(staffed: Domain) -> None:
    (end,) = [c for c in plan_of(staffed, "accounts.provision").changes if c.sort == "handover_end"]
    assert end.due == datetime(2026, 4, 30, 15, 0, tzinfo=timezone.utc)
    carry_out(staffed, "accounts.provision", at_once(staffed))
    assert "CN=D-0102,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test" in account(staffed, 1)[1]["memberOf"]
    assert outcomes(carry_out(staffed, "accounts.provision", [end])) == {"DONE"}
    assert "CN=D-0102,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test" not in account(staffed, 1)[1]["memberOf"]
    assert plan_of(staffed, "accounts.provision").changes == ()


def test_undo_returns_every_attribute_of_everybody(staffed: Domain) -> None:
    before = entries(staffed, EVERYTHING)
    changes = at_once(staffed)
    carry_out(staffed, "accounts.provision", changes)
    assert outcomes(undone(staffed, "accounts.provision", changes)) == {"DONE"}
    after = entries(staffed, EVERYTHING)
    made_again = "OU=臨時対策室,OU=Staff,DC=lab,DC=unyo,DC=test"
    assert {**after[made_again], "objectGUID": ()} == {**before[made_again], "objectGUID": ()}
    assert {**after, made_again: {}} == {**before, made_again: {}}


def test_undo_takes_a_first_load_away_again(domain: Domain) -> None:
    domain.people.stored.append(last_year())
    changes = at_once(domain)
    carry_out(domain, "accounts.provision", changes)
    assert outcomes(undone(domain, "accounts.provision", changes)) == {"DONE"}
    assert entries(domain, "(|(employeeNumber=*)(businessCategory=*)(sAMAccountName=D-*))") == {}


def test_what_was_cut_off_half_way_converges_with_the_same_password(domain: Domain) -> None:
    domain.people.stored.append(last_year())
    changes = at_once(domain)
    carry_out(domain, "accounts.provision", changes)
    sealed = first_password(domain, 0, "20250401")
    dn = account(domain, 0)[0]
    group = "CN=All-Staff,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test"
    domain.directory.send([Modify(group, remove={"member": (dn,)})])
    joiners = [change for change in changes if change.target.key in ("000000", "000001")]
    assert outcomes(carry_out(domain, "accounts.provision", joiners, recovering=True)) == {"DONE"}
    assert group in account(domain, 0)[1]["memberOf"]
    assert first_password(domain, 0, "20250401") == sealed
    upn = account(domain, 0)[1]["userPrincipalName"][0]
    assert domain.directory.try_logon(upn, sealed) is Logon.MUST_CHANGE


def test_somebody_changed_since_the_plan_is_not_touched(staffed: Domain) -> None:
    changes = [change for change in at_once(staffed) if change.target.key == "000002"]
    staffed.directory.send([Modify(account(staffed, 2)[0], replace={"displayName": ("changed by hand",)})])
    (result,) = carry_out(staffed, "accounts.provision", changes)
    assert (result.outcome, result.code) == (Outcome.SKIPPED, "step.moved")
    assert account(staffed, 2)[1]["displayName"] == ("changed by hand",)


def test_somebody_missing_from_the_file_is_disabled_and_named_as_odd(domain: Domain) -> None:
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    people = {number: person for number, person in last_year().people.items() if number != "000011"}
    domain.people.stored.append(replace(last_year(), effective=date(2026, 4, 1), people=people))
    plan = plan_of(domain, "accounts.provision")
    assert [(change.sort, change.target.key, change.removes) for change in plan.changes] == [
        ("leaver", "000011", True)
    ]
    assert "people.absent" in {finding.code for finding in plan.findings}


def test_an_account_that_no_file_knows_is_left_alone(staffed: Domain) -> None:
    attributes = {"objectClass": ("user",), "sAMAccountName": ("guest1",), "employeeNumber": ("999999",)}
    staffed.directory.send([Add("CN=guest1,CN=Users,DC=lab,DC=unyo,DC=test", attributes)])
    plan = plan_of(staffed, "accounts.provision")
    assert "999999" not in {change.target.key for change in plan.changes}
    assert [f.where for f in plan.findings if f.code == "accounts.stranger"] == ["999999"]


def test_a_staff_number_on_two_accounts_stops_everything(staffed: Domain) -> None:
    attributes = {"objectClass": ("user",), "sAMAccountName": ("copy",), "employeeNumber": ("000001",)}
    staffed.directory.send([Add("CN=copy,CN=Users,DC=lab,DC=unyo,DC=test", attributes)])
    with pytest.raises(Exception, match=r"accounts\.two_accounts"):
        plan_of(staffed, "accounts.provision")


def test_a_suspended_account_stays_suspended_through_the_transfer(staffed: Domain) -> None:
    done(staffed, "accounts.suspend", staff_number=("000013",))
    plan = plan_of(staffed, "accounts.provision")
    carry_out(staffed, "accounts.provision", [change for change in plan.changes if change.due is None])
    assert int(account(staffed, 13)[1]["userAccountControl"][0]) & 2
    assert "accounts.suspended" in {finding.code for finding in plan.findings}


def test_somebody_who_comes_back_gets_the_old_account_and_a_new_password(staffed: Domain) -> None:
    carry_out(staffed, "accounts.provision", at_once(staffed))
    guid = account(staffed, 7)[1]["objectGUID"]
    back = {**this_year().people, "000007": last_year().people["000007"]}
    staffed.people.stored.append(replace(this_year(), effective=date(2027, 4, 1), people=back))
    (change,) = [change for change in at_once(staffed) if change.target.key == "000007"]
    assert change.sort == "return"
    assert outcomes(carry_out(staffed, "accounts.provision", [change])) == {"DONE"}
    dn, again = account(staffed, 7)
    assert again["objectGUID"] == guid
    assert dn.startswith("CN=長谷川 健一,OU=企画課,")
    said = staffed.directory.try_logon(again["userPrincipalName"][0], first_password(staffed, 7, "20270401"))
    assert said is Logon.MUST_CHANGE


def test_a_row_with_its_own_time_waits_for_it(staffed: Domain) -> None:
    later = datetime(2026, 4, 15, 15, 0, tzinfo=timezone.utc)
    people: dict[str, Person] = dict(this_year().people)
    people["000004"] = replace(people["000004"], effective=later)
    staffed.people.stored[-1] = replace(this_year(), people=people)
    due = {change.target.lock: change.due for change in plan_of(staffed, "accounts.provision").changes}
    assert due["account:000004"] == later
    assert due["account:000009"] is None
    assert due["department:0300"] == later


def test_more_removals_than_the_limit_make_the_plan_grave(staffed: Domain) -> None:
    few = {number: person for number, person in this_year().people.items() if number > "000040"}
    staffed.people.stored[-1] = replace(this_year(), people=few)
    breaches = plan_of(staffed, "accounts.provision").breaches
    assert [breach.what for breach in breaches] == ["removals", "removals"]
