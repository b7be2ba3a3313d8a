"""setup: the facts that playbooks commonly use, all out of the machine's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from unyo.lab.terminals.ansible.modules.hardware_facts import bios, interfaces, memory, processor, virtual
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.restarting import pending_reasons
from unyo.lab.terminals.powershell.dates import local

Facts = dict[str, Any]


def _date_time(task: Task) -> Facts:
    utc, here = task.machine.now(), local(task.machine.now())
    return {
        "ansible_date_time": {
            "date": f"{here:%Y-%m-%d}",
            "day": f"{here:%d}",
            "epoch": str(utc.timestamp()),
            "epoch_int": int(utc.timestamp()),
            "epoch_local": str(here.replace(tzinfo=utc.tzinfo).timestamp()),
            "hour": f"{here:%H}",
            "iso8601": f"{utc:%Y-%m-%dT%H:%M:%SZ}",
            "iso8601_basic": f"{here:%Y%m%dT%H%M%S%f}",
            "iso8601_basic_short": f"{here:%Y%m%dT%H%M%S}",
            "iso8601_micro": f"{utc:%Y-%m-%dT%H:%M:%S.%fZ}",
            "minute": f"{here:%M}",
            "month": f"{here:%m}",
            "second": f"{here:%S}",
            "time": f"{here:%H:%M:%S}",
            "tz": "Tokyo Standard Time",
            "tz_offset": "+09:00",
            "weekday": f"{here:%A}",
            "weekday_number": f"{here:%w}",
            "weeknumber": f"{here:%W}",
            "year": f"{here:%Y}",
        }
    }


def _distribution(task: Task) -> Facts:
    windows = task.machine.identity.windows
    return {
        "ansible_distribution": windows.caption,
        "ansible_distribution_version": f"{windows.version}.0",
        "ansible_distribution_major_version": "10",
        "ansible_os_family": "Windows",
        "ansible_os_name": windows.caption,
        "ansible_os_product_type": "workstation" if windows.product_type == 1 else "server",
        "ansible_os_installation_type": "Client" if windows.product_type == 1 else "Server",
        "ansible_os_install_date": None,
    }


def _env(task: Task) -> Facts:
    return {
        "ansible_env": {name: value.rstrip("\\") for name, value in task.surroundings.environment.items()}
    }


def _platform(task: Task) -> Facts:
    machine = task.machine
    return {
        "ansible_architecture": "64 ビット" if machine.locale == "ja-JP" else "64-bit",
        "ansible_architecture2": "x86_64",
        "ansible_domain": machine.domain,
        "ansible_fqdn": f"{machine.name}.{machine.domain}" if machine.domain else machine.name,
        "ansible_hostname": machine.name,
        "ansible_netbios_name": machine.name.upper()[:15],
        "ansible_kernel": f"{machine.identity.windows.version}.0",
        "ansible_nodename": f"{machine.name}.{machine.domain}" if machine.domain else machine.name,
        "ansible_machine_id": machine.identity.machine_sid,
        "ansible_owner_contact": "",
        "ansible_owner_name": "",
        "ansible_reboot_pending": not {"servicing", "files"}.isdisjoint(pending_reasons(machine)),
        "ansible_system": "Win32NT",
        "ansible_system_description": "",
        "ansible_system_vendor": machine.identity.model.maker,
    }


def _user(task: Task) -> Facts:
    return {
        "ansible_user_dir": task.surroundings.profile,
        "ansible_user_gecos": "",
        "ansible_user_id": task.user.rpartition("\\")[2],
        "ansible_user_sid": task.surroundings.sid,
    }


def _windows_domain(task: Task) -> Facts:
    machine = task.machine
    member, server = bool(machine.domain), machine.kind == "server"
    return {
        "ansible_windows_domain": machine.domain or machine.membership.workgroup,
        "ansible_windows_domain_member": member,
        "ansible_windows_domain_role": f"{'Member' if member else 'Stand-alone'} {'server' if server else 'workstation'}",
    }


def _uptime(task: Task) -> Facts:
    power = task.machine.power
    return {
        "ansible_lastboot": f"{local(power.boot):%Y-%m-%d %H:%M:%S}Z",
        "ansible_uptime_seconds": round((task.machine.fleet.clock() - power.boot).total_seconds()),
    }


_SUBSETS: dict[str, Callable[[Task], Facts]] = {
    "date_time": _date_time,
    "distribution": _distribution,
    "dns": lambda _: {},
    "env": _env,
    "local": lambda _: {},
    "platform": _platform,
    "powershell_version": lambda _: {"ansible_powershell_version": 5},
    "user": _user,
    "all_ipv4_addresses": lambda task: {
        "ansible_ip_addresses": [a.address for a in task.machine.adapters if a.up]
    },
    "interfaces": interfaces,
    "windows_domain": _windows_domain,
    "winrm": lambda _: {},
    "bios": bios,
    "memory": memory,
    "processor": processor,
    "uptime": _uptime,
    "virtual": virtual,
    "facter": lambda _: {},
}
_MINIMUM = ["date_time", "distribution", "dns", "env", "local", "platform", "powershell_version", "user"]
_GROUPS: dict[str, list[str]] = {
    "min": _MINIMUM,
    "network": ["all_ipv4_addresses", "interfaces", "windows_domain", "winrm"],
    "hardware": ["bios", "memory", "processor", "uptime", "virtual"],
    "external": ["facter"],
    "all": list(_SUBSETS),
}


@module("ansible.windows.setup")
def setup(task: Task) -> None:
    facts: Facts = {"gather_subset": task["gather_subset"], "module_setup": True}
    for name in _chosen(task, task["gather_subset"]):
        facts |= _SUBSETS[name](task)
    if task["fact_path"] is not None:
        task.unsupported("fact_path")
    task.result["ansible_facts"] = facts


def _chosen(task: Task, subsets: Iterable[str]) -> list[str]:
    """Everything but what is excluded, and what is asked for by name: as the module does it."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for each in subsets:
        name = str(each).removeprefix("!")
        members = _GROUPS.get(name, [name] if name in _SUBSETS else [])
        if not str(each).startswith("!"):
            if not members:
                task.warn(f"invalid value {name} specified in gather_subset")
            wanted |= set(members)
        elif name == "all":
            unwanted |= set(_SUBSETS) - set(_MINIMUM)
        else:
            unwanted |= set(members)
    return [name for name in _SUBSETS if name in wanted or name not in unwanted]
