"""win_firewall_rule."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.firewall import PROFILES, ProfileName, Rule
from unyo.lab.terminals.powershell.errors import PowerShellError

_UNKNOWN_TO_THE_MACHINE = {
    "interfacetypes": "any",
    "edge": "no",
    "security": "notrequired",
    "icmp_type_code": "any",
}
_PROTOCOLS = {"tcp": "TCP", "udp": "UDP", "icmpv4": "ICMPv4", "icmpv6": "ICMPv6", "any": "Any"}
_NUMBERS = {"6": "TCP", "17": "UDP", "1": "ICMPv4", "58": "ICMPv6"}
_COM_NUMBERS = {"TCP": 6, "UDP": 17, "ICMPv4": 1, "ICMPv6": 58, "Any": 256}
_PROFILE_BITS = {"Domain": 1, "Private": 2, "Public": 4}


@module("community.windows.win_firewall_rule")
def win_firewall_rule(task: Task) -> None:
    if not task["name"] and not task["group"]:
        task.fail("Either name or group must be specified")
    try:
        _apply(task)
    except PowerShellError as error:
        task.fail(error.message, exception=error.message)


def _apply(task: Task) -> None:
    for name, neutral in _UNKNOWN_TO_THE_MACHINE.items():
        if task[name] not in (None, neutral, [neutral]):
            task.unsupported(name)
    task.diff["prepared"] = ""
    existing = _existing(task)
    wanted = _wanted(task, Rule("{" + str(uuid.uuid4()).upper() + "}", task.text("name")))
    if task.text("state").lower() == "absent":
        _absent(task, existing)
    elif existing:
        _change(task, existing, wanted)
    elif task["name"]:
        task.diff["prepared"] += _shown("+", wanted)
        task.changed()
        if task.acts:
            task.machine.firewall.rules[wanted.name] = wanted
        task.result["msg"] = f"Firewall rule '{task['name']}' created."


def _existing(task: Task) -> list[Rule]:
    name, group = task.text("name").lower(), task.text("group").lower()
    if name:
        return task.machine.firewall.rules.where(lambda rule: rule.display_name.lower() == name)
    return task.machine.firewall.rules.where(
        lambda rule: group in (rule.group.lower(), rule.display_group.lower())
    )


def _wanted(task: Task, rule: Rule) -> Rule:
    """The rule with everything that the task says."""
    said = {name: task[name] for name, _, _ in _COMPARED if task[name] is not None}
    changes: dict[str, Any] = {}
    for name, value in said.items():
        match name:
            case "direction":
                changes["inbound"] = str(value).lower() == "in"
            case "action":
                changes["allow"] = str(value).lower() == "allow"
            case "program":
                changes["program"] = "Any" if _any(value) else task.surroundings.expand(value)
            case "service":
                changes["service"] = "Any" if _any(value) else value
            case "profiles":
                changes["profiles"] = _profiles(value)
            case "localip" | "remoteip":
                changes[f"{name.removesuffix('ip')}_addresses"] = _addresses(value)
            case "localport" | "remoteport":
                changes[f"{name.removesuffix('port')}_ports"] = _ports(value)
            case "protocol":
                changes["protocol"] = _protocol(value)
            case "group":
                changes |= {"group": value, "display_group": value}
            case _:
                changes[name] = value
    return replace(rule, **changes)


def _absent(task: Task, existing: list[Rule]) -> None:
    if not existing:
        named = f"Firewall rule '{task['name']}' does not exist."
        task.result["msg"] = named if task["name"] else f"No firewall rules in group '{task['group']}' exist."
        return
    task.changed()
    for rule in existing:
        task.diff["prepared"] += _shown("-", rule)
        if task.acts:
            del task.machine.firewall.rules[rule.name]
    names = "', '".join(rule.display_name for rule in existing)
    task.result["msg"] = f"Firewall rule(s) '{names}' removed."


def _change(task: Task, existing: list[Rule], wanted: Rule) -> None:
    changed: list[str] = []
    unchanged: list[str] = []
    for rule in existing:
        task.diff["prepared"] += f"[{rule.display_name}]\n"
        after = _wanted(task, rule)
        odd = [
            (com, of(rule), of(wanted))
            for name, com, of in _COMPARED
            if task[name] is not None and _differs(of(rule), of(wanted))
        ]
        task.diff["prepared"] += "".join(f"-{com}='{old}'\n+{com}='{new}'\n" for com, old, new in odd)
        (changed if odd else unchanged).append(rule.display_name)
        if odd and task.acts:
            task.machine.firewall.rules[rule.name] = after
    task.result["changed"] = bool(changed)
    task.result["msg"] = f"Firewall rule(s) changed '{_joined(changed)}' - unchanged '{_joined(unchanged)}'"


def _joined(names: list[str]) -> str:
    return "', '".join(names)


def _differs(old: Any, new: Any) -> bool:
    """PowerShell's -ne, and addresses in any order are the same."""
    if isinstance(old, str) and isinstance(new, str):
        return sorted(old.lower().split(",")) != sorted(new.lower().split(","))
    return bool(old != new)


def _shown(sign: str, rule: Rule) -> str:
    return f"{sign}[{rule.display_name}]\n" + "".join(
        f"{sign}{com}='{of(rule)}'\n" for _, com, of in _COMPARED
    )


def _any(value: Any) -> bool:
    return str(value).lower() == "any"


def _profiles(names: list[Any]) -> tuple[ProfileName, ...]:
    wanted = {str(name).lower() for name in names}
    known = {name.lower() for name in PROFILES}
    for odd in sorted(wanted - known):
        raise PowerShellError(f"Unknown profile '{odd}'.")
    return tuple(name for name in PROFILES if name.lower() in wanted)


def _profile_bits(rule: Rule) -> int:
    bits = sum(_PROFILE_BITS[name] for name in rule.profiles)
    return 0x7FFFFFFF if bits == 7 else bits


def _addresses(text: str) -> tuple[str, ...]:
    """As Windows keeps them: a network with its mask, a single address alone."""
    return ("Any",) if _any(text) else tuple(_address(part.strip()) for part in text.split(","))


def _address(text: str) -> str:
    if "/" not in text:
        return text
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise PowerShellError("The parameter is incorrect. (Exception from HRESULT: 0x80070057)") from None
    if network.version == 6:
        return str(network)
    single = network.num_addresses == 1
    return str(network.network_address) if single else f"{network.network_address}/{network.netmask}"


def _ports(text: str) -> tuple[str, ...]:
    return ("Any",) if _any(text) else tuple(part.strip() for part in text.split(","))


def _protocol(text: str) -> str:
    name = _PROTOCOLS.get(text.lower(), _NUMBERS.get(text, text))
    if name in _COM_NUMBERS or name.isdigit():
        return name
    raise PowerShellError(f"Unknown protocol '{text}'.")


def _com_protocol(rule: Rule) -> int:
    return _COM_NUMBERS[rule.protocol] if rule.protocol in _COM_NUMBERS else int(rule.protocol)


def _com_list(values: tuple[str, ...]) -> str:
    return ",".join("*" if value == "Any" else value for value in values)


# The module's parameter, what Windows' COM interface calls it, and how that interface writes the rule's value.
_COMPARED: tuple[tuple[str, str, Callable[[Rule], Any]], ...] = (
    ("description", "Description", lambda rule: rule.description),
    ("direction", "Direction", lambda rule: 1 if rule.inbound else 2),
    ("action", "Action", lambda rule: 1 if rule.allow else 0),
    ("program", "ApplicationName", lambda rule: "" if rule.program == "Any" else rule.program),
    ("group", "Grouping", lambda rule: rule.group),
    ("service", "ServiceName", lambda rule: "" if rule.service == "Any" else rule.service),
    ("enabled", "Enabled", lambda rule: rule.enabled),
    ("profiles", "Profiles", _profile_bits),
    ("localip", "LocalAddresses", lambda rule: _com_list(rule.local_addresses)),
    ("remoteip", "RemoteAddresses", lambda rule: _com_list(rule.remote_addresses)),
    ("localport", "LocalPorts", lambda rule: _com_list(rule.local_ports)),
    ("remoteport", "RemotePorts", lambda rule: _com_list(rule.remote_ports)),
    ("protocol", "Protocol", _com_protocol),
)
