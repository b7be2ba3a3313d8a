"""win_service_info."""

from __future__ import annotations

import fnmatch
from typing import Any

from unyo.lab.terminals.ansible.modules.service_words import dependents, fields_of
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.services import Service


@module("ansible.windows.win_service_info")
def win_service_info(task: Task) -> None:
    pattern = task.text("name").lower() or "*"
    found = task.machine.services.table.where(
        lambda s: fnmatch.fnmatchcase(s.name.lower(), pattern) or s.display_name.lower() == pattern
    )
    task.result["exists"] = bool(found)
    task.result["services"] = [
        _info(task, service) for service in sorted(found, key=lambda s: s.name.lower())
    ]


def _info(task: Task, service: Service) -> dict[str, Any]:
    fields = fields_of(task, service)
    del fields["password"]
    return fields | {
        "checkpoint": 0,
        "controls_accepted": ["stop", "shutdown"] if service.running and service.may_stop else [],
        "dependency_of": dependents(task, service.name),
        "launch_protection": "none",
        "preferred_node": None,
        "process_id": 0,
        "service_exit_code": 0,
        "service_flags": [],
        "triggers": [],
        "wait_hint_ms": 0,
        "win32_exit_code": 0 if service.running else 1077,
    }
