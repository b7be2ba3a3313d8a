"""Get-WinEvent over the event logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from unyo.lab.terminals.machine.events import LEVELS, Event
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item

_KNOWN = frozenset({"logname", "providername", "id", "level", "starttime", "endtime", "data"})
LOGS = (
    "Application",
    "Security",
    "System",
    "Setup",
    "Microsoft-Windows-PowerShell/Operational",
    "Microsoft-Windows-TaskScheduler/Operational",
    "Microsoft-Windows-Windows Defender/Operational",
)


def event_item(call: Call, event: Event, record: int) -> Item:
    level = 4 if event.level == 0 else event.level
    return Item(
        "System.Diagnostics.Eventing.Reader.EventLogRecord",
        {
            "Id": event.id,
            "LogName": event.log,
            "ProviderName": event.source,
            "Level": event.level,
            "LevelDisplayName": LEVELS[call.machine.locale][level],
            "TimeCreated": event.at.astimezone(JST),
            "Message": event.message,
            "MachineName": call.machine.fqdn,
            "RecordId": record,
            "UserId": None,
            "Properties": [
                Item("System.Diagnostics.Eventing.Reader.EventProperty", {"Value": value})
                for _, value in event.data
            ],
        },
    )


@command(
    "Get-WinEvent",
    positional=("LogName",),
    named=("FilterHashtable", "MaxEvents", "ProviderName", "FilterXPath", "FilterXml", "ListLog", "Path"),
    switches=("Oldest", "Force"),
)
def get_win_event(call: Call) -> Iterator[Any]:
    for refused in ("FilterXPath", "FilterXml", "ListLog", "Path"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    wanted: dict[str, list[Any]] = {}
    given = call.get("FilterHashtable")
    if isinstance(given, Mapping):
        wanted = {
            str(key).lower(): value if isinstance(value, list) else [value] for key, value in given.items()
        }
    for parameter in ("LogName", "ProviderName"):
        if call.given(parameter):
            wanted[parameter.lower()] = call.values(parameter)
    for name in wanted.keys() - _KNOWN:
        call.unsupported(f"the key {name} of -FilterHashtable")
    _check_logs(wanted.get("logname", []))
    every = sorted(
        enumerate(call.machine.events.all, 1), key=lambda pair: pair[1].at, reverse=not call.get("Oldest")
    )
    found = [(number, event) for number, event in every if _passes(event, wanted)]
    if not found:
        raise _none(call)
    for number, event in found[: int(call.get("MaxEvents", len(found)))]:
        yield event_item(call, event, number)


def _check_logs(names: list[Any]) -> None:
    for name in names:
        if "*" not in str(name) and str(name).lower() not in (log.lower() for log in LOGS):
            raise PowerShellError(
                f'There is not an event log on the localhost computer that matches "{name}".',
                "ObjectNotFound",
                name,
                "NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand",
                exception="System.Exception",
            )


def _none(call: Call) -> PowerShellError:
    english = "No events were found that match the specified selection criteria."
    return PowerShellError(
        english
        if call.machine.locale == "en-US"
        else "指定した選択条件に一致するイベントが見つかりませんでした。",
        "ObjectNotFound",
        None,
        "NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand",
        exception="System.Exception",
    )


def _passes(event: Event, wanted: dict[str, list[Any]]) -> bool:
    for name, values in wanted.items():
        match name:
            case "logname":
                good = event.log.lower() in (str(value).lower() for value in values)
            case "providername":
                good = event.source.lower() in (str(value).lower() for value in values)
            case "id":
                good = event.id in (int(value) for value in values)
            case "level":
                good = event.level in (int(value) for value in values)
            case "data":
                good = bool({str(value) for value in values} & {str(part) for _, part in event.data})
            case "starttime":
                good = event.at >= _moment(values[0])
            case _:
                good = event.at <= _moment(values[0])
        if not good:
            return False
    return True


def _moment(value: Any) -> datetime:
    moment: datetime = value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=JST)
