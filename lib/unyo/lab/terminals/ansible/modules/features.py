"""win_optional_feature and win_feature."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task


@module("ansible.windows.win_optional_feature")
def win_optional_feature(task: Task) -> None:
    """A feature that waits for a restart is not ``Enabled*``, so the module changes it again until then."""
    task.result["reboot_required"] = False
    wanted = "Enabled" if task.text("state").lower() == "present" else "Disabled"
    odd = []
    for name in task["name"]:
        feature = task.machine.features.table.get(name)
        if feature is None:
            task.fail(f"Failed to find feature '{name}'")
        if not feature.state.startswith(wanted):
            odd.append(feature.name)
    if not odd:
        return
    if task["source"] is not None and wanted == "Enabled":
        if task.machine.files.find(task.text("source")) is None:
            task.fail(f"Path could not be found '{task['source']}'")
        task.unsupported("source")
    task.changed()
    if task.acts:
        restarts = [task.machine.features.turn(name, on=wanted == "Enabled") for name in odd]
        task.result["reboot_required"] = any(restarts)


@module("ansible.windows.win_feature")
def win_feature(task: Task) -> None:
    """Clients have no Install-WindowsFeature; the simulated servers have no roles to install."""
    if task.machine.kind == "client":
        task.fail(
            "This version of Windows does not support the cmdlets Install-WindowsFeature or Add-WindowsFeature"
        )
    task.unsupported("roles and features of a server")
