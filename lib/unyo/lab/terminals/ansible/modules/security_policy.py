"""win_security_policy: exports, changes and imports with the simulated secedit, as the real module does."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from unyo.lab.terminals.ansible.conversions import to_text
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.commands.inf import Sections, read_inf, write_inf
from unyo.lab.terminals.powershell.shell import Shell

_FINE = (0, 3)
"""Done, and done with warnings: secedit does not stop at entries that it does not know."""


@module("community.windows.win_security_policy")
def win_security_policy(task: Task) -> None:
    section, key, value = task.text("section"), task.text("key"), task["value"]
    task.result |= {"section": section, "key": key, "value": value}
    if section == "Privilege Rights":
        task.result["warnings"] = [
            "Using this module to edit rights and privileges is error-prone, use the ansible.windows.win_user_right "
            "module instead"
        ]
    exported = _folded(_export(task))
    if section.lower() not in exported:
        task.fail(f"The section '{section}' does not exist in SecEdit.exe output ini")
    current = exported[section.lower()].get(key.lower())
    if (current is None and to_text(value) == "") or (current is not None and _same(current, value)):
        return
    removed = "" if current is None else f"-{key} = {current}\n"
    task.diff["prepared"] = f"[{section}]\n{removed}+{key} = {to_text(value)}"
    task.changed()
    if task.acts:
        _import(task, section, key, value)
        _verify(task, section, key, value)


def _same(current: int | str, value: Any) -> bool:
    """PowerShell's -ceq: the right side becomes what the left side is."""
    if isinstance(current, str):
        return to_text(value) == current
    text = str(int(value)) if isinstance(value, bool) else to_text(value).strip()
    return text.lstrip("-").isdigit() and int(text) == current


def _folded(sections: Sections) -> dict[str, dict[str, int | str]]:
    """Numbers as numbers and texts without their quotes, by folded names: what the module reads."""
    return {
        name.lower(): {key.lower(): _value(text) for key, text in values.items()}
        for name, values in sections.items()
    }


def _value(text: str) -> int | str:
    if re.fullmatch(r"\d+", text):
        return int(text)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _temporary(task: Task) -> str:
    return f"{task.surroundings.environment['TEMP']}\\tmp{uuid4().hex[:4]}.tmp"


def _secedit(task: Task, *arguments: str) -> int:
    words = " ".join(f"'{argument}'" for argument in arguments)
    script = f"secedit.exe {words} /quiet\nexit $LASTEXITCODE"
    return Shell(task.machine, task.user).run(script).exit_code


def _export(task: Task) -> Sections:
    """Reading the policy writes a file for a moment, which is no change to the terminal."""
    machine, path = task.machine, _temporary(task)
    with machine.mark.by_itself():
        code = _secedit(task, "/export", "/cfg", path)
        file = machine.files.find(path)
        if code or file is None:
            task.fail(f"Failed to export secedit.ini file to {path}", rc=code)
        machine.files.remove(path)
    return read_inf(file.data())


def _import(task: Task, section: str, key: str, value: Any) -> None:
    """The module imports everything that it has read; all but this one line stays as it is."""
    machine, path, database = task.machine, _temporary(task), _temporary(task)
    text = str(int(value)) if isinstance(value, bool) else to_text(value)
    sections = {"Unicode": {"Unicode": "yes"}, section: {key: text}, "Version": {"signature": '"$CHICAGO$"'}}
    machine.files.write(path, write_inf(sections), machine.now())
    code = _secedit(task, "/configure", "/db", database, "/cfg", path)
    for each in (path, database):
        if machine.files.find(each) is not None:
            machine.files.remove(each)
    task.result["import_log"] = ""
    if code not in _FINE:
        task.fail(f"Failed to import secedit.ini file from {path}", rc=code)


def _verify(task: Task, section: str, key: str, value: Any) -> None:
    now = _folded(_export(task)).get(section.lower(), {}).get(key.lower())
    if now is None and to_text(value) != "":
        task.fail(f"The key '{key}' in section '{section}' is not a valid key, cannot set this value")
    if now is not None and not _same(now, value):
        task.fail(
            f"Failed to change the value for key '{key}' in section '{section}', the value is still {now}"
        )
