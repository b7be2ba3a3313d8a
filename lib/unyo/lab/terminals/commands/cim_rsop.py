"""The resulting set of policy, in root\\rsop\\computer: what the domain's group policy sets."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.cim import RSOP
from unyo.lab.terminals.commands.cim_classes import cim_class
from unyo.lab.terminals.commands.registry_data import KIND_NUMBERS
from unyo.lab.terminals.commands.whose import name_of
from unyo.lab.terminals.machine.services import START, StartMode
from unyo.lab.terminals.powershell.values import UInt32

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.machine.membership import PolicySetting

_BOOLEAN = frozenset(
    name.lower()
    for name in [
        "PasswordComplexity",
        "ClearTextPassword",
        "RequireLogonToChangePassword",
        "ForceLogoffWhenHourExpire",
        "LSAAnonymousNameLookup",
        "EnableAdminAccount",
        "EnableGuestAccount",
        "AllowAdministratorLockout",
    ]
)


def _common(setting: PolicySetting) -> dict[str, Any]:
    return {
        "precedence": UInt32(1),
        "GPOID": f"cn={setting.gpo}",
        "id": setting.where,
        "name": setting.name or setting.where,
    }


def _of(machine: Machine, kind: str) -> list[PolicySetting]:
    return [setting for setting in machine.membership.policy if setting.kind == kind]


def _templated(setting: PolicySetting) -> bool:
    """Administrative templates write below Policies; security options write elsewhere."""
    return "\\policies\\" in f"\\{setting.where.lower()}\\"


def policy_bytes(setting: PolicySetting) -> bytes:
    """A value's bytes as the policy file holds them."""
    value = setting.value
    if isinstance(value, int):
        return struct.pack("<Q" if setting.type == "QWord" else "<I", value)
    if isinstance(value, bytes):
        return value
    text = "".join(f"{part}\0" for part in value) + "\0" if isinstance(value, tuple) else f"{value}\0"
    return text.encode("utf-16-le")


@cim_class("RSOP_RegistryPolicySetting", RSOP)
def registry_policy(machine: Machine) -> Iterator[dict[str, Any]]:
    for setting in _of(machine, "registry"):
        if _templated(setting):
            yield _common(setting) | {
                "registryKey": setting.where,
                "valueName": setting.name,
                "valueType": UInt32(KIND_NUMBERS[setting.type]),
                "value": policy_bytes(setting),
                "deleted": False,
            }


@cim_class("RSOP_RegistryValue", RSOP)
def registry_values(machine: Machine) -> Iterator[dict[str, Any]]:
    for setting in _of(machine, "registry"):
        if not _templated(setting):
            value = setting.value
            data = (
                ",".join(value)
                if isinstance(value, tuple)
                else f'"{value}"'
                if isinstance(value, str)
                else str(value)
            )
            path = f"MACHINE\\{setting.where}\\{setting.name}"
            yield _common(setting) | {"Path": path, "Data": data, "Type": UInt32(KIND_NUMBERS[setting.type])}


def _security(machine: Machine, wanted: str) -> Iterator[dict[str, Any]]:
    for setting in _of(machine, "security"):
        boolean = setting.name.lower() in _BOOLEAN
        kind = "boolean" if boolean else "numeric" if isinstance(setting.value, int) else "string"
        if kind == wanted:
            value = bool(setting.value) if boolean else setting.value
            yield _common(setting) | {"KeyName": setting.name, "Setting": value}


@cim_class("RSOP_SecuritySettingNumeric", RSOP)
def numeric_settings(machine: Machine) -> Iterator[dict[str, Any]]:
    yield from _security(machine, "numeric")


@cim_class("RSOP_SecuritySettingBoolean", RSOP)
def boolean_settings(machine: Machine) -> Iterator[dict[str, Any]]:
    yield from _security(machine, "boolean")


@cim_class("RSOP_SecuritySettingString", RSOP)
def string_settings(machine: Machine) -> Iterator[dict[str, Any]]:
    yield from _security(machine, "string")


@cim_class("RSOP_UserPrivilegeRight", RSOP)
def privilege_rights(machine: Machine) -> Iterator[dict[str, Any]]:
    for setting in _of(machine, "user_right"):
        holders = setting.value if isinstance(setting.value, tuple) else ()
        names = [name_of(machine, sid) or f"*{sid}" for sid in holders]
        yield _common(setting) | {"UserRight": setting.where, "AccountList": names}


@cim_class("RSOP_AuditPolicy", RSOP)
def audit_policy(machine: Machine) -> Iterator[dict[str, Any]]:
    """The nine old categories only; subcategories are not in the resulting set of policy."""
    del machine
    yield from ()


@cim_class("RSOP_SystemService", RSOP)
def system_services(machine: Machine) -> Iterator[dict[str, Any]]:
    modes: dict[str, StartMode] = {"auto": "Auto", "manual": "Manual", "disabled": "Disabled"}
    for setting in _of(machine, "service"):
        mode = modes[str(setting.value).lower()]
        yield _common(setting) | {
            "Service": setting.where,
            "StartupMode": UInt32(START[mode]),
            "SDDLString": None,
        }
