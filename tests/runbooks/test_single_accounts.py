"""The small account runbooks on a real controller, each with its way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from support.domain import Domain, carry_out, done, entries, outcomes, plan_of, undone
from support.staff import last_year, person
from unyo.core.directory import Logon, Modify
from unyo.core.errors import BadInput, NotFound, Refused
from unyo.core.secret import SecretRef
from unyo.runbooks.accounts.create import CreateRow
from unyo.runbooks.accounts.move import MoveRow
from unyo.runbooks.accounts.remote_access import AccessParams
from unyo.runbooks.accounts.remove import RemoveParams
from unyo.runbooks.accounts.rename import RenameRow

REMOTE = "CN=Remote-Access,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test"
MAIL = """
staff_number_attribute: employeeNumber
people: OU=Staff
groups: OU=Groups,OU=Staff
leavers: OU=Leavers
upn_suffix: ""
mail_domain: example.jp
company: ""
must_change_password: true
password_length: 14
grace_days: 30
suspend_on_leave: true
limits: {targets: null, target_share: null, removals: 40, removal_share: 0.1}
"""


@pytest.fixture
def staffed(domain: Domain) -> Domain:
    few = {f"{number:06}": person(number) for number in (10, 11, 12)}
    domain.people.stored.append(replace(last_year(), people=few))
    done(domain, "accounts.provision", roster=1)
    return domain


def account(domain: Domain, number: int) -> tuple[str, dict[str, tuple[str, ...]]]:
    ((dn, attributes),) = entries(domain, f"(employeeNumber={number:06})").items()
    return dn, attributes


def there_and_back(domain: Domain, name: str, number: int, **params: Any) -> Sequence[str]:
    """Carry a runbook out and undo it; the names of attributes that then differ."""
    before = account(domain, number)
    changes = [change for change in plan_of(domain, name, **params).changes if change.due is None]
    assert outcomes(carry_out(domain, name, changes)) == {"DONE"}
    assert account(domain, number) != before
    assert outcomes(undone(domain, name, changes)) == {"DONE"}
    after = account(domain, number)
    assert after[0] == before[0]
    return sorted(key for key in {**before[1], **after[1]} if before[1].get(key) != after[1].get(key))


def test_suspend_disables_where_it_stands_and_restore_brings_back_everything(staffed: Domain) -> None:
    before = account(staffed, 11)
    assert outcomes(done(staffed, "accounts.suspend", staff_number=("000011",))) == {"DONE"}
    dn, suspended = account(staffed, 11)
    assert dn == before[0]
    assert int(suspended["userAccountControl"][0]) & 2
    assert "memberOf" not in suspended
    assert outcomes(done(staffed, "accounts.restore", staff_number=("000011",))) == {"DONE"}
    assert account(staffed, 11) == before


def test_suspending_twice_changes_nothing_the_second_time(staffed: Domain) -> None:
    done(staffed, "accounts.suspend", staff_number=("000011",))
    plan = plan_of(staffed, "accounts.suspend", staff_number=("000011",))
    assert plan.changes == ()
    assert [target.key for target in plan.unchanged] == ["000011"]


def test_the_notes_of_others_on_an_account_stay(staffed: Domain) -> None:
    staffed.directory.send([Modify(account(staffed, 11)[0], replace={"extensionName": ("somebody else's",)})])
    done(staffed, "accounts.suspend", staff_number=("000011",))
    assert "somebody else's" in account(staffed, 11)[1]["extensionName"]
    done(staffed, "accounts.restore", staff_number=("000011",))
    assert account(staffed, 11)[1]["extensionName"] == ("somebody else's",)


def test_an_account_disabled_by_hand_has_nothing_to_restore(staffed: Domain) -> None:
    staffed.directory.send([Modify(account(staffed, 11)[0], replace={"userAccountControl": ("514",)})])
    with pytest.raises(Refused, match=r"accounts\.nothing_noted"):
        plan_of(staffed, "accounts.restore", staff_number=("000011",))


def test_removal_sets_aside_now_and_deletes_when_the_grace_period_is_over(staffed: Domain) -> None:
    plan = plan_of(staffed, "accounts.remove", staff_number=("000011",), on=date(2026, 3, 25))
    aside, deletion = plan.changes
    assert (aside.sort, deletion.sort, deletion.undoable) == ("disable", "delete", False)
    assert deletion.due == datetime(2026, 4, 23, 15, 0, tzinfo=timezone.utc)
    assert outcomes(carry_out(staffed, "accounts.remove", [aside])) == {"DONE"}
    assert account(staffed, 11)[0] == ("CN=鈴木 美咲 (000011),OU=20260325,OU=Leavers,DC=lab,DC=unyo,DC=test")
    assert outcomes(carry_out(staffed, "accounts.remove", [deletion])) == {"DONE"}
    assert entries(staffed, "(employeeNumber=000011)") == {}
    assert staffed.names.held["suzuki.misaki"] == ("000011", date(2026, 3, 25))


def test_a_removed_account_comes_back_exactly_within_the_grace_period(staffed: Domain) -> None:
    before = account(staffed, 11)
    done(staffed, "accounts.remove", staff_number=("000011",), on=date(2026, 3, 25))
    assert outcomes(done(staffed, "accounts.restore", staff_number=("000011",))) == {"DONE"}
    assert account(staffed, 11) == before


def test_a_restored_account_is_not_deleted_when_the_old_deletion_falls_due(staffed: Domain) -> None:
    aside, deletion = plan_of(staffed, "accounts.remove", staff_number=("000011",)).changes
    carry_out(staffed, "accounts.remove", [aside])
    done(staffed, "accounts.restore", staff_number=("000011",))
    assert outcomes(carry_out(staffed, "accounts.remove", [deletion])) == {"SKIPPED step.moved"}


def test_overdue_finds_everybody_whose_grace_period_is_over(staffed: Domain) -> None:
    done(staffed, "accounts.remove", staff_number=("000011", "000012"), on=date(2026, 3, 25))
    staffed.time += timedelta(days=29)
    assert plan_of(staffed, "accounts.remove", overdue=True).changes == ()
    staffed.time += timedelta(days=1)
    plan = plan_of(staffed, "accounts.remove", overdue=True)
    assert [(change.target.key, change.removes, change.due) for change in plan.changes] == [
        ("000011", True, None),
        ("000012", True, None),
    ]


def test_remove_asks_for_people_or_overdue_but_not_both() -> None:
    with pytest.raises(BadInput, match=r"accounts\.remove_whom"):
        RemoveParams().check()


def test_a_move_changes_place_department_and_groups_and_undo_returns_them(staffed: Domain) -> None:
    rows = (MoveRow("000011", "0201", "課長"),)
    assert there_and_back(staffed, "accounts.move", 11, rows=rows) == []
    done(staffed, "accounts.move", rows=rows)
    dn, moved = account(staffed, 11)
    assert ",OU=企画課,OU=消費者政策部," in dn
    assert moved["department"] == ("企画課",)
    groups = {group.partition(",")[0] for group in moved["memberOf"]}
    assert groups == {"CN=All-Staff", "CN=D-0201", "CN=Managers"}


def test_a_move_to_a_department_that_is_not_there_names_those_that_are(staffed: Domain) -> None:
    with pytest.raises(NotFound) as caught:
        plan_of(staffed, "accounts.move", rows=(MoveRow("000011", "9999"),))
    assert "0201 企画課" in str(caught.value)


def test_a_move_with_a_handover_keeps_the_former_group_until_then(staffed: Domain) -> None:
    row = MoveRow("000011", "0201", handover_until=date(2026, 3, 31))
    _, end = plan_of(staffed, "accounts.move", rows=(row,)).changes
    assert end.due == datetime(2026, 3, 31, 15, 0, tzinfo=timezone.utc)
    assert end.after is not None
    assert end.after["groups"] == ["All-Staff", "D-0201"]


def test_a_rename_keeps_the_log_on_name_and_undo_returns_the_old_name(staffed: Domain) -> None:
    rows = (RenameRow("000011", "中村", "ナカムラ"),)
    assert there_and_back(staffed, "accounts.rename", 11, rows=rows) == []
    done(staffed, "accounts.rename", rows=rows)
    dn, renamed = account(staffed, 11)
    assert dn.startswith("CN=中村 美咲,")
    assert renamed["sAMAccountName"] == ("suzuki.misaki",)


def test_a_rename_with_a_new_log_on_name_keeps_the_old_address_as_an_alias(staffed: Domain) -> None:
    (staffed.output / "policies" / "accounts.yml").write_text(MAIL, encoding="utf-8")
    dn = account(staffed, 11)[0]
    staffed.directory.send([Modify(dn, replace={"mail": ("suzuki.misaki@example.jp",)})])
    rows = (RenameRow("000011", "中村", "ナカムラ"),)
    assert outcomes(done(staffed, "accounts.rename", rows=rows, new_logon_name=True)) == {"DONE"}
    renamed = account(staffed, 11)[1]
    assert renamed["userPrincipalName"] == ("nakamura.misaki@lab.unyo.test",)
    assert renamed["mail"] == ("nakamura.misaki@example.jp",)
    assert sorted(renamed["proxyAddresses"]) == [
        "SMTP:nakamura.misaki@example.jp",
        "smtp:suzuki.misaki@example.jp",
    ]


def test_create_gives_a_working_account_and_undo_takes_it_away(staffed: Domain) -> None:
    row = CreateRow("000200", "小林", "愛", "コバヤシ", "アイ", "0101", "係長")
    plan = plan_of(staffed, "accounts.create", rows=(row,), on=date(2026, 3, 25))
    assert outcomes(carry_out(staffed, "accounts.create", plan.changes)) == {"DONE"}
    made = account(staffed, 200)[1]
    sealed = staffed.vault.open(SecretRef("accounts/000200/initial/20260325"))
    assert staffed.directory.try_logon(made["userPrincipalName"][0], sealed) is Logon.MUST_CHANGE
    assert outcomes(undone(staffed, "accounts.create", plan.changes)) == {"DONE"}
    assert entries(staffed, "(employeeNumber=000200)") == {}


def test_create_leaves_an_existing_account_alone_and_names_it(staffed: Domain) -> None:
    row = CreateRow("000011", "小林", "愛", "コバヤシ", "アイ", "0101")
    plan = plan_of(staffed, "accounts.create", rows=(row,))
    assert plan.changes == ()
    assert [finding.code for finding in plan.findings] == ["accounts.exists"]


def test_set_groups_finds_drift_and_mends_it(staffed: Domain) -> None:
    dn = account(staffed, 11)[0]
    managers = "CN=Managers,OU=Groups,OU=Staff,DC=lab,DC=unyo,DC=test"
    staffed.directory.send([Modify(managers, add={"member": (dn,)})])
    plan = plan_of(staffed, "accounts.set_groups")
    assert [change.target.key for change in plan.changes] == ["000011"]
    assert plan.findings[0].text.en == "missing: -; without a rule: Managers"
    assert outcomes(carry_out(staffed, "accounts.set_groups", plan.changes)) == {"DONE"}
    assert plan_of(staffed, "accounts.set_groups").changes == ()


def test_remote_access_is_granted_until_a_day_and_ends_by_itself(staffed: Domain) -> None:
    plan = plan_of(staffed, "accounts.remote_access", staff_number=("000011",), until=date(2026, 6, 30))
    granted, ended = plan.changes
    assert ended.due == datetime(2026, 6, 30, 15, 0, tzinfo=timezone.utc)
    carry_out(staffed, "accounts.remote_access", [granted])
    assert REMOTE in account(staffed, 11)[1]["memberOf"]
    assert account(staffed, 11)[1]["extensionName"] == ("unyo:grant:Remote-Access until 2026-06-30",)
    assert outcomes(carry_out(staffed, "accounts.remote_access", [ended])) == {"DONE"}
    assert REMOTE not in account(staffed, 11)[1]["memberOf"]


def test_remote_access_ends_although_the_person_has_moved_since(staffed: Domain) -> None:
    granted, ended = plan_of(
        staffed, "accounts.remote_access", staff_number=("000011",), until=date(2026, 6, 30)
    ).changes
    carry_out(staffed, "accounts.remote_access", [granted])
    done(staffed, "accounts.move", rows=(MoveRow("000011", "0201"),))
    assert REMOTE in account(staffed, 11)[1]["memberOf"]
    assert outcomes(carry_out(staffed, "accounts.remote_access", [ended])) == {"DONE"}
    assert REMOTE not in account(staffed, 11)[1]["memberOf"]


def test_the_role_table_leaves_remote_access_alone(staffed: Domain) -> None:
    done(staffed, "accounts.remote_access", staff_number=("000011",), until=date(2026, 6, 30))
    assert plan_of(staffed, "accounts.set_groups").changes == ()
    assert plan_of(staffed, "accounts.provision").changes == ()


def test_remote_access_needs_a_day_that_is_neither_past_nor_too_far(staffed: Domain) -> None:
    with pytest.raises(BadInput, match=r"accounts\.remote_until"):
        AccessParams(("000011",)).check()
    with pytest.raises(BadInput, match=r"accounts\.remote_past"):
        plan_of(staffed, "accounts.remote_access", staff_number=("000011",), until=date(2026, 3, 1))
    with pytest.raises(BadInput, match=r"accounts\.remote_long"):
        plan_of(staffed, "accounts.remote_access", staff_number=("000011",), until=date(2028, 3, 1))


def test_an_unknown_staff_number_is_an_error_that_names_it(staffed: Domain) -> None:
    with pytest.raises(NotFound) as caught:
        plan_of(staffed, "accounts.suspend", staff_number=("000011", "777777"))
    assert caught.value.target == "777777"
