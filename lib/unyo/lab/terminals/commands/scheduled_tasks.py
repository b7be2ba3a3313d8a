"""The cmdlets of the ScheduledTasks module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.commands.task_items import (
    NEVER,
    action_item,
    action_of,
    local,
    many,
    principal_item,
    principal_of,
    settings_item,
    settings_of,
    task_item,
    trigger_item,
    trigger_of,
)
from unyo.lab.terminals.machine.firing import run_task
from unyo.lab.terminals.machine.stored import TASK, StoredPassword, fits
from unyo.lab.terminals.machine.tasks import Action, Principal, Task, TaskSettings, Trigger
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.dates import JST, parse_date
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item


@command("New-ScheduledTaskAction", positional=("Execute", "Argument", "WorkingDirectory"), named=("Id",))
def new_action(call: Call) -> Iterator[Any]:
    yield action_item(
        Action(str(call.get("Execute")), str(call.get("Argument", "")), str(call.get("WorkingDirectory", "")))
    )


@command(
    "New-ScheduledTaskTrigger",
    named=(
        "At",
        "DaysInterval",
        "RandomDelay",
        "User",
        "RepetitionInterval",
        "RepetitionDuration",
        "DaysOfWeek",
    ),
    switches=("Once", "Daily", "Weekly", "AtStartup", "AtLogOn"),
)
def new_trigger(call: Call) -> Iterator[Any]:
    for refused in (
        "RandomDelay",
        "RepetitionInterval",
        "RepetitionDuration",
        "DaysOfWeek",
        "User",
        "Weekly",
    ):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    start = None
    if call.given("At"):
        at = call.get("At")
        # The task scheduler knows whole seconds only.
        start = local(at if isinstance(at, datetime) else parse_date(str(at))).replace(microsecond=0)
    if call.get("AtStartup"):
        yield trigger_item(Trigger("AtStartup"))
    elif call.get("AtLogOn"):
        yield trigger_item(Trigger("AtLogOn"))
    elif start is None:
        call.unsupported("a trigger without -At")
    else:
        yield trigger_item(
            Trigger("Daily" if call.get("Daily") else "Once", start, days=int(call.get("DaysInterval", 1)))
        )


@command(
    "New-ScheduledTaskPrincipal",
    positional=("UserId", "LogonType", "RunLevel"),
    named=("Id", "ProcessTokenSidType", "RequiredPrivilege", "GroupId"),
)
def new_principal(call: Call) -> Iterator[Any]:
    for refused in ("ProcessTokenSidType", "RequiredPrivilege", "GroupId"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    kinds = (str(call.get("LogonType", "Interactive")), str(call.get("RunLevel", "Limited")))
    yield principal_item(Principal(str(call.get("UserId")), *kinds))


@command(
    "New-ScheduledTaskSettingsSet",
    named=("ExecutionTimeLimit", "DeleteExpiredTaskAfter", "MultipleInstances", "Compatibility", "Priority"),
    switches=(
        "StartWhenAvailable",
        "AllowStartIfOnBatteries",
        "DontStopIfGoingOnBatteries",
        "Hidden",
        "Disable",
        "DisallowDemandStart",
    ),
)
def new_settings(call: Call) -> Iterator[Any]:
    yield settings_item(
        TaskSettings(
            not call.get("Disable", False),
            bool(call.get("StartWhenAvailable", False)),
            bool(call.get("AllowStartIfOnBatteries", False)),
            not call.get("DontStopIfGoingOnBatteries", False),
            bool(call.get("Hidden", False)),
            not call.get("DisallowDemandStart", False),
            delete_expired_after="PT0S" if call.given("DeleteExpiredTaskAfter") else "",
            multiple_instances=str(call.get("MultipleInstances", "IgnoreNew")),
        )
    )


@command(
    "Register-ScheduledTask",
    positional=("TaskName", "TaskPath"),
    named=(
        "Action",
        "Trigger",
        "Principal",
        "Settings",
        "Description",
        "User",
        "Password",
        "RunLevel",
        "InputObject",
        "Xml",
    ),
    switches=("Force",),
    pipeline="InputObject",
)
def register_task(call: Call) -> Iterator[Any]:
    for refused in ("Password", "InputObject", "Xml"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    machine = call.machine
    path, name = _path(str(call.get("TaskPath", "\\"))), str(call.get("TaskName"))
    kept = machine.tasks.find(path, name)
    if kept is not None and not call.get("Force"):
        raise PowerShellError(
            "Cannot create a file when that file already exists.",
            "ResourceExists",
            "PS_ScheduledTask",
            "HRESULT 0x800700b7,Register-ScheduledTask",
            exception="Microsoft.Management.Infrastructure.CimException",
        )
    principal = many(call.get("Principal"))
    settings = many(call.get("Settings"))
    default = Principal(
        str(call.get("User", call.shell.user)), "Interactive", str(call.get("RunLevel", "Limited"))
    )
    task = Task(
        name,
        path,
        tuple(action_of(item) for item in many(call.get("Action"))),
        machine.now(),
        tuple(trigger_of(item) for item in many(call.get("Trigger"))),
        principal_of(principal[0]) if principal else default,
        settings_of(settings[0]) if settings else TaskSettings(),
        str(call.get("Description", "")),
    )
    if not task.actions:
        call.unsupported("a task without an action")
    _expire(call, task)
    machine.tasks.put(task)
    yield task_item(task)


def _expire(call: Call, task: Task) -> None:
    if task.settings.delete_expired_after and not any(trigger.end for trigger in task.triggers):
        call.unsupported("-DeleteExpiredTaskAfter without a trigger that ends")


def _path(path: str) -> str:
    return "\\" + "".join(f"{part}\\" for part in path.split("\\") if part)


def _chosen(call: Call) -> list[Task]:
    """The tasks that a call means; CmdletizationQuery_NotFound where a given name or path has none."""
    tasks = call.machine.tasks
    given = list(call.each("InputObject")) if call.given("InputObject") or call.has_input else []
    if given:
        named = [(str(item["TaskPath"]), str(item["TaskName"])) for item in given if isinstance(item, Item)]
        return [task for path, name in named if (task := tasks.find(path, name)) is not None]
    chosen = tasks.table.values()
    for parameter, field in (("TaskName", "name"), ("TaskPath", "path")):
        wanted = [str(value) for value in call.values(parameter)]
        if not wanted:
            continue
        if parameter == "TaskPath":
            wanted = [text if "*" in text else _path(text) for text in wanted]
        found = []
        for text in wanted:
            hits = [task for task in chosen if fnmatchcase(getattr(task, field).lower(), text.lower())]
            if not hits and "*" not in text:
                call.write_error(_nothing(call, parameter, text))
            found += hits
        chosen = found
    return sorted(chosen, key=lambda task: (task.path.lower(), task.name.lower()))


def _nothing(call: Call, parameter: str, text: str) -> PowerShellError:
    return PowerShellError(
        f"No MSFT_ScheduledTask objects found with property '{parameter}' equal to '{text}'.  Verify the value of the property and retry.",
        "ObjectNotFound",
        text,
        f"CmdletizationQuery_NotFound_{parameter},{call.name}",
        exception="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
    )


@command("Get-ScheduledTask", positional=("TaskName", "TaskPath"), named=("CimSession",))
def get_task(call: Call) -> Iterator[Any]:
    yield from (task_item(task) for task in _chosen(call))


@command(
    "Get-ScheduledTaskInfo",
    positional=("TaskName", "TaskPath"),
    named=("InputObject",),
    pipeline="InputObject",
)
def get_task_info(call: Call) -> Iterator[Any]:
    for task in _chosen(call):
        following = task.next_run(call.machine.now())
        yield Item(
            "Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/TaskScheduler/MSFT_TaskDynamicInfo",
            {
                "TaskName": task.name,
                "TaskPath": task.path,
                "LastRunTime": task.last_run.astimezone(JST) if task.last_run else NEVER,
                "LastTaskResult": task.last_result,
                "NextRunTime": following.astimezone(JST) if following else None,
                "NumberOfMissedRuns": task.missed,
            },
        )


@command(
    "Set-ScheduledTask",
    positional=("TaskName", "TaskPath"),
    named=("User", "Password", "Action", "Principal", "Settings", "Trigger", "InputObject"),
)
def set_task(call: Call) -> Iterator[Any]:
    """A stored password only; it is tried at once."""
    for refused in ("Action", "Principal", "Settings", "Trigger", "InputObject"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    machine = call.machine
    for task in _chosen(call):
        user = str(call.get("User", task.principal.user))
        stored = StoredPassword(TASK, task.path + task.name, user, str(call.get("Password", "")))
        if not fits(machine, stored):
            machine.wrong_password(user)
            raise PowerShellError(
                "The user name or password is incorrect.",
                "PermissionDenied",
                "PS_ScheduledTask",
                "HRESULT 0x8007052e,Set-ScheduledTask",
                exception="Microsoft.Management.Infrastructure.CimException",
            )
        machine.stored.put(stored)
        changed = replace(task, principal=replace(task.principal, user=user, logon_type="Password"))
        machine.tasks.put(changed)
        yield task_item(changed)


@command(
    "Unregister-ScheduledTask",
    positional=("TaskName", "TaskPath"),
    named=("InputObject",),
    pipeline="InputObject",
    should_process=True,
)
def unregister_task(call: Call) -> None:
    for task in _chosen(call):
        if call.should_process(task.path + task.name, call.name):
            call.machine.tasks.remove(task)


def _enable(call: Call, on: bool) -> Iterator[Item]:
    for task in _chosen(call):
        changed = replace(task, settings=replace(task.settings, enabled=on), seen=call.machine.now())
        call.machine.tasks.put(changed)
        yield task_item(changed)


@command(
    "Enable-ScheduledTask",
    positional=("TaskName", "TaskPath"),
    named=("InputObject",),
    pipeline="InputObject",
)
def enable_task(call: Call) -> Iterator[Any]:
    yield from _enable(call, True)


@command(
    "Disable-ScheduledTask",
    positional=("TaskName", "TaskPath"),
    named=("InputObject",),
    pipeline="InputObject",
)
def disable_task(call: Call) -> Iterator[Any]:
    yield from _enable(call, False)


@command(
    "Start-ScheduledTask", positional=("TaskName", "TaskPath"), named=("InputObject",), pipeline="InputObject"
)
def start_task(call: Call) -> None:
    for task in _chosen(call):
        run_task(call.machine, task, call.machine.now())
