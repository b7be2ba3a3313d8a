"""win_firewall."""

from __future__ import annotations

from dataclasses import replace

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.firewall import PROFILES, Profile

_GPO_BOOLEAN = {"False": 0, "True": 1, "NotConfigured": 2}
_ACTIONS = {"allow": "Allow", "block": "Block", "not_configured": "NotConfigured"}


@module("ansible.windows.win_firewall")
def win_firewall(task: Task) -> None:
    chosen = {str(name).lower() for name in task["profiles"]}
    task.result |= {"restart_required": False, "profiles": task["profiles"], "state": task["state"]}
    for name in PROFILES:
        profile = task.machine.firewall.profiles[name]
        considered = name.lower() in chosen
        wanted = _wanted(task, profile) if considered else profile
        task.result[name] = {
            "enabled": wanted.enabled == "True",
            "considered": considered,
            "currentstate": _GPO_BOOLEAN[profile.enabled],
        }
        if wanted != profile:
            task.changed()
            if task.acts:
                task.machine.firewall.profiles[name] = wanted


def _wanted(task: Task, profile: Profile) -> Profile:
    """The module sets the default actions only where it also enables the profile."""
    if task.text("state").lower() == "disabled":
        return replace(profile, enabled="False") if profile.enabled == "True" else profile
    wanted = replace(profile, enabled="True") if profile.enabled == "False" else profile
    if task["inbound_action"] is not None:
        wanted = replace(wanted, inbound=_ACTIONS[task.text("inbound_action").lower()])
    if task["outbound_action"] is not None:
        wanted = replace(wanted, outbound=_ACTIONS[task.text("outbound_action").lower()])
    return wanted
