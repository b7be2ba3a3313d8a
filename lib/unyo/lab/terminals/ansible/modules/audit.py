"""win_audit_policy_system, which reads auditpol's localised words and so is at a loss on Japanese Windows."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.audit import CATEGORIES, FAILURE, SETTINGS, SUCCESS, Subcategory
from unyo.lab.terminals.powershell.errors import PowerShellError

_BITS = {"success": SUCCESS, "failure": FAILURE, "none": 0}


@module("ansible.windows.win_audit_policy_system")
def win_audit_policy_system(task: Task) -> None:
    chosen = _chosen(task)
    if task.machine.locale != "en-US":
        # The module looks for the column "Inclusion Setting", which auditpol has only in English.
        raise PowerShellError("You cannot call a method on a null-valued expression.")
    wanted = 0
    for each in task["audit_type"]:
        wanted |= _BITS[str(each).lower()]
    if any(subcategory.audited != wanted for subcategory in chosen):
        task.changed()
        if task.acts:
            for subcategory in chosen:
                task.machine.audit.set(subcategory.guid, wanted)
    guids = [subcategory.guid for subcategory in chosen]
    now = [task.machine.audit.table[guid] for guid in guids]
    task.result["current_audit_policy"] = {
        each.name.lower(): SETTINGS["en-US"][each.audited].lower() for each in now
    }


def _chosen(task: Task) -> list[Subcategory]:
    """By the name in the machine's language, as auditpol wants it."""
    table = task.machine.audit.table
    if task["category"] is not None:
        wanted = task.text("category").lower()
        spelled = {
            (name if task.machine.locale == "en-US" else japanese).lower(): name
            for name, (_, japanese) in CATEGORIES.items()
        }
        if wanted not in spelled:
            task.fail("Invalid category provided")
        return table.where(lambda each: each.category == spelled[wanted])
    found = table.where(lambda each: each.name.lower() == task.text("subcategory").lower())
    if not found:
        task.fail("Invalid sub category provided")
    return found
