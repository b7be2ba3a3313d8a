"""What Windows keeps twice: start modes of services and firewall switches stand in the registry as well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.default_registry import service_key
from unyo.lab.terminals.machine.firewall import Profile, ProfileName
from unyo.lab.terminals.machine.registry import Key
from unyo.lab.terminals.machine.services import SERVICES_KEY, START, Service

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_MODES = {number: mode for mode, number in START.items()}
_FIREWALL = f"{SERVICES_KEY}\\SharedAccess\\Parameters\\FirewallPolicy"
_STORES: dict[str, ProfileName] = {
    f"{_FIREWALL}\\DomainProfile".lower(): "Domain",
    f"{_FIREWALL}\\StandardProfile".lower(): "Private",
    f"{_FIREWALL}\\PublicProfile".lower(): "Public",
}


def registry_written(machine: Machine, key: Key) -> None:
    """Take over what a written key means."""
    path = key.path.lower()
    parent, _, name = path.rpartition("\\")
    if parent == SERVICES_KEY.lower():
        service, start = machine.services.find(name), key.values.get("start")
        mode = _MODES.get(start.data) if start is not None and isinstance(start.data, int) else None
        if service is not None and mode is not None and mode != service.mode:
            machine.services.table[name] = replace(service, mode=mode)
    elif path in _STORES:
        switch = key.values.get("enablefirewall")
        if switch is not None:
            profile = machine.firewall.profiles[_STORES[path]]
            machine.firewall.profiles[profile.name] = replace(
                profile, enabled="True" if switch.data else "False"
            )


def service_written(machine: Machine, service: Service) -> None:
    """Write a service's start mode into the registry."""
    fresh = service_key(service)
    kept = machine.registry.keys.get(fresh.path)
    if kept is None:
        machine.registry.keys[fresh.path] = fresh
        return
    start, delayed = fresh.values["start"], fresh.values.get("delayedautostart")
    key = kept.with_value(start)
    machine.registry.keys[fresh.path] = (
        key.with_value(delayed) if delayed else key.without("DelayedAutostart")
    )


def profile_written(machine: Machine, profile: Profile) -> None:
    """Write a firewall profile's switch into the registry."""
    path = next(path for path, name in _STORES.items() if name == profile.name)
    number = 1 if profile.enabled == "True" else 0
    machine.registry.put(_spelled(path), "EnableFirewall", "DWord", number)


def _spelled(path: str) -> str:
    last = {
        "domainprofile": "DomainProfile",
        "standardprofile": "StandardProfile",
        "publicprofile": "PublicProfile",
    }
    return f"{_FIREWALL}\\{last[path.rpartition(chr(92))[2]]}"
