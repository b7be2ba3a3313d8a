"""Firewall rules: Get-, New-, Set-, Remove-, Enable- and Disable-NetFirewallRule, and their filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from uuid import uuid4

from unyo.lab.terminals.machine.firewall import PROFILES, ProfileName, Rule
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

_CIM = "Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/"
RULE_TYPE = f"{_CIM}MSFT_NetFirewallRule"
_SELECTORS = ("DisplayName", "DisplayGroup", "Group", "Direction", "Enabled", "Action", "PolicyStore")
_NET = "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity."
_BITS = {"Domain": 1, "Private": 2, "Public": 4}


def rule_item(rule: Rule) -> Item:
    """A rule without its filters, as Get-NetFirewallRule gives it."""
    every = rule.profiles == PROFILES
    profile = "Any" if every else ", ".join(rule.profiles)
    return Item(
        RULE_TYPE,
        {
            "Name": rule.name,
            "ID": rule.name,
            "InstanceID": rule.name,
            "DisplayName": rule.display_name,
            "Group": rule.group or None,
            "RuleGroup": rule.group or None,
            "DisplayGroup": rule.display_group or rule.group or None,
            "Description": rule.description or None,
            "Enabled": Enum("True", 1, f"{_NET}Enabled")
            if rule.enabled
            else Enum("False", 2, f"{_NET}Enabled"),
            "Direction": Enum(*(("Inbound", 1) if rule.inbound else ("Outbound", 2)), f"{_NET}Direction"),
            "Action": Enum(*(("Allow", 2) if rule.allow else ("Block", 4)), f"{_NET}Action"),
            "Profile": Enum(profile, 0 if every else sum(_BITS[p] for p in rule.profiles), f"{_NET}Profile"),
            "EdgeTraversalPolicy": "Block",
            "PolicyStoreSource": "PersistentStore",
            "PolicyStoreSourceType": "Local",
            "PrimaryStatus": "OK",
            "Owner": None,
        },
    )


def select(call: Call, *, needs_one: bool = False) -> list[Rule]:
    """The rules that a call means; CmdletizationQuery_NotFound where a given name or group has none."""
    rules = call.machine.firewall.rules
    if call.given("PolicyStore") and str(call.get("PolicyStore")).lower() not in (
        "persistentstore",
        "activestore",
        "localhost",
    ):
        call.unsupported(f"-PolicyStore {call.get('PolicyStore')}")
    given = list(call.each("InputObject")) if call.given("InputObject") or call.has_input else []
    if given:
        names = [str(item["Name"] if isinstance(item, Item) else item) for item in given]
        return [rules[name] for name in names if name in rules]
    chosen = rules.values()
    limited = False
    for parameter, field in (
        ("Name", "name"),
        ("DisplayName", "display_name"),
        ("Group", "group"),
        ("DisplayGroup", "display_group"),
    ):
        wanted = [str(value) for value in call.values(parameter)]
        if not wanted:
            continue
        limited = True
        found: list[Rule] = []
        for text in wanted:
            hits = [r for r in chosen if fnmatchcase(getattr(r, field).lower(), text.lower())]
            if not hits and "*" not in text:
                call.write_error(nothing(call, parameter, text))
            found += hits
        chosen = found
    if needs_one and not limited and not call.get("All"):
        call.unsupported("no name, group or input")
    return [rule for rule in chosen if _passes(call, rule)]


def nothing(call: Call, parameter: str, text: str) -> PowerShellError:
    return PowerShellError(
        f"No MSFT_NetFirewallRule objects found with property '{parameter}' equal to '{text}'.  Verify the value of the property and retry.",
        "ObjectNotFound",
        text,
        f"CmdletizationQuery_NotFound_{parameter},{call.name}",
        exception="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
    )


def _passes(call: Call, rule: Rule) -> bool:
    if call.name != "Get-NetFirewallRule":
        return True
    shown = {
        "Enabled": str(rule.enabled),
        "Direction": "Inbound" if rule.inbound else "Outbound",
        "Action": "Allow" if rule.allow else "Block",
    }
    return all(
        str(call.get(name)).lower() == word.lower() for name, word in shown.items() if call.given(name)
    )


@command(
    "Get-NetFirewallRule",
    positional=("Name",),
    named=(*_SELECTORS, "InputObject"),
    switches=("All",),
    parameter_aliases=(("ID", "Name"),),
)
def get_rule(call: Call) -> Iterator[Any]:
    yield from (rule_item(rule) for rule in select(call))


_FIELDS = [
    "DisplayName",
    "Description",
    "Group",
    "Enabled",
    "Profile",
    "Direction",
    "Action",
    "Protocol",
    "LocalPort",
    "RemotePort",
    "LocalAddress",
    "RemoteAddress",
    "Program",
    "Service",
]


@command("New-NetFirewallRule", named=("Name", "PolicyStore", *_FIELDS), should_process=True)
def new_rule(call: Call) -> Iterator[Any]:
    name = str(call.get("Name") or f"{{{str(uuid4()).upper()}}}")
    if name in call.machine.firewall.rules:
        raise PowerShellError(
            "Cannot create a file when that file already exists. ",
            "ResourceExists",
            name,
            f"Windows System Error 183,{call.name}",
            exception="Microsoft.Management.Infrastructure.CimException",
        )
    if not call.given("DisplayName"):
        call.unsupported("no -DisplayName")
    rule = _changed(call, Rule(name, str(call.get("DisplayName"))))
    if call.should_process(rule.display_name, call.name):
        call.machine.firewall.rules[name] = rule
        yield rule_item(rule)


@command(
    "Set-NetFirewallRule",
    positional=("Name",),
    named=("NewDisplayName", "InputObject", "DisplayGroup", "PolicyStore", *_FIELDS),
    switches=("PassThru", "All"),
    pipeline="InputObject",
    should_process=True,
)
def set_rule(call: Call) -> Iterator[Any]:
    for rule in select(call, needs_one=True):
        if call.should_process(rule.display_name, call.name):
            new = _changed(call, rule)
            if call.given("NewDisplayName"):
                new = replace(new, display_name=str(call.get("NewDisplayName")))
            call.machine.firewall.rules[rule.name] = new
            if call.get("PassThru"):
                yield rule_item(new)


def _switching(call: Call, on: bool) -> None:
    for rule in select(call, needs_one=True):
        if call.should_process(rule.display_name, call.name):
            call.machine.firewall.rules[rule.name] = replace(rule, enabled=on)


@command(
    "Enable-NetFirewallRule",
    positional=("Name",),
    named=("DisplayName", "DisplayGroup", "Group", "InputObject", "PolicyStore"),
    switches=("All",),
    pipeline="InputObject",
    should_process=True,
)
def enable_rule(call: Call) -> None:
    _switching(call, True)


@command(
    "Disable-NetFirewallRule",
    positional=("Name",),
    named=("DisplayName", "DisplayGroup", "Group", "InputObject", "PolicyStore"),
    switches=("All",),
    pipeline="InputObject",
    should_process=True,
)
def disable_rule(call: Call) -> None:
    _switching(call, False)


@command(
    "Remove-NetFirewallRule",
    positional=("Name",),
    named=("DisplayName", "DisplayGroup", "Group", "InputObject", "PolicyStore"),
    switches=("All",),
    pipeline="InputObject",
    should_process=True,
)
def remove_rule(call: Call) -> None:
    for rule in select(call, needs_one=True):
        if call.should_process(rule.display_name, call.name):
            del call.machine.firewall.rules[rule.name]


def _changed(call: Call, rule: Rule) -> Rule:
    fields: dict[str, Any] = {}
    selects = call.name == "Set-NetFirewallRule"
    for parameter, field in (
        ("Description", "description"),
        ("Program", "program"),
        ("Service", "service"),
        ("Protocol", "protocol"),
    ):
        if call.given(parameter):
            fields[field] = str(call.get(parameter))
    if call.given("Group") and not selects:
        fields |= {"group": str(call.get("Group")), "display_group": str(call.get("Group"))}
    for parameter, field in (
        ("LocalPort", "local_ports"),
        ("RemotePort", "remote_ports"),
        ("LocalAddress", "local_addresses"),
        ("RemoteAddress", "remote_addresses"),
    ):
        if call.given(parameter):
            fields[field] = tuple(str(value) for value in call.values(parameter))
    if call.given("Enabled"):
        fields["enabled"] = str(call.get("Enabled")).lower() == "true"
    if call.given("Direction"):
        fields["inbound"] = str(call.get("Direction")).lower() == "inbound"
    if call.given("Action"):
        fields["allow"] = str(call.get("Action")).lower() == "allow"
    if call.given("Profile"):
        fields["profiles"] = _profiles(call)
    return replace(rule, **fields)


def _profiles(call: Call) -> tuple[ProfileName, ...]:
    names = {part.strip().lower() for value in call.values("Profile") for part in str(value).split(",")}
    return PROFILES if "any" in names else tuple(name for name in PROFILES if name.lower() in names)


def _rules_of_filter(call: Call) -> Iterator[Rule]:
    rules = call.machine.firewall.rules
    if call.given("AssociatedNetFirewallRule") or call.has_input:
        for item in call.each("AssociatedNetFirewallRule"):
            if str(item["Name"]) in rules:
                yield rules[str(item["Name"])]
    else:
        yield from rules.values()


def _one(values: tuple[str, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


@command(
    "Get-NetFirewallPortFilter",
    named=("AssociatedNetFirewallRule",),
    switches=("All",),
    pipeline="AssociatedNetFirewallRule",
)
def get_port_filter(call: Call) -> Iterator[Any]:
    for rule in _rules_of_filter(call):
        yield Item(
            f"{_CIM}MSFT_NetProtocolPortFilter",
            {
                "InstanceID": rule.name,
                "Protocol": rule.protocol,
                "LocalPort": _one(rule.local_ports),
                "RemotePort": _one(rule.remote_ports),
                "IcmpType": "Any",
                "DynamicTarget": "Any",
            },
        )


@command(
    "Get-NetFirewallAddressFilter",
    named=("AssociatedNetFirewallRule",),
    switches=("All",),
    pipeline="AssociatedNetFirewallRule",
)
def get_address_filter(call: Call) -> Iterator[Any]:
    for rule in _rules_of_filter(call):
        yield Item(
            f"{_CIM}MSFT_NetAddressFilter",
            {
                "InstanceID": rule.name,
                "LocalAddress": _one(rule.local_addresses),
                "RemoteAddress": _one(rule.remote_addresses),
            },
        )
