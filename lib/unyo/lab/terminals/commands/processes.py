"""Get-Process and Stop-Process, Get-HotFix."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.commands.cim_people import end_process
from unyo.lab.terminals.commands.cim_system import boot_time, quick_fixes
from unyo.lab.terminals.machine.running import Process
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item, Long


def process_item(call: Call, process: Process) -> Item:
    name = process.name.removesuffix(".exe")
    started = process.started or boot_time(call.machine)
    return Item(
        "System.Diagnostics.Process",
        {
            "Id": process.id,
            "Name": name,
            "ProcessName": name,
            "Path": process.path or None,
            "StartTime": started.astimezone(JST),
            "WorkingSet64": Long(process.memory),
            "WS": Long(process.memory),
            "SessionId": process.session,
            "SI": process.session,
            "HasExited": False,
            "Responding": True,
        },
        text=f"System.Diagnostics.Process ({name})",
    )


def _chosen(call: Call) -> Iterator[Process]:
    table = call.machine.running.processes
    if call.given("InputObject") or (call.has_input and not call.given("Name") and not call.given("Id")):
        for item in call.each("InputObject"):
            found = table.get(str(item["Id"] if isinstance(item, Item) else item))
            if found is not None:
                yield found
        return
    for number in call.values("Id"):
        found = table.get(str(number))
        if found is None:
            call.write_error(_absent(call, "process identifier", str(number), "Id"))
        else:
            yield found
    for each in call.values("Name"):
        hits = [
            p for p in table.values() if fnmatchcase(p.name.lower().removesuffix(".exe"), str(each).lower())
        ]
        if not hits and "*" not in str(each):
            call.write_error(_absent(call, "process name", str(each), "Name"))
        yield from sorted(hits, key=lambda process: process.id)


def _absent(call: Call, what: str, text: str, given: str) -> PowerShellError:
    shown = text if given == "Id" else f'"{text}"'
    return PowerShellError(
        f"Cannot find a process with the {what} {shown}. Verify the {what} and call the cmdlet again.",
        "ObjectNotFound",
        text,
        f"NoProcessFoundForGiven{given},Microsoft.PowerShell.Commands.{call.name.replace('-', '')}Command",
        exception="Microsoft.PowerShell.Commands.ProcessCommandException",
    )


@command(
    "Get-Process",
    positional=("Name",),
    named=("Id", "InputObject"),
    aliases=("gps", "ps"),
    parameter_aliases=(("ProcessName", "Name"), ("PID", "Id")),
)
def get_process(call: Call) -> Iterator[Any]:
    if call.given("Name") or call.given("Id") or call.given("InputObject"):
        yield from (process_item(call, process) for process in _chosen(call))
    else:
        every = sorted(call.machine.running.processes.values(), key=lambda p: (p.name.lower(), p.id))
        yield from (process_item(call, process) for process in every)


@command(
    "Stop-Process",
    positional=("Id",),
    named=("Name", "InputObject"),
    switches=("Force", "PassThru"),
    aliases=("kill", "spps"),
    pipeline="InputObject",
    parameter_aliases=(("ProcessName", "Name"),),
    should_process=True,
)
def stop_process(call: Call) -> Iterator[Any]:
    for process in list(_chosen(call)):
        if call.should_process(f"{process.name} ({process.id})", call.name):
            item = process_item(call, process)
            end_process(call.machine, process)
            if call.get("PassThru"):
                yield item


@command(
    "Get-HotFix",
    positional=("Id",),
    named=("Description", "ComputerName"),
    parameter_aliases=(("HFID", "Id"),),
)
def get_hot_fix(call: Call) -> Iterator[Any]:
    if call.given("ComputerName"):
        call.unsupported("-ComputerName")
    wanted = {str(name).lower() for name in call.values("Id")}
    rows = [row for row in quick_fixes(call.machine) if not wanted or row["HotFixID"].lower() in wanted]
    if wanted and not rows:
        text = "Cannot find the requested hotfix on the 'localhost' computer. Verify the input and run the command again."
        raise PowerShellError(
            text,
            "ObjectNotFound",
            None,
            "GetHotFixNoEntriesFound,Microsoft.PowerShell.Commands.GetHotFixCommand",
            exception="System.ArgumentException",
        )
    yield from (
        Item("System.Management.ManagementObject#root\\cimv2\\Win32_QuickFixEngineering", row) for row in rows
    )
