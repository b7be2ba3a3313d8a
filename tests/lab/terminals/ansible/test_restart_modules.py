"""What takes a restart: name, domain, features, updates; and software, tasks, facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from support.ansible_desk import Desk
from unyo.lab.terminals.ansible.installers import Installer
from unyo.lab.terminals.machine.features import Feature
from unyo.lab.terminals.machine.updates import SECURITY, Update

HOSTNAME, MEMBERSHIP = "ansible.windows.win_hostname", "microsoft.ad.membership"
UPDATES, PACKAGE, TASK = (
    "ansible.windows.win_updates",
    "ansible.windows.win_package",
    "community.windows.win_scheduled_task",
)
JOIN = {
    "state": "domain",
    "dns_domain_name": "lab.unyo.test",
    "domain_admin_user": "join@lab.unyo.test",
    "domain_admin_password": "Join-pass.0001",
}
UPDATE = Update("u-1", "KB5048667", "Cumulative Update (KB5048667)", SECURITY, restart=True)


class Clock:
    """The lab's time, moved by the test."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.shift


@pytest.fixture
def clock(desk: Desk) -> Clock:
    clock = Clock()
    desk.machine.fleet.clock = clock
    return clock


def restart(desk: Desk, clock: Clock) -> None:
    desk.machine.restart()
    desk.machine.tick()
    clock.shift += timedelta(minutes=5)
    desk.machine.tick()


def test_a_new_name_waits_for_the_restart(desk: Desk, clock: Clock) -> None:
    assert desk.run(HOSTNAME, name="PC-NEW")["reboot_required"]
    assert desk.machine.name != "PC-NEW"
    restart(desk, clock)
    assert desk.machine.name == "PC-NEW"
    assert not desk.run(HOSTNAME, name="PC-NEW")["changed"]


def test_an_impossible_name_is_refused(desk: Desk) -> None:
    assert "is not valid" in desk.run(HOSTNAME, name="PC NEW")["msg"]


def test_a_terminal_joins_and_leaves_the_domain(desk: Desk, clock: Clock) -> None:
    assert desk.run(MEMBERSHIP, **JOIN)["reboot_required"]
    restart(desk, clock)
    assert desk.machine.domain == "lab.unyo.test"
    assert not desk.run(MEMBERSHIP, **JOIN)["changed"]
    leave = {**JOIN, "state": "workgroup", "workgroup_name": "STOCK"}
    del leave["dns_domain_name"]
    assert desk.run(MEMBERSHIP, **leave)["changed"]
    restart(desk, clock)
    assert (desk.machine.domain, desk.machine.membership.workgroup) == ("", "STOCK")


def test_a_wrong_password_of_the_domain_is_refused(desk: Desk) -> None:
    answer = desk.run(MEMBERSHIP, **{**JOIN, "domain_admin_password": "wrong"})
    assert answer["msg"].endswith("The user name or password is incorrect.")
    assert not answer["changed"]
    assert desk.machine.membership.pending_domain is None


def test_a_domain_that_does_not_exist_is_refused(desk: Desk) -> None:
    answer = desk.run(MEMBERSHIP, **{**JOIN, "dns_domain_name": "other.test"})
    assert answer["msg"].endswith("The specified domain either does not exist or could not be contacted.")


def test_a_member_does_not_switch_domains(member: Desk) -> None:
    answer = member.run(MEMBERSHIP, **{**JOIN, "dns_domain_name": "other.test"})
    assert "switching domains is not implemented" in answer["msg"]


def test_members_of_a_domain_group_have_its_name(member: Desk) -> None:
    answer = member.run(
        "ansible.windows.win_group_membership", name="Administrators", members=[], state="present"
    )
    assert "LAB\\Domain Admins" in answer["members"]


def test_a_feature_that_waits_for_a_restart_is_changed_again_until_then(desk: Desk, clock: Clock) -> None:
    desk.machine.features.table["SMB1Protocol"] = Feature("SMB1Protocol", "Disabled", needs_restart=True)
    feature = {"name": ["SMB1Protocol"], "state": "present"}
    assert desk.run("ansible.windows.win_optional_feature", **feature)["reboot_required"]
    assert desk.run("ansible.windows.win_optional_feature", **feature)["changed"]
    restart(desk, clock)
    assert not desk.run("ansible.windows.win_optional_feature", **feature)["changed"]


def only(desk: Desk, *updates: Update) -> None:
    """Exactly these updates are offered."""
    for update in desk.machine.updates.offered():
        del desk.machine.updates.table[update.id]
    for update in updates:
        desk.machine.updates.put(update)


def said(desk: Desk, **options: Any) -> dict[str, Any]:
    """What a run of win_updates says by way of its three operations, by task."""
    started = desk.run(UPDATES, category_names=["*"], **options)
    polled = desk.run(UPDATES, _operation="poll", _operation_options=started["poll_options"])
    desk.run(UPDATES, _operation="cancel", _operation_options=started["cancel_options"])
    return {part["task"]: part["result"] for part in polled["output"]}


def test_updates_are_installed_and_want_a_restart(desk: Desk, clock: Clock) -> None:
    only(desk, UPDATE)
    parts = said(desk)
    assert parts["install_result"]["info"][0]["result_code"] == 2
    assert (parts["exit"]["changed"], parts["exit"]["reboot_required"]) == (True, True)
    restart(desk, clock)
    assert said(desk)["exit"]["reboot_required"] is False


def test_searching_installs_nothing(desk: Desk) -> None:
    only(desk, UPDATE)
    parts = said(desk, state="searched")
    assert [each["kb"] for each in parts["search_result"]["updates"]] == [["KB5048667"]]
    assert not parts["exit"]["changed"]
    assert desk.machine.updates.offered() == [UPDATE]


def test_rejected_and_hidden_updates_are_left_out_with_reasons(desk: Desk) -> None:
    only(desk, UPDATE, replace(UPDATE, id="u-2", hidden=True))
    parts = said(desk, reject_list=["KB5048667"])
    assert [each["reasons"] for each in parts["search_result"]["filtered"]] == [
        ["reject_list"],
        ["reject_list", "hidden"],
    ]


def test_a_failing_update_fails_the_run(desk: Desk) -> None:
    only(desk, replace(UPDATE, fails=True))
    assert said(desk)["exit"]["exception"]["message"] == (
        "Failed to install all updates - see updates for more information"
    )


def test_no_more_updates_before_the_restart(desk: Desk) -> None:
    only(desk, UPDATE)
    said(desk)
    desk.machine.updates.put(replace(UPDATE, id="u-2"))
    assert said(desk)["exit"]["exception"]["message"] == (
        "A reboot is required before more updates can be installed"
    )


def test_english_categories_choose_nothing_on_a_japanese_terminal(japanese: Desk) -> None:
    only(japanese, UPDATE)
    answer = japanese.run(UPDATES, category_names=["SecurityUpdates"], _operation_options={"wait": True})
    assert answer["found_update_count"] == 0
    assert [each["filtered_reasons"] for each in answer["filtered_updates"].values()] == [["category_names"]]


def test_software_is_installed_once_and_removed_by_its_id(desk: Desk) -> None:
    viewer = Installer("{0F2C}", "Viewer", "2.1", silent="/quiet", exit_code=3010)
    desk.machine.files.make_folder("C:\\Pkg", desk.machine.now())
    desk.machine.files.write("C:\\Pkg\\viewer.exe", viewer.content(), desk.machine.now())
    first = desk.run(PACKAGE, path="C:\\Pkg\\viewer.exe", arguments="/quiet", product_id="{0F2C}")
    assert (first["changed"], first["rc"], first["reboot_required"]) == (True, 3010, True)
    assert not desk.run(PACKAGE, path="C:\\Pkg\\viewer.exe", product_id="{0F2C}")["changed"]
    assert desk.run(PACKAGE, product_id="{0F2C}", state="absent")["changed"]
    assert not desk.run(PACKAGE, product_id="{0F2C}", state="absent")["changed"]


def test_an_installer_that_fails_installs_nothing(desk: Desk) -> None:
    desk.machine.files.make_folder("C:\\Pkg", desk.machine.now())
    desk.machine.files.write(
        "C:\\Pkg\\a.msi", Installer("{1}", "A", exit_code=1603).content(), desk.machine.now()
    )
    answer = desk.run(PACKAGE, path="C:\\Pkg\\a.msi")
    assert (answer["rc"], answer["changed"]) == (1603, False)
    assert desk.foresee(PACKAGE, path="C:\\Pkg\\a.msi", product_id="{1}")["changed"]


def test_software_comes_from_a_file_server(desk: Desk) -> None:
    path = "\\\\files\\soft\\viewer.msi"
    desk.machine.fleet.shares[path] = Installer("{2}", "Viewer").content()
    answer = desk.run(PACKAGE, path="\\\\FILES\\soft\\viewer.msi", checksum="00", checksum_algorithm="sha256")
    assert "did not match '00'" in answer["msg"]
    assert desk.run(PACKAGE, path=path)["changed"]
    assert not desk.run(PACKAGE, path=path)["changed"]


def test_an_installer_that_cannot_be_reached_is_refused(desk: Desk) -> None:
    answer = desk.run(PACKAGE, path="\\\\server\\share\\a.msi")
    assert answer["msg"] == "the file at the path '\\\\server\\share\\a.msi' cannot be reached"


DAILY = {
    "name": "tidy",
    "path": "\\Unyo",
    "username": "SYSTEM",
    "actions": [{"path": "cmd.exe", "arguments": "/c echo tidy"}],
    "triggers": [{"type": "daily", "start_boundary": "2026-01-01T03:00:00"}],
}


def test_a_task_is_made_once_and_fires(desk: Desk, clock: Clock) -> None:
    assert desk.run(TASK, **DAILY)["changed"]
    assert not desk.run(TASK, **DAILY)["changed"]
    clock.shift += timedelta(days=1)
    desk.machine.tick()
    stat = desk.run(f"{TASK}_stat", name="tidy", path="\\Unyo")
    assert stat["task_exists"]
    assert stat["state"]["last_task_result"] == 0
    assert stat["state"]["next_run_time"].endswith("T03:00:00")


def test_a_tasks_diff_names_what_changes(desk: Desk) -> None:
    desk.run(TASK, **DAILY)
    answer = desk.run(TASK, **DAILY, enabled=False)
    assert answer["diff"]["prepared"] == "[Settings]\n-Enabled=True\n+Enabled=False"


def test_an_unknown_trigger_is_refused(desk: Desk) -> None:
    answer = desk.run(TASK, **{**DAILY, "triggers": [{"type": "sometimes"}]})
    assert "the specified trigger type 'sometimes' is not valid" in answer["msg"]


def test_a_task_is_removed(desk: Desk) -> None:
    desk.run(TASK, **DAILY)
    assert desk.run(TASK, name="tidy", path="\\Unyo", state="absent")["changed"]
    assert not desk.run(TASK, name="tidy", path="\\Unyo", state="absent")["changed"]


def test_facts_tell_who_the_terminal_is(member: Desk) -> None:
    facts = member.run("ansible.builtin.setup")["ansible_facts"]
    assert facts["ansible_hostname"] == member.machine.name
    assert facts["ansible_product_serial"] == member.machine.serial
    assert facts["ansible_windows_domain_member"]
    assert facts["ansible_os_family"] == "Windows"


def test_only_wanted_facts_are_gathered(desk: Desk) -> None:
    facts = desk.run("ansible.builtin.setup", gather_subset=["!all", "bios"])["ansible_facts"]
    assert "ansible_product_serial" in facts
    assert "ansible_interfaces" not in facts


def test_disk_facts_tell_free_space(desk: Desk) -> None:
    disks = desk.run("community.windows.win_disk_facts")["ansible_facts"]["ansible_disks"]
    volumes = disks[0]["partitions"][0]["volumes"]
    assert volumes[0]["size_remaining"] == desk.machine.volumes[0].free


def test_waiting_for_a_file_ends_when_time_is_up(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_wait_for", path="C:\\none", timeout=1, sleep=1)
    assert answer["msg"] == "timeout while waiting for file C:\\none to be present"
    assert not desk.run("ansible.windows.win_wait_for", port=5985, timeout=1).get("failed")


def test_a_time_zone_that_does_not_exist_is_refused(desk: Desk) -> None:
    assert (
        "isn't supported on the machine"
        in desk.run("ansible.windows.win_timezone", timezone="Atlantis")["msg"]
    )
    assert (
        desk.run("ansible.windows.win_timezone", timezone="UTC")["previous_timezone"] == "Tokyo Standard Time"
    )


def test_an_update_is_removed_by_its_number(desk: Desk) -> None:
    desk.machine.updates.put(replace(UPDATE, installed=desk.machine.now()))
    assert desk.run("ansible.windows.win_hotfix", hotfix_kb="KB5048667", state="absent")["reboot_required"]
    assert not desk.run("ansible.windows.win_hotfix", hotfix_kb="KB5048667", state="absent")["changed"]
