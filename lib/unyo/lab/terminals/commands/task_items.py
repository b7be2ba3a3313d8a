"""Scheduled tasks and their parts as the ScheduledTasks module shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from unyo.lab.terminals.machine.tasks import Action, Principal, Task, TaskSettings, Trigger, TriggerKind
from unyo.lab.terminals.powershell.dates import JST, parse_date
from unyo.lab.terminals.powershell.values import Enum, Item

_CIM = "Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/TaskScheduler/"
_STATES = {"Disabled": 1, "Queued": 2, "Ready": 3, "Running": 4}
_TRIGGERS: dict[str, TriggerKind] = {
    "MSFT_TaskTimeTrigger": "Once",
    "MSFT_TaskDailyTrigger": "Daily",
    "MSFT_TaskBootTrigger": "AtStartup",
    "MSFT_TaskLogonTrigger": "AtLogOn",
}
_CLASSES = {kind: name for name, kind in _TRIGGERS.items()}
NEVER = datetime(1999, 11, 30, tzinfo=JST)
"""What the task scheduler gives as the last run of a task that never ran."""


def local(moment: datetime) -> datetime:
    """A time with its zone; without one it is the machine's local time."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=JST)


def action_item(action: Action) -> Item:
    if action.class_id:
        return Item(
            f"{_CIM}MSFT_TaskComHandlerAction", {"ClassId": action.class_id, "Data": None, "Id": None}
        )
    return Item(
        f"{_CIM}MSFT_TaskExecAction",
        {
            "Execute": action.execute,
            "Arguments": action.arguments or None,
            "WorkingDirectory": action.folder or None,
            "Id": None,
        },
    )


def action_of(item: Item) -> Action:
    if item.get("ClassId"):
        return Action("", class_id=str(item.get("ClassId")))
    texts = [str(item.get(name) or "") for name in ("Execute", "Arguments", "WorkingDirectory")]
    return Action(*texts)


def trigger_item(trigger: Trigger) -> Item:
    start = None if trigger.start is None else trigger.start.astimezone(JST).isoformat(timespec="seconds")
    end = None if trigger.end is None else trigger.end.astimezone(JST).isoformat(timespec="seconds")
    shown: dict[str, Any] = {
        "Enabled": trigger.enabled,
        "StartBoundary": start,
        "EndBoundary": end,
        "Id": None,
        "ExecutionTimeLimit": None,
    }
    if trigger.kind == "Daily":
        shown["DaysInterval"] = trigger.days
    return Item(_CIM + _CLASSES[trigger.kind], shown)


def trigger_of(item: Item) -> Trigger:
    start, end = item.get("StartBoundary"), item.get("EndBoundary")
    return Trigger(
        _TRIGGERS[item.type_name.rpartition("/")[2]],
        local(parse_date(str(start))) if start else None,
        bool(item.get("Enabled", True)),
        int(item.get("DaysInterval") or 1),
        timedelta(0),
        local(parse_date(str(end))) if end else None,
    )


def principal_item(principal: Principal) -> Item:
    return Item(
        f"{_CIM}MSFT_TaskPrincipal2",
        {
            "UserId": principal.user,
            "LogonType": Enum(principal.logon_type, 5 if principal.logon_type == "ServiceAccount" else 3),
            "RunLevel": Enum(principal.run_level, int(principal.run_level == "Highest")),
            "GroupId": None,
            "Id": "Author",
            "DisplayName": None,
        },
    )


def principal_of(item: Item) -> Principal:
    return Principal(str(item["UserId"]), str(item["LogonType"]), str(item["RunLevel"]))


def settings_item(settings: TaskSettings) -> Item:
    return Item(
        f"{_CIM}MSFT_TaskSettings3",
        {
            "Enabled": settings.enabled,
            "StartWhenAvailable": settings.start_when_available,
            "DisallowStartIfOnBatteries": not settings.allow_on_batteries,
            "StopIfGoingOnBatteries": settings.stop_on_batteries,
            "Hidden": settings.hidden,
            "AllowDemandStart": settings.allow_demand_start,
            "ExecutionTimeLimit": settings.execution_time_limit,
            "DeleteExpiredTaskAfter": settings.delete_expired_after or None,
            "MultipleInstances": settings.multiple_instances,
        },
    )


def settings_of(item: Item) -> TaskSettings:
    return TaskSettings(
        bool(item["Enabled"]),
        bool(item["StartWhenAvailable"]),
        not item["DisallowStartIfOnBatteries"],
        bool(item["StopIfGoingOnBatteries"]),
        bool(item["Hidden"]),
        bool(item["AllowDemandStart"]),
        str(item["ExecutionTimeLimit"]),
        str(item["DeleteExpiredTaskAfter"] or ""),
        str(item["MultipleInstances"]),
    )


def task_item(task: Task) -> Item:
    state = Enum(
        task.state,
        _STATES[task.state],
        "Microsoft.PowerShell.Cmdletization.GeneratedTypes.ScheduledTask.StateEnum",
    )
    return Item(
        f"{_CIM}MSFT_ScheduledTask",
        {
            "TaskName": task.name,
            "TaskPath": task.path,
            "URI": task.path + task.name,
            "State": state,
            "Actions": [action_item(action) for action in task.actions],
            "Triggers": [trigger_item(trigger) for trigger in task.triggers],
            "Principal": principal_item(task.principal),
            "Settings": settings_item(task.settings),
            "Description": task.description or None,
            "Author": task.author or None,
            "Date": None,
        },
    )


def many(value: Any) -> list[Item]:
    """The items of a parameter that takes one or more."""
    if value is None:
        return []
    given: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return [item for item in given if isinstance(item, Item)]
