"""Switching off, restarting and starting: what is pending is done, the boot time is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.firing import catch_up
from unyo.lab.terminals.machine.policy import apply_policy
from unyo.lab.terminals.machine.stored import start_services

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
NAME_KEY = f"{CONTROL}\\ComputerName\\ComputerName"
ACTIVE_NAME_KEY = f"{CONTROL}\\ComputerName\\ActiveComputerName"
CBS_PENDING = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending"
UPDATE_PENDING = (
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"
)
SESSION_MANAGER = f"{CONTROL}\\Session Manager"
RENAMES = "PendingFileRenameOperations"
LOGON_READY = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\AutoLogonChecked"
"""LogonUI makes this key when it is about to show the log-on; win_reboot waits for it."""


def pending_reasons(machine: Machine) -> list[str]:
    """Why a restart is due: servicing, updates, files, name, domain."""
    found = []
    if machine.registry.key(CBS_PENDING):
        found.append("servicing")
    if machine.registry.key(UPDATE_PENDING):
        found.append("updates")
    if machine.registry.data(SESSION_MANAGER, RENAMES):
        found.append("files")
    if machine.power.pending_name:
        found.append("name")
    if machine.membership.pending_domain is not None:
        found.append("domain")
    return found


def rename(machine: Machine, name: str) -> None:
    """The machine is called so from the next start on."""
    machine.power.pending_name = "" if name.lower() == machine.name.lower() else name
    machine.registry.put(NAME_KEY, "ComputerName", "String", name)
    machine.mark.changed = True


def follow_power(machine: Machine, real: datetime) -> None:
    """Notice that the machine was switched off or on, that a restart is due, or that it is over."""
    power = machine.power
    off = machine.knobs.powered_off or power.shut_down
    if power.restart_at is not None and real >= power.restart_at and not off:
        begin = power.restart_at
        power.restart_at = None
        if power.then_off:
            power.then_off = False
            power.shut_down = off = True
        else:
            power.away_until = begin + timedelta(seconds=machine.knobs.reboot_seconds)
    if off:
        power.seen_off, power.away_until, power.restart_at = True, None, None
        return
    if power.seen_off:
        power.seen_off = False
        start(machine, real)
    elif power.away_until is not None and real >= power.away_until:
        up = power.away_until
        power.away_until = None
        start(machine, up)


def start(machine: Machine, real: datetime) -> None:
    """What happens when Windows starts."""
    power = machine.power
    power.boot = real
    _settle(machine)
    machine.services.begin()
    start_services(machine)
    machine.running.begin()
    machine.sessions.clear()
    for profile in machine.profiles:
        if not profile.special and profile.loaded:
            machine.profiles[machine.profiles.index(profile)] = replace(profile, loaded=False)
    for path in list(machine.registry.volatile):
        if machine.registry.key(path):
            machine.registry.remove(path)
    machine.registry.volatile.clear()
    machine.registry.make(LOGON_READY)
    if machine.domain:
        apply_policy(machine)
    catch_up(machine, machine.now())


def _settle(machine: Machine) -> None:
    registry = machine.registry
    machine.features.settle()
    machine.updates.settle()
    for key in (CBS_PENDING, UPDATE_PENDING):
        if registry.key(key):
            registry.remove(key)
    registry.drop(SESSION_MANAGER, RENAMES)
    if machine.power.pending_name:
        machine.name, machine.power.pending_name = machine.power.pending_name, ""
        registry.put(ACTIVE_NAME_KEY, "ComputerName", "String", machine.name)
        registry.put(
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters", "Hostname", "String", machine.name
        )
    if machine.membership.pending_domain is not None:
        machine.domain, machine.membership.pending_domain = machine.membership.pending_domain, None
        machine.firewall.active = "Domain" if machine.domain else "Private"
        machine.membership.netbios = machine.domain.partition(".")[0].upper()[:15]
        if not machine.domain:
            machine.membership.policy = ()
