"""Get-NetFirewallProfile and Set-NetFirewallProfile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.machine.firewall import PROFILES, Profile, ProfileName
from unyo.lab.terminals.machine.policy import FIREWALL_FIELDS, effective_profile, registry_policy
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item, UInt64

PROFILE_TYPE = "Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/MSFT_NetFirewallProfile"
_BOOLEAN = {"False": 0, "True": 1, "NotConfigured": 2}
_ACTION = {"NotConfigured": 0, "Allow": 2, "Block": 4}
_NAMES = {
    "Enabled": "enabled",
    "DefaultInboundAction": "inbound",
    "DefaultOutboundAction": "outbound",
    "AllowInboundRules": "allow_inbound_rules",
    "AllowLocalFirewallRules": "allow_local_rules",
    "AllowLocalIPsecRules": "allow_local_ipsec_rules",
    "AllowUserApps": "allow_user_apps",
    "AllowUserPorts": "allow_user_ports",
    "AllowUnicastResponseToMulticast": "allow_unicast_response",
    "NotifyOnListen": "notify",
    "EnableStealthModeForIPsec": "stealth_for_ipsec",
    "LogFileName": "log_file",
    "LogMaxSizeKilobytes": "log_kilobytes",
    "LogAllowed": "log_allowed",
    "LogBlocked": "log_blocked",
    "LogIgnored": "log_ignored",
}
_ACTIONS = ("DefaultInboundAction", "DefaultOutboundAction")


def profile_item(profile: Profile) -> Item:
    """A profile; its switches are enumerations whose texts are the same in every language."""
    shown: dict[str, Any] = {"Name": profile.name, "Profile": profile.name}
    for name, field in _NAMES.items():
        value = getattr(profile, field)
        if name in _ACTIONS:
            shown[name] = Enum(
                value, _ACTION[value], "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.Action"
            )
        elif name == "LogMaxSizeKilobytes":
            shown[name] = UInt64(value)
        elif name == "LogFileName":
            shown[name] = value
        else:
            kind = "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.GpoBoolean"
            shown[name] = Enum(value, _BOOLEAN[value], kind)
    return Item(
        PROFILE_TYPE,
        shown | {"DisabledInterfaceAliases": ["NotConfigured"], "PolicyStoreSource": "PersistentStore"},
    )


def _wanted(call: Call) -> list[ProfileName]:
    names = [str(name).strip() for value in call.values("Name") for name in str(value).split(",")]
    if not names or call.get("All"):
        return list(PROFILES)
    for name in names:
        if name.lower() not in (p.lower() for p in PROFILES) and name.lower() != "any":
            raise PowerShellError(
                f"No MSFT_NetFirewallProfile objects found with property 'Name' equal to '{name}'.  Verify the value of the property and retry.",
                "ObjectNotFound",
                name,
                f"CmdletizationQuery_NotFound_Name,{call.name}",
                exception="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
            )
    folded = {name.lower() for name in names}
    return [name for name in PROFILES if name.lower() in folded or "any" in folded]


@command(
    "Get-NetFirewallProfile",
    positional=("Name",),
    named=("PolicyStore",),
    switches=("All",),
    parameter_aliases=(("Profile", "Name"),),
)
def get_profile(call: Call) -> Iterator[Any]:
    machine = call.machine
    store = str(call.get("PolicyStore", "PersistentStore")).lower()
    for name in _wanted(call):
        if store in ("persistentstore", "localhost"):
            yield profile_item(machine.firewall.profiles[name])
        elif store == "activestore":
            yield profile_item(_active(effective_profile(machine, name)))
        elif store == "rsop":
            yield profile_item(_by_policy(call, name))
        else:
            call.unsupported(f"-PolicyStore {store}")


def _active(profile: Profile) -> Profile:
    """Nothing is left open in the store of what is in effect."""
    settled: dict[str, Any] = {"inbound": "Block", "outbound": "Allow"} | dict.fromkeys(_OPEN, "True")
    return replace(
        profile,
        **{field: word for field, word in settled.items() if getattr(profile, field) == "NotConfigured"},
    )


_OPEN = ("allow_inbound_rules", "allow_local_rules", "allow_local_ipsec_rules", "allow_unicast_response")


def _by_policy(call: Call, name: ProfileName) -> Profile:
    unset = Profile(
        name,
        enabled="NotConfigured",
        notify="NotConfigured",
        log_allowed="NotConfigured",
        log_blocked="NotConfigured",
        log_file="NotConfigured",
        log_kilobytes=0,
    )
    found: dict[str, Any] = dict(registry_policy(call.machine, name))
    for setting in call.machine.membership.policy:
        if setting.kind == "firewall" and setting.where.lower() == name.lower():
            found[FIREWALL_FIELDS[setting.name.lower()]] = setting.value
    return replace(unset, **found)


@command(
    "Set-NetFirewallProfile",
    positional=("Name",),
    named=(*_NAMES, "InputObject", "PolicyStore", "DisabledInterfaceAliases"),
    switches=("All", "PassThru"),
    pipeline="InputObject",
    parameter_aliases=(("Profile", "Name"),),
    should_process=True,
)
def set_profile(call: Call) -> Iterator[Any]:
    for refused in ("PolicyStore", "DisabledInterfaceAliases"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    from_pipe = (
        [str(item["Name"]) for item in call.each("InputObject")]
        if call.has_input or call.given("InputObject")
        else []
    )
    wanted = [name for name in PROFILES if name in from_pipe] if from_pipe else _wanted(call)
    if not (call.given("Name") or call.get("All") or from_pipe):
        call.unsupported("no -Name, -All or input")
    fields = {_NAMES[name]: _value(call, name) for name in _NAMES if call.given(name)}
    for name in wanted:
        if call.should_process(name, call.name):
            profiles = call.machine.firewall.profiles
            profiles[name] = replace(profiles[name], **fields)
            if call.get("PassThru"):
                yield profile_item(profiles[name])


def _value(call: Call, name: str) -> Any:
    value = call.get(name)
    if name == "LogMaxSizeKilobytes":
        if not 1 <= int(value) <= 32767:
            call.unsupported(f"-{name} {value}")
        return int(value)
    if name == "LogFileName":
        return str(value)
    words = _ACTION if name in _ACTIONS else _BOOLEAN
    for word in words:
        if str(value).lower() == word.lower():
            return word
    raise PowerShellError(
        f"Cannot process argument transformation on parameter '{name}'. Cannot convert value \"{value}\".",
        "InvalidData",
        value,
        f"ParameterArgumentTransformationError,{call.name}",
        exception="System.Management.Automation.ParameterBindingException",
        terminating=True,
    )
