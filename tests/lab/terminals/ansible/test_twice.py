"""Each module applied twice changes nothing the second time, and check mode never changes anything."""

from __future__ import annotations

from typing import Any

import pytest

from support.ansible_desk import Desk

JOIN = {
    "state": "domain",
    "dns_domain_name": "lab.unyo.test",
    "domain_admin_user": "LAB\\join",
    "domain_admin_password": "Join-pass.0001",
}
SCHEDULED = {
    "name": "tidy",
    "actions": [{"path": "cmd.exe", "arguments": "/c rem"}],
    "triggers": [{"type": "boot"}],
    "username": "SYSTEM",
    "run_level": "highest",
}
TASKS: list[tuple[str, dict[str, Any]]] = [
    (
        "ansible.windows.win_regedit",
        {"path": "HKLM:\\SOFTWARE\\Unyo", "name": "A", "data": 7, "type": "dword"},
    ),
    (
        "ansible.windows.win_regedit",
        {"path": "HKLM:\\SOFTWARE\\Unyo", "name": "M", "data": ["a"], "type": "multistring"},
    ),
    (
        "ansible.windows.win_regedit",
        {"path": "HKCU:\\Software\\Unyo", "name": "B", "data": "hex:be,ef", "type": "binary"},
    ),
    ("ansible.windows.win_service", {"name": "Spooler", "start_mode": "disabled", "state": "stopped"}),
    ("ansible.windows.win_service", {"name": "unyo-try", "path": "C:\\try.exe", "start_mode": "manual"}),
    (
        "ansible.windows.win_user_right",
        {"name": "SeDenyBatchLogonRight", "users": ["Guests"], "action": "set"},
    ),
    (
        "community.windows.win_security_policy",
        {"section": "System Access", "key": "MinimumPasswordLength", "value": 14},
    ),
    (
        "community.windows.win_security_policy",
        {"section": "System Access", "key": "NewGuestName", "value": "visitor"},
    ),
    (
        "community.windows.win_audit_policy_system",
        {"subcategory": "Logon", "audit_type": ["success", "failure"]},
    ),
    (
        "community.windows.win_firewall",
        {"state": "enabled", "inbound_action": "block", "profiles": ["Public"]},
    ),
    (
        "community.windows.win_firewall_rule",
        {"name": "unyo try", "localport": "5986", "action": "allow", "direction": "in", "protocol": "tcp"},
    ),
    ("ansible.windows.win_optional_feature", {"name": ["TelnetClient"], "state": "present"}),
    (
        "ansible.windows.win_user",
        {"name": "kim", "password": "Words-and-42", "groups": ["Users"], "fullname": "Kim"},
    ),
    (
        "ansible.windows.win_group",
        {"name": "desk", "description": "Desks", "members": {"set": ["Administrator"]}},
    ),
    (
        "ansible.windows.win_group_membership",
        {"name": "Users", "members": ["Administrator"], "state": "present"},
    ),
    ("ansible.windows.win_hostname", {"name": "PC-NEW"}),
    ("ansible.windows.win_file", {"path": "C:\\Unyo\\data", "state": "directory"}),
    (
        "ansible.windows.win_environment",
        {"name": "UNYO", "value": "1", "level": "machine", "state": "present"},
    ),
    ("ansible.windows.win_timezone", {"timezone": "UTC"}),
    ("microsoft.ad.membership", JOIN),
    ("community.windows.win_scheduled_task", SCHEDULED),
]


def named(task: tuple[str, dict[str, Any]]) -> str:
    module, arguments = task
    return f"{module.rpartition('.')[2]}-{next(iter(arguments.values()))}"


@pytest.mark.parametrize("task", TASKS, ids=named)
def test_the_second_run_changes_nothing(desk: Desk, task: tuple[str, dict[str, Any]]) -> None:
    module, arguments = task
    first, second = desk.run(module, **arguments), desk.run(module, **arguments)
    assert (first["changed"], second["changed"]) == (True, False), (first, second)


@pytest.mark.parametrize("task", TASKS, ids=named)
def test_check_mode_foresees_the_change_and_makes_none(desk: Desk, task: tuple[str, dict[str, Any]]) -> None:
    module, arguments = task
    desk.machine.changed = False
    assert desk.foresee(module, **arguments)["changed"]
    assert not desk.machine.changed
    assert desk.run(module, **arguments)["changed"]
