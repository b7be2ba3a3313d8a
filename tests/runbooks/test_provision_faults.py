"""accounts.provision where the file, the directory or the reservations are not as they should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from support.domain import Domain, carry_out, done, entries, outcomes, plan_of
from support.staff import DEPARTMENTS, last_year, person
from unyo.core.directory import Add, Delete, Modify
from unyo.core.errors import TargetSaidNo
from unyo.core.person import Department, Person, Post, Roster
from unyo.core.plan import Plan

BASE = "DC=lab,DC=unyo,DC=test"


def few(*people: Person) -> Roster:
    return replace(last_year(), people={each.staff_number: each for each in people})


def planned(domain: Domain, roster: Roster) -> Plan:
    domain.people.stored.append(roster)
    return plan_of(domain, "accounts.provision")


def refusals(plan: Plan) -> set[tuple[str, str]]:
    return {(finding.code, finding.where) for finding in plan.refusals}


def test_a_name_that_windows_would_refuse_refuses_the_plan(domain: Domain) -> None:
    long = replace(person(11), family_name="長" * 65)
    assert refusals(planned(domain, few(long))) == {("accounts.too_long", f"000011 {'長' * 65} 美咲")}


def test_a_department_code_in_no_list_refuses_the_plan(domain: Domain) -> None:
    lost = replace(person(11), posts=(Post("9999", ""),))
    assert refusals(planned(domain, few(lost))) == {("accounts.no_department", "000011 鈴木 美咲")}


def test_a_name_without_a_reading_refuses_the_plan(domain: Domain) -> None:
    unread = replace(person(11), family_kana="", given_kana="")
    assert {code for code, _ in refusals(planned(domain, few(unread)))} == {"accounts.no_latin_name"}


def test_a_group_name_held_elsewhere_refuses_the_plan(domain: Domain) -> None:
    group = Add(f"CN=x,CN=Users,{BASE}", {"objectClass": ("group",), "sAMAccountName": ("managers",)})
    assert domain.directory.send([group]) == [None]
    assert refusals(planned(domain, few(person(11)))) == {("accounts.group_elsewhere", "Managers")}


def test_two_units_with_one_code_stop_everything(domain: Domain) -> None:
    domain.people.stored.append(few(person(11)))
    done(domain, "accounts.provision")
    copy = {"objectClass": ("organizationalUnit",), "businessCategory": ("0101",)}
    domain.directory.send([Add(f"OU=copy,OU=Staff,{BASE}", copy)])
    with pytest.raises(TargetSaidNo, match=r"accounts\.two_departments"):
        plan_of(domain, "accounts.provision")


def test_a_unit_of_the_departments_name_is_taken_over(domain: Domain) -> None:
    unit = {"objectClass": ("organizationalUnit",)}
    domain.directory.send([Add(f"OU=Staff,{BASE}", unit), Add(f"OU=総務部,OU=Staff,{BASE}", unit)])
    before = entries(domain, "(ou=総務部)")
    domain.people.stored.append(few(person(10)))
    assert outcomes(done(domain, "accounts.provision")) == {"DONE"}
    (after,) = entries(domain, "(ou=総務部)").values()
    assert after["businessCategory"] == ("0100",)
    assert after["objectGUID"] == before[f"OU=総務部,OU=Staff,{BASE}"]["objectGUID"]


def test_one_account_that_is_refused_harms_nobody_else_in_its_batch(domain: Domain) -> None:
    domain.people.stored.append(few(person(10), person(11), person(12)))
    plan = plan_of(domain, "accounts.provision")
    thief = {"objectClass": ("user",), "sAMAccountName": ("suzuki.misaki",)}
    domain.directory.send([Add(f"CN=thief,CN=Users,{BASE}", thief)])
    results = carry_out(domain, "accounts.provision", plan.changes)
    bad = [result for result in results if not result.outcome.is_good]
    assert [result.outcome for result in bad] == ["FAILED"]
    assert bad[0].code in ("directory.exists", "directory.exists.sam")
    assert len(entries(domain)) == 2


def test_a_name_reserved_by_somebody_else_meanwhile_fails_alone(domain: Domain) -> None:
    domain.people.stored.append(few(person(10), person(11), person(12)))
    plan = plan_of(domain, "accounts.provision")
    domain.names.held["suzuki.misaki"] = ("000999", None)
    results = carry_out(domain, "accounts.provision", plan.changes)
    bad = [result.code for result in results if not result.outcome.is_good]
    assert bad == ["accounts.name_taken"]
    assert len(entries(domain)) == 2


def test_a_name_given_to_a_former_colleague_is_not_given_again(domain: Domain) -> None:
    domain.names.held["suzuki.misaki"] = ("000999", date(2024, 4, 1))
    (joiner,) = [c for c in planned(domain, few(person(11))).changes if c.sort == "joiner"]
    assert joiner.after is not None
    assert joiner.after["sam"] == "suzuki.m"


def test_a_group_that_is_gone_at_writing_fails_its_members_and_says_so(domain: Domain) -> None:
    domain.people.stored.append(few(person(10), person(12)))
    plan = plan_of(domain, "accounts.provision")
    units = [change for change in plan.changes if change.target.kind != "account"]
    people = [change for change in plan.changes if change.target.kind == "account"]
    carry_out(domain, "accounts.provision", units)
    domain.directory.send([Delete(f"CN=D-0201,OU=Groups,OU=Staff,{BASE}")])
    results = {result.code for result in carry_out(domain, "accounts.provision", people)}
    assert results == {"", "directory.no_such_object"}


def test_departments_that_swap_places_are_followed_and_nobody_moves(domain: Domain) -> None:
    domain.people.stored.append(few(person(10), person(12)))
    done(domain, "accounts.provision")
    moved = {**DEPARTMENTS, "0101": Department("0101", "総務課", "0200")}
    plan = planned(
        domain, replace(few(person(10), person(12)), effective=date(2026, 4, 1), departments=moved)
    )
    assert plan.counts() == {"department_rename": 1}
    assert outcomes(carry_out(domain, "accounts.provision", plan.changes)) == {"DONE"}
    (dn,) = entries(domain, "(employeeNumber=000010)")
    assert dn == f"CN=佐藤 美咲,OU=総務課,OU=消費者政策部,OU=Staff,{BASE}"


def test_the_directory_changed_by_hand_is_named_and_mended(domain: Domain) -> None:
    domain.people.stored.append(few(person(11)))
    done(domain, "accounts.provision")
    (dn,) = entries(domain)
    domain.directory.send([Modify(dn, replace={"title": ("changed by hand",)})])
    plan = planned(domain, replace(few(person(11)), effective=date(2026, 4, 1)))
    assert [(finding.code, finding.where) for finding in plan.findings] == [
        ("accounts.drift", "000011 鈴木 美咲")
    ]
    assert plan.counts() == {"correction": 1}
