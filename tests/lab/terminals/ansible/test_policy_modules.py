"""Rights, account policy, audit policy, firewall and services: the modules change what the terminal does."""

from __future__ import annotations

from support.ansible_desk import Desk
from unyo.lab.terminals.machine.accounts import LogonRefusal

RIGHT = "ansible.windows.win_user_right"
POLICY = "community.windows.win_security_policy"
AUDIT = "community.windows.win_audit_policy_system"
RULE = "community.windows.win_firewall_rule"
SERVICE = "ansible.windows.win_service"


def test_a_denied_right_really_keeps_the_user_out(desk: Desk) -> None:
    answer = desk.run(RIGHT, name="SeDenyNetworkLogonRight", users=["unyo-admin"], action="add")
    assert answer["added"] == [f"{desk.machine.name}\\unyo-admin"]
    assert desk.machine.may_log_on("unyo-admin") is LogonRefusal.DENIED


def test_rights_take_names_and_sids_for_the_same(desk: Desk) -> None:
    desk.run(RIGHT, name="SeDenyBatchLogonRight", users=["S-1-5-32-546"], action="set")
    assert not desk.run(RIGHT, name="SeDenyBatchLogonRight", users=["BUILTIN\\Guests"], action="set")[
        "changed"
    ]


def test_an_unknown_account_or_right_is_refused(desk: Desk) -> None:
    assert desk.run(RIGHT, name="SeBatchLogonRight", users=["nobody"])["msg"] == (
        "Failed to translate the account 'nobody' to a SID"
    )
    assert desk.run(RIGHT, name="SeNone", users=["Guests"])["msg"] == (
        "the specified right SeNone is not a valid right"
    )


def test_the_password_policy_is_enforced_afterwards(desk: Desk) -> None:
    desk.run(POLICY, section="System Access", key="MinimumPasswordLength", value=14)
    answer = desk.run("ansible.windows.win_user", name="kim", password="Short-1")
    assert "does not meet the password policy requirements" in answer["msg"]


def test_a_key_that_secedit_does_not_know_cannot_be_set(desk: Desk) -> None:
    answer = desk.run(POLICY, section="System Access", key="NoSuchKey", value=1)
    assert answer["msg"] == (
        "The key 'NoSuchKey' in section 'System Access' is not a valid key, cannot set this value"
    )


def test_security_options_are_lines_of_registry_values(desk: Desk) -> None:
    option = "MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\InactivityTimeoutSecs"
    first = desk.run(POLICY, section="Registry Values", key=option, value="4,900")
    second = desk.run(POLICY, section="Registry Values", key=option, value="4,900")
    assert (first["changed"], second["changed"]) == (True, False)
    key = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
    assert desk.machine.registry.data(key, "InactivityTimeoutSecs") == 900


def test_audit_policy_is_set_by_category(desk: Desk) -> None:
    answer = desk.run(AUDIT, category="Logon/Logoff", audit_type=["success"])
    assert set(answer["current_audit_policy"].values()) == {"success"}


def test_audit_policy_by_english_names_fails_on_a_japanese_terminal(japanese: Desk) -> None:
    assert (
        japanese.run(AUDIT, subcategory="Logon", audit_type=["success"])["msg"]
        == "Invalid sub category provided"
    )


def test_audit_policy_fails_on_a_japanese_terminal_even_by_its_own_names(japanese: Desk) -> None:
    names = [each.name for each in japanese.machine.audit.table.values()]
    answer = japanese.run(AUDIT, subcategory=names[0], audit_type=["success"])
    assert answer["msg"].endswith("You cannot call a method on a null-valued expression.")


def test_a_blocking_rule_cuts_the_management_channel(desk: Desk) -> None:
    assert desk.machine.accepts(5985, "127.0.0.1")
    desk.run(RULE, name="cut", action="block", direction="in", protocol="tcp", localport="5985")
    assert not desk.machine.accepts(5985, "127.0.0.1")
    desk.run(RULE, name="cut", state="absent")
    assert desk.machine.accepts(5985, "127.0.0.1")


def test_addresses_in_another_order_are_the_same_rule(desk: Desk) -> None:
    given = {"name": "try", "action": "allow", "direction": "in"}
    desk.run(RULE, remoteip="192.0.2.1,198.51.100.0/24", **given)
    answer = desk.run(RULE, remoteip="198.51.100.0/255.255.255.0,192.0.2.1", **given)
    assert answer["msg"] == "Firewall rule(s) changed '' - unchanged 'try'"


def test_an_english_rule_name_finds_nothing_on_a_japanese_terminal(japanese: Desk) -> None:
    answer = japanese.run(RULE, name="Windows Remote Management (HTTP-In)", state="absent")
    assert answer["msg"] == "Firewall rule 'Windows Remote Management (HTTP-In)' does not exist."


def test_the_firewall_is_turned_off_per_profile(desk: Desk) -> None:
    answer = desk.run("community.windows.win_firewall", state="disabled", profiles=["Public"])
    assert [answer[name]["enabled"] for name in ("Domain", "Private", "Public")] == [True, True, False]


def test_a_service_with_dependents_stops_only_by_force(desk: Desk) -> None:
    desk.run(SERVICE, name="needy", path="C:\\needy.exe", dependencies=["Spooler"], state="started")
    assert "dependent services" in desk.run(SERVICE, name="Spooler", state="stopped")["msg"]
    desk.run(SERVICE, name="Spooler", state="stopped", force_dependent_services=True)
    assert not desk.machine.services.running("needy")


def test_a_disabled_service_cannot_be_started(desk: Desk) -> None:
    desk.run(SERVICE, name="Spooler", start_mode="disabled", state="stopped")
    assert "cannot be started" in desk.run(SERVICE, name="Spooler", state="started")["msg"]


def test_a_service_that_does_not_exist_needs_a_path(desk: Desk) -> None:
    assert desk.run(SERVICE, name="none", state="started")["msg"] == (
        "Service 'none' is not installed, need to set 'path' to create a new service"
    )


def test_service_info_describes_by_name(desk: Desk) -> None:
    found = desk.run("ansible.windows.win_service_info", name="WinRM")
    assert [(each["name"], each["state"], each["start_mode"]) for each in found["services"]] == [
        ("WinRM", "started", "auto")
    ]


def test_a_missing_feature_is_named(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_optional_feature", name=["NoSuchFeature"], state="absent")
    assert answer["msg"] == "Failed to find feature 'NoSuchFeature'"


def test_a_client_has_no_roles(desk: Desk) -> None:
    assert (
        "does not support the cmdlets" in desk.run("ansible.windows.win_feature", name=["Web-Server"])["msg"]
    )
