"""win_timezone."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task

_KEY, _NAME = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation", "TimeZoneKeyName"
_KNOWN = (
    "UTC",
    "Tokyo Standard Time",
    "Korea Standard Time",
    "China Standard Time",
    "Singapore Standard Time",
    "GMT Standard Time",
    "W. Europe Standard Time",
    "Eastern Standard Time",
    "Pacific Standard Time",
)


@module("ansible.windows.win_timezone")
def win_timezone(task: Task) -> None:
    wanted = task.text("timezone")
    previous = str(task.machine.registry.data(_KEY, _NAME) or "Tokyo Standard Time")
    task.result |= {"previous_timezone": previous, "timezone": wanted}
    if task.diff_mode:
        task.diff |= {"before": f"{previous}\n", "after": f"{wanted}\n"}
    if wanted.lower() == previous.lower():
        return
    bare = wanted.removesuffix("_dstoff")
    if bare.lower() not in (name.lower() for name in _KNOWN):
        if bare.endswith("Time"):
            task.unsupported("a time zone other than the few that it knows")
        task.fail(f"The specified timezone: {wanted} isn't supported on the machine.")
    task.changed()
    if task.acts:
        task.machine.registry.put(_KEY, _NAME, "String", wanted)
