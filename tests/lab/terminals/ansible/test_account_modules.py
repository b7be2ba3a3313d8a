"""win_user, win_group and win_group_membership: accounts that really log on."""

from __future__ import annotations

from support.ansible_desk import Desk
from unyo.lab.terminals.machine.accounts import ADMINISTRATORS, LogonRefusal

USER, GROUP, MEMBERS = (
    "ansible.windows.win_user",
    "ansible.windows.win_group",
    "ansible.windows.win_group_membership",
)
GOOD, BETTER = "Words-and-42", "Words-and-43"


def test_a_new_user_logs_on_with_the_new_password(desk: Desk) -> None:
    desk.run(USER, name="kim", password=GOOD, groups=["Users"])
    assert desk.machine.log_on("kim", GOOD) is None
    desk.run(USER, name="kim", password=BETTER)
    assert desk.machine.log_on("kim", GOOD) is LogonRefusal.WRONG_PASSWORD
    assert desk.machine.log_on("kim", BETTER) is None


def test_a_password_is_only_set_at_creation_where_so_wanted(desk: Desk) -> None:
    desk.run(USER, name="kim", password=GOOD)
    assert not desk.run(USER, name="kim", password=BETTER, update_password="on_create")["changed"]
    assert desk.machine.verify_password("kim", GOOD) is None


def test_comparing_passwords_locks_an_account_as_wrong_log_ons_do(desk: Desk) -> None:
    desk.run("community.windows.win_security_policy", section="System Access", key="LockoutBadCount", value=1)
    desk.run(USER, name="kim", password=GOOD)
    desk.run(USER, name="kim", password=BETTER)
    answer = desk.run(USER, name="kim", password=BETTER)
    assert "currently locked out" in answer["msg"]


def test_a_disabled_account_is_refused(desk: Desk) -> None:
    answer = desk.run(USER, name="kim", password=GOOD, account_disabled=True)
    assert answer["account_disabled"]
    assert desk.machine.log_on("kim", GOOD) is LogonRefusal.DISABLED


def test_groups_are_replaced_added_and_removed(desk: Desk) -> None:
    desk.run(USER, name="kim", password=GOOD, groups=["Users"])
    added = desk.run(USER, name="kim", groups=["S-1-5-32-544"], groups_action="add")
    assert [group["name"] for group in added["groups"]] == ["Administrators", "Users"]
    replaced = desk.run(USER, name="kim", groups=["Users"], groups_action="replace")
    assert [group["name"] for group in replaced["groups"]] == ["Users"]


def test_an_unknown_group_is_refused(desk: Desk) -> None:
    assert (
        desk.run(USER, name="kim", password=GOOD, groups=["Nobodies"])["msg"] == "group 'Nobodies' not found"
    )


def test_query_and_absence(desk: Desk) -> None:
    assert desk.run(USER, name="kim", state="query")["state"] == "absent"
    assert desk.run(USER, name="kim", state="absent")["msg"] == "User 'kim' was not found"


def test_members_of_a_group_are_set_exactly(desk: Desk) -> None:
    desk.run(USER, name="kim", password=GOOD)
    answer = desk.run(GROUP, name="desk", members={"set": ["kim"]})
    assert answer["diff"]["after"]["members"] == [f"{desk.machine.name}\\kim"]
    assert desk.run(GROUP, name="desk", members={"remove": ["kim"]})["diff"]["after"]["members"] == []
    assert desk.run(GROUP, name="desk", state="absent")["changed"]


def test_pure_membership_removes_everyone_else(desk: Desk) -> None:
    answer = desk.run(MEMBERS, name="Administrators", members=["unyo-admin"], state="pure")
    assert answer["removed"] == [f"{desk.machine.name}\\Administrator"]
    admin = desk.machine.accounts.user("unyo-admin")
    assert admin is not None
    assert desk.machine.accounts.groups[ADMINISTRATORS].members == (admin.sid,)


def test_a_group_that_is_not_there_has_no_members(desk: Desk) -> None:
    assert desk.run(MEMBERS, name="none", members=["Guests"])["msg"] == "Could not find local group none"
