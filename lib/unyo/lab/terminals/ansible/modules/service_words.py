"""A service as Ansible's modules describe it."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.services import Service


def start_mode(service: Service) -> str:
    if service.mode == "Auto":
        return "delayed" if service.delayed else "auto"
    return service.mode.lower()


def account_name(task: Task, service: Service) -> str:
    sid = task.surroundings.sid_of(service.account)
    return full_name(task.machine, sid) if sid else service.account


def dependents(task: Task, name: str) -> list[str]:
    wanted = name.lower()
    table = task.machine.services.table
    return [each.name for each in table.where(lambda s: wanted in {n.lower() for n in s.needs})]


def fields_of(task: Task, service: Service) -> dict[str, Any]:
    """What the module calls the service's diff."""
    return {
        "dependencies": list(service.needs),
        "description": service.description or None,
        "desktop_interact": False,
        "display_name": service.display_name,
        "error_control": "normal",
        "failure_actions": [],
        "failure_actions_on_non_crash_failure": False,
        "failure_command": None,
        "failure_reboot_msg": None,
        "failure_reset_period_sec": 0,
        "load_order_group": "",
        "name": service.name,
        "path": service.path,
        "pre_shutdown_timeout_ms": 180000,
        "required_privileges": [],
        "service_type": "win32_share_process" if "svchost" in service.path.lower() else "win32_own_process",
        "sid_info": "none",
        "start_mode": start_mode(service),
        "state": "started" if service.running else "stopped",
        "username": account_name(task, service),
        "password": "REDACTED",
    }
