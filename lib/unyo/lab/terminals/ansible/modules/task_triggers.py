"""The triggers of win_scheduled_task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.tasks import Trigger, TriggerKind
from unyo.lab.terminals.powershell.dates import local, parse_date, universal
from unyo.lab.terminals.powershell.errors import PowerShellError

_TYPES = (
    *("event", "time", "daily", "weekly", "monthly", "monthlydow"),
    *("idle", "registration", "boot", "logon", "session_state_change"),
)
_KINDS: dict[str, TriggerKind] = {"time": "Once", "daily": "Daily", "boot": "AtStartup", "logon": "AtLogOn"}
_COM_TYPES = {
    "Once": "TASK_TRIGGER_TIME",
    "Daily": "TASK_TRIGGER_DAILY",
    "AtStartup": "TASK_TRIGGER_BOOT",
    "AtLogOn": "TASK_TRIGGER_LOGON",
}
_KNOWN = ("type", "start_boundary", "end_boundary", "enabled", "days_interval", "delay")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def triggers_of(task: Task) -> tuple[Trigger, ...]:
    """The triggers that the task asks for."""
    return tuple(_trigger(task, each) for each in task["triggers"] or ())


def _trigger(task: Task, given: Mapping[str, Any]) -> Trigger:
    allowed = "', '".join(_TYPES)
    if "type" not in given:
        task.fail(f"a trigger entry must contain a key 'type' with a value of '{allowed}'")
    kind = str(given["type"]).lower()
    if kind not in _TYPES:
        task.fail(
            f"the specified trigger type '{given['type']}' is not valid, type must be a value of '{allowed}'"
        )
    if kind not in _KINDS:
        task.unsupported(f"triggers of type {kind}")
    for name in given:
        if name not in _KNOWN:
            task.unsupported(f"{name} of a trigger")
    if kind in ("time", "daily") and "start_boundary" not in given:
        named = "mandatory key 'start_boundary' for trigger is not set, mandatory keys are 'start_boundary'"
        task.fail(named)
    return Trigger(
        _KINDS[kind],
        _moment(task, given, "start_boundary"),
        enabled=bool(given.get("enabled", True)),
        days=int(given.get("days_interval", 1)),
        delay=_duration(task, given),
        end=_moment(task, given, "end_boundary"),
    )


def _moment(task: Task, given: Mapping[str, Any], name: str) -> datetime | None:
    """A time without a zone is the machine's own."""
    value = given.get(name)
    if value is None:
        return None
    try:
        return universal(parse_date(str(value)))
    except PowerShellError:
        task.fail(
            f"trigger option '{name}' must be in the format 'YYYY-MM-DDThh:mm:ss' format but was '{value}'"
        )


def _duration(task: Task, given: Mapping[str, Any]) -> timedelta:
    value = given.get("delay")
    if value is None:
        return timedelta(0)
    found = _DURATION.fullmatch(str(value))
    if found is None:
        task.fail(f"trigger option 'delay' must be in the XML duration format but was '{value}'")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def shown_trigger(trigger: Trigger) -> dict[str, Any]:
    """As win_scheduled_task_stat shows it."""
    shown: dict[str, Any] = {
        "type": _COM_TYPES[trigger.kind],
        "enabled": trigger.enabled,
        "start_boundary": _face(trigger.start),
        "end_boundary": _face(trigger.end),
    }
    return shown | ({"days_interval": trigger.days} if trigger.kind == "Daily" else {})


def _face(moment: datetime | None) -> str | None:
    return None if moment is None else f"{local(moment):%Y-%m-%dT%H:%M:%S}"
