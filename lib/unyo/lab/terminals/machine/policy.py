"""Group policy at work: what the domain sets is set again whenever policy is refreshed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args

from unyo.lab.terminals.machine.firewall import PROFILES, ProfileName
from unyo.lab.terminals.machine.firewall import Profile as FirewallProfile
from unyo.lab.terminals.machine.services import StartMode

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.machine.membership import PolicySetting

FIREWALL_FIELDS = {
    "enabled": "enabled",
    "defaultinboundaction": "inbound",
    "defaultoutboundaction": "outbound",
    "allowinboundrules": "allow_inbound_rules",
    "allowlocalfirewallrules": "allow_local_rules",
    "allowlocalipsecrules": "allow_local_ipsec_rules",
    "allowuserapps": "allow_user_apps",
    "allowuserports": "allow_user_ports",
    "allowunicastresponsetomulticast": "allow_unicast_response",
    "notifyonlisten": "notify",
    "enablestealthmodeforipsec": "stealth_for_ipsec",
    "logfilename": "log_file",
    "logmaxsizekilobytes": "log_kilobytes",
    "logallowed": "log_allowed",
    "logblocked": "log_blocked",
    "logignored": "log_ignored",
}
"""PowerShell's names of a firewall profile's settings, folded, and this simulation's."""
_POLICY_KEY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
_POLICY_KEYS: dict[ProfileName, str] = {
    "Domain": "DomainProfile",
    "Private": "PrivateProfile",
    "Public": "PublicProfile",
}
_SWITCH = {0: "False", 1: "True"}
_ACTION = {0: "Allow", 1: "Block"}


def apply_policy(machine: Machine) -> None:
    """Set everything that the domain's policy sets; the firewall's part stays in a store of its own."""
    for setting in machine.membership.policy:
        _apply(machine, setting)


def _apply(machine: Machine, setting: PolicySetting) -> None:
    value = setting.value
    match setting.kind:
        case "registry":
            machine.registry.put(f"HKLM\\{setting.where}", setting.name, setting.type, value)
        case "security" if isinstance(value, int | str):
            machine.security.values[setting.name] = value
        case "user_right" if isinstance(value, tuple):
            machine.rights.grant(setting.where, value)
        case "audit" if isinstance(value, int):
            machine.audit.set(setting.where, value)
        case "service" if value in get_args(StartMode) and machine.services.find(setting.where):
            machine.services.change(setting.where, mode=cast(StartMode, value))
        case _:
            return


def effective_profile(machine: Machine, name: ProfileName) -> FirewallProfile:
    """A firewall profile with what policy sets on top: the domain's, and policy values in the registry."""
    profile = machine.firewall.profiles[name]
    settings: dict[str, str | int] = dict(registry_policy(machine, name))
    for setting in machine.membership.policy:
        if setting.kind == "firewall" and setting.where.lower() == name.lower():
            settings[FIREWALL_FIELDS[setting.name.lower()]] = cast("str | int", setting.value)
    return replace(profile, **settings) if settings else profile  # type: ignore[arg-type]


def registry_policy(machine: Machine, name: ProfileName) -> dict[str, str]:
    """What the policy branch of the registry says of a firewall profile."""
    key = machine.registry.key(f"{_POLICY_KEY}\\{_POLICY_KEYS[name]}")
    if key is None:
        return {}
    found: dict[str, str] = {}
    for value_name, field, words in (
        ("enablefirewall", "enabled", _SWITCH),
        ("defaultinboundaction", "inbound", _ACTION),
        ("defaultoutboundaction", "outbound", _ACTION),
        ("donotallowexceptions", "allow_inbound_rules", {1: "False"}),
        ("allowlocalpolicymerge", "allow_local_rules", _SWITCH),
    ):
        value = key.values.get(value_name)
        if value is not None and isinstance(value.data, int) and value.data in words:
            found[field] = words[value.data]
    return found


def all_profiles(machine: Machine) -> list[FirewallProfile]:
    return [effective_profile(machine, name) for name in PROFILES]
