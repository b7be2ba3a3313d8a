"""win_hotfix: removal by KB number; installing takes an .msu file, which cannot be had here."""

from __future__ import annotations

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task


@module("ansible.windows.win_hotfix")
def win_hotfix(task: Task) -> None:
    task.result["reboot_required"] = False
    if task.text("state").lower() == "present":
        _present(task)
    if task["hotfix_identifier"] is not None:
        task.unsupported("hotfix_identifier")
    if task["hotfix_kb"] is None:
        task.fail("either hotfix_identifier or hotfix_kb needs to be set when state=absent")
    wanted = task.text("hotfix_kb").upper().removeprefix("KB")
    updates = task.machine.updates
    found = [update for update in updates.installed() if update.kb.upper().removeprefix("KB") == wanted]
    if not found:
        return
    update = found[0]
    name = f"Package_for_KB{wanted}~31bf3856ad364e35~amd64~~{task.machine.identity.windows.version}.1"
    task.result |= {"changed": True, "identifier": name, "kb": f"KB{wanted}"}
    if task.acts:
        del updates.table[update.id]
        task.result["reboot_required"] = update.restart


def _present(task: Task) -> None:
    if task["source"] is None:
        task.fail("source must be set when state=present")
    if not disk.is_file(task.machine, task.text("source")):
        task.fail(f"the path set for source {task['source']} does not exist or is not a file")
    task.unsupported("the content of an .msu file")
