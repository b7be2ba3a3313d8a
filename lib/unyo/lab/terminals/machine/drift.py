"""How terminals come to differ from each other: what people and programs changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

POLICIES = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
LSA = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"


def uac_off(machine: Machine) -> None:
    machine.registry.put(POLICIES, "EnableLUA", "DWord", 0)


def remote_registry_on(machine: Machine) -> None:
    machine.services.change("RemoteRegistry", mode="Auto", running=True)


def guest_on(machine: Machine) -> None:
    guest = machine.accounts.users[f"{machine.identity.machine_sid}-501"]
    machine.accounts.put_user(replace(guest, enabled=True))


def public_firewall_off(machine: Machine) -> None:
    machine.firewall.profiles["Public"] = replace(machine.firewall.profiles["Public"], enabled="False")


def smb1_on(machine: Machine) -> None:
    for name in ("SMB1Protocol", "SMB1Protocol-Client", "SMB1Protocol-Server"):
        machine.features.table[name] = replace(machine.features.table[name], state="Enabled")


def administrator_renamed(machine: Machine) -> None:
    built_in = machine.accounts.users[f"{machine.identity.machine_sid}-500"]
    machine.accounts.put_user(replace(built_in, name="kanri"))


def anonymous_sam(machine: Machine) -> None:
    machine.registry.put(LSA, "RestrictAnonymousSAM", "DWord", 0)


def value_of_wrong_type(machine: Machine) -> None:
    machine.registry.put(POLICIES, "InactivityTimeoutSecs", "String", "900")


def passwords_short(machine: Machine) -> None:
    machine.security.values["MinimumPasswordLength"] = 6


def audits_less(machine: Machine) -> None:
    machine.audit.set("{0CCE9215-69AE-11D9-BED3-505054503030}", 0)


def restart_due(machine: Machine) -> None:
    machine.registry.make(
        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"
    )


def autoplay_on(machine: Machine) -> None:
    path = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer"
    machine.registry.put(path, "NoDriveTypeAutoRun", "DWord", 145)


def guests_log_on(machine: Machine) -> None:
    machine.rights.grant("SeDenyInteractiveLogonRight", ())


DRIFTS: dict[str, Callable[[Machine], None]] = {
    work.__name__: work
    for work in (
        uac_off,
        remote_registry_on,
        guest_on,
        public_firewall_off,
        smb1_on,
        administrator_renamed,
        anonymous_sam,
        value_of_wrong_type,
        passwords_short,
        audits_less,
        restart_due,
        autoplay_on,
        guests_log_on,
    )
}
"""By the names that scenario files use."""


def drift(machine: Machine, rng: Random) -> list[str]:
    """Up to three drifts by chance; half of all terminals have none."""
    count = rng.choice((0, 0, 0, 1, 2, 3))
    chosen = rng.sample(sorted(DRIFTS), count)
    for name in chosen:
        DRIFTS[name](machine)
    return chosen
