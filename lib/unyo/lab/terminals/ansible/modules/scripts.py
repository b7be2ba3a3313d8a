"""win_powershell: a script in the simulated PowerShell, with $Ansible."""

from __future__ import annotations

import re
from typing import Any

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.modules.objects import converted, described_error, round_trip
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.powershell.shell import Ran, Shell
from unyo.lab.terminals.powershell.values import Item, SecureString, Table

_ACTIONS = {"stop": "Stop", "continue": "Continue", "silently_continue": "SilentlyContinue"}
_STREAMS = ("output", "error", "warning", "verbose", "debug", "information")
# Comments, using statements and other attributes may stand before [CmdletBinding(…)].
_BINDING = re.compile(
    r"(?:\s|<#.*?#>|#[^\n]*|using\s+[^\n]*|\[(?!CmdletBinding)[^\]]*\])*\[CmdletBinding\(([^)]*)\)\]",
    re.I | re.S,
)
_SUPPORTS = re.compile(r"\bSupportsShouldProcess\b(?:\s*=\s*(\$\w+))?", re.I)


@module("ansible.windows.win_powershell")
def win_powershell(task: Task) -> None:
    task.result |= {"result": {}, "host_out": "", "host_err": "", **{name: [] for name in _STREAMS}}
    _leave_when_done(task)
    if task["executable"] is not None or task["arguments"] is not None:
        task.unsupported("executable and arguments")
    text = _script(task)
    checks = supports_should_process(text)
    if task.check_mode and not checks:
        task.result |= {"changed": True, "msg": "skipped, running in check mode"}
        task.done()
    ansible = _ansible(task)
    ran = Shell(task.machine, task.user).run(
        text if task["chdir"] is None else f"Set-Location -LiteralPath {_quoted(task.text('chdir'))}\n{text}",
        _parameters(task, checks),
        variables={"Ansible": ansible, "ErrorActionPreference": _ACTIONS[task.text("error_action").lower()]},
    )
    _report(task, ran, ansible)


def supports_should_process(text: str) -> bool:
    """Whether the script's own param block has [CmdletBinding(SupportsShouldProcess)]."""
    binding = _BINDING.match(text)
    found = _SUPPORTS.search(binding[1]) if binding else None
    return found is not None and (found[1] or "$true").lower() == "$true"


def _leave_when_done(task: Task) -> None:
    creates, removes = task.text("creates"), task.text("removes")
    if creates and disk.matches(task.machine, creates):
        task.result["msg"] = f"skipped, since {creates} exists"
        task.done()
    if removes and not disk.matches(task.machine, removes):
        task.result["msg"] = f"skipped, since {removes} does not exist"
        task.done()


def _script(task: Task) -> str:
    if task["script"] is not None:
        return task.text("script")
    file = task.machine.files.find(task.text("path"))
    if file is None:
        task.fail(f"Could not find or access '{task['path']}' on Windows host")
    return file.data().decode("utf-8-sig")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ansible(task: Task) -> Item:
    """The variable $Ansible, which the script may change."""
    return Item(
        "Ansible.Windows.WinPowerShell.Module",
        {
            "CheckMode": task.check_mode,
            "Verbosity": task.verbosity,
            "Result": Table(),
            "Diff": Table(),
            "Changed": True,
            "Failed": False,
            "Tmpdir": task.surroundings.environment["TEMP"],
        },
    )


def _parameters(task: Task, checks: bool) -> dict[str, Any]:
    given = {name: _native(value) for name, value in (task["parameters"] or {}).items()}
    for each in task["sensitive_parameters"] or ():
        secret = SecureString(str(each["password"] or each["value"] or ""))
        given[each["name"]] = _credential(each["username"], secret) if each["username"] else secret
    if checks:
        given |= {"Confirm": False, "WhatIf": task.check_mode}
    return given


def _native(value: Any) -> Any:
    """JSON's objects as hashtables."""
    if isinstance(value, dict):
        return Table({name: _native(inner) for name, inner in value.items()})
    return [_native(inner) for inner in value] if isinstance(value, list) else value


def _credential(user: str, password: SecureString) -> Item:
    domain, _, name = user.rpartition("\\")
    network = Item(
        "System.Net.NetworkCredential", {"UserName": name, "Domain": domain, "Password": password.reveal()}
    )
    return Item(
        "System.Management.Automation.PSCredential",
        {"UserName": user, "Password": password},
        {"GetNetworkCredential": lambda: network},
    )


def _report(task: Task, ran: Ran, ansible: Item) -> None:
    depth = int(task["depth"])
    failed = ran.fatal is not None or bool(ansible["Failed"])
    task.result |= {
        "changed": converted(ansible["Changed"], depth),
        "result": converted(ansible["Result"], depth),
        "output": converted(list(ran.output), depth),
        "error": [described_error(error, depth) for error in ran.errors],
        "warning": list(ran.warnings),
        "verbose": list(ran.verbose),
        "debug": list(ran.debug),
        "host_out": "".join(f"{line}\r\n" for line in ran.host),
        "host_err": "".join(f"{line}\r\n" for line in ran.stderr),
        "information": [_said(task, line) for line in ran.host],
        "failed": failed,
    }
    if isinstance(ansible["Diff"], Table):
        task.diff |= {str(key): converted(value, depth) for key, value in ansible["Diff"].items()}


def _said(task: Task, line: str) -> dict[str, Any]:
    """What Write-Host leaves in the information stream."""
    return {
        "message_data": {
            "Message": line,
            "NoNewLine": False,
            "ForegroundColor": None,
            "BackgroundColor": None,
        },
        "source": "Write-Host",
        "time_generated": round_trip(task.machine.now()),
        "tags": ["PSHOST"],
    }
