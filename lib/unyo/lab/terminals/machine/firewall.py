"""The Windows firewall: three profiles and the rules, and what they let in."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

ProfileName = Literal["Domain", "Private", "Public"]
PROFILES: tuple[ProfileName, ...] = ("Domain", "Private", "Public")


@dataclass(frozen=True, slots=True)
class Profile:
    """One firewall profile; values as Get-NetFirewallProfile prints them."""

    name: ProfileName
    enabled: str = "True"
    inbound: str = "NotConfigured"
    outbound: str = "NotConfigured"
    allow_inbound_rules: str = "NotConfigured"
    allow_local_rules: str = "NotConfigured"
    allow_local_ipsec_rules: str = "NotConfigured"
    allow_user_apps: str = "NotConfigured"
    allow_user_ports: str = "NotConfigured"
    allow_unicast_response: str = "NotConfigured"
    notify: str = "True"
    stealth_for_ipsec: str = "NotConfigured"
    log_file: str = "%systemroot%\\system32\\LogFiles\\Firewall\\pfirewall.log"
    log_kilobytes: int = 4096
    log_allowed: str = "False"
    log_blocked: str = "False"
    log_ignored: str = "NotConfigured"


@dataclass(frozen=True, slots=True)
class Rule:
    """One firewall rule; ports and addresses are texts as Windows writes them."""

    name: str
    display_name: str
    group: str = ""
    display_group: str = ""
    description: str = ""
    enabled: bool = True
    inbound: bool = True
    allow: bool = True
    profiles: tuple[ProfileName, ...] = PROFILES
    protocol: str = "Any"
    local_ports: tuple[str, ...] = ("Any",)
    remote_ports: tuple[str, ...] = ("Any",)
    local_addresses: tuple[str, ...] = ("Any",)
    remote_addresses: tuple[str, ...] = ("Any",)
    program: str = "Any"
    service: str = "Any"

    def meets(self, profile: ProfileName, port: int, remote: str, network: str) -> bool:
        """Whether an incoming TCP connection falls under this rule."""
        return (
            self.enabled
            and self.inbound
            and profile in self.profiles
            and self.protocol in ("Any", "TCP", "6")
            and any(covers(port, text) for text in self.local_ports)
            and any(within(remote, text, network) for text in self.remote_addresses)
        )


class Firewall:
    """Profiles and rules; ``active`` is the profile of the network that the terminal stands in."""

    __slots__ = ("active", "profiles", "rules")

    def __init__(self, active: ProfileName, rules: Table[Rule], mark: Mark) -> None:
        self.active: ProfileName = active
        self.profiles: Overlay[Profile] = Overlay(_DEFAULTS, mark)
        self.rules: Overlay[Rule] = Overlay(rules, mark)

    def lets_in(self, profile: Profile, port: int, remote: str, network: str) -> bool:
        """Whether a TCP connection from ``remote`` gets through; ``network`` is the terminal's own subnet.

        ``profile`` is the active one as it is in effect. A blocking rule is stronger than an allowing one.
        """
        if profile.enabled != "True":
            return True
        if profile.allow_inbound_rules == "False":
            return False
        allowed = profile.inbound == "Allow"
        for rule in self.rules.values():
            if rule.meets(profile.name, port, remote, network):
                if not rule.allow:
                    return False
                allowed = allowed or profile.allow_local_rules != "False"
        return allowed


_DEFAULTS: Table[Profile] = {name.lower(): Profile(name) for name in PROFILES}


def covers(port: int, text: str) -> bool:
    """Whether a port falls under one port of a rule: Any, a number or a range."""
    if text == "Any":
        return True
    low, _, high = text.partition("-")
    return low.isdigit() and int(low) <= port <= int(high or low)


def within(address: str, text: str, network: str) -> bool:
    """Whether an address falls under one remote address of a rule: Any, LocalSubnet, a range or a network."""
    if text == "Any":
        return True
    number = ipaddress.ip_address(address)
    if text.startswith("LocalSubnet"):
        return number in ipaddress.ip_network(network, strict=False)
    low, dash, high = text.partition("-")
    if dash:
        first, last = ipaddress.ip_address(low), ipaddress.ip_address(high)
        return first.version == number.version and int(first) <= int(number) <= int(last)
    try:
        return number in ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
