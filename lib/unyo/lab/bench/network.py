"""Passwords of 50 switches: the hand, against netmiko doing the same one device after the other.

Both set a local user's password, prove it by a second session and save: the counterpart is what a careful
person would write with netmiko, without vault and books. The switches emulate the syntax of IOS.
"""

from __future__ import annotations

import logging
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unyo.connectors.network.hand import NetworkHand
from unyo.core.hand import Exchange, Fate
from unyo.core.secret import Secret, SecretRef
from unyo.lab.network.switches import LabSwitch, Switches, new_password

DEVICES = 50


def measure(quick: bool) -> dict[str, Any]:
    """Seconds, and CPU seconds per device: of this process, and of the one that all devices live in."""
    count = 4 if quick else DEVICES
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    with Switches() as rack:
        switches = [rack.add(f"sw{number:03}") for number in range(count)]
        known = {each.name: each.password for each in switches}
        netmiko = _timed(lambda: _by_netmiko(switches, known), rack.pid)
        _check(rack, known)
        hand = _timed(lambda: _by_hand(switches, known), rack.pid)
        _check(rack, known)
        lone = _timed(lambda: _by_hand(switches[:1], known), rack.pid)
    return {
        "devices": count,
        "netmiko_one_by_one": _figures(netmiko, count),
        "hand": _figures(hand, count),
        "hand_one_device_seconds": lone[0],
        "times_faster": netmiko[0] / hand[0],
    }


def _by_netmiko(switches: list[LabSwitch], known: dict[str, Secret]) -> None:
    for switch in switches:
        known[switch.name] = _one_by_netmiko(switch, known[switch.name])


def _one_by_netmiko(switch: LabSwitch, password: Secret) -> Secret:
    """Plain netmiko, the second session included."""
    from netmiko import ConnectHandler

    new = new_password()
    where = {
        "device_type": "cisco_ios",
        "host": switch.address,
        "port": switch.port,
        "username": switch.account,
    }
    first = ConnectHandler(**where, password=password.reveal())
    first.send_config_set([f"username {switch.account} secret 0 {new.reveal()}"], error_pattern=r"% ")
    ConnectHandler(**where, password=new.reveal()).disconnect()
    first.save_config()
    first.disconnect()
    return new


def _by_hand(switches: list[LabSwitch], known: dict[str, Secret]) -> None:
    safe: dict[str, Secret] = {}
    wanted = []
    for switch in switches:
        credential = switch.login()
        old, new = credential.ref.at(1), credential.ref.at(2)
        safe[old.path], safe[new.path] = known[switch.name], new_password()
        wanted.append(Exchange(credential, old, new))

    def opened(ref: SecretRef) -> Secret:
        return safe[ref.path]

    ended = NetworkHand(opened).exchange(wanted)
    if any(each.fate is not Fate.VERIFIED for each in ended):
        raise SystemExit(f"not all were exchanged: {[each.error for each in ended if each.error]}")
    for switch, each in zip(switches, wanted, strict=True):
        known[switch.name] = safe[each.new.path]


def _check(rack: Switches, known: dict[str, Secret]) -> None:
    """Every device takes the new password, also after a restart."""
    for name, password in known.items():
        rack.order("reload", name)
        if not rack.order("opens", name, "admin", password.reveal()):
            raise SystemExit(f"{name} has another password")


def _timed(work: Callable[[], None], devices: int) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds here, CPU seconds of the process ``devices``."""
    begun, used, theirs = time.perf_counter(), _cpu(), _cpu_of(devices)
    work()
    return time.perf_counter() - begun, _cpu() - used, _cpu_of(devices) - theirs


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _figures(spent: tuple[float, float, float], count: int) -> dict[str, float]:
    return {
        "seconds": spent[0],
        "cpu_seconds_per_device": spent[1] / count,
        "simulator_cpu_seconds_per_device": spent[2] / count,
    }
