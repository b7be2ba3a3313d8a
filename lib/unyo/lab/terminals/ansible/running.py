"""Run what Ansible's bootstrap wrapper was given on stdin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.ansible import background, transfer
from unyo.lab.terminals.ansible.invoking import answered, run_module
from unyo.lab.terminals.ansible.payload import Action, NotAManifest, Payload, decode
from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell_process import Finished

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_COLLECTION = re.compile(r"ansible_collections\.(\w+\.\w+)\.plugins\.modules\.(.+)\.ps1")
_POWERSHELL = (5, 1)


def run_manifest(machine: Machine, user: str, stdin: bytes) -> Finished:
    """Do what the manifest says; what is not simulated answers as a failed module and is remembered."""
    surroundings = Surroundings(machine, user)
    try:
        surroundings.move_in()
        return _run(machine, surroundings, decode(stdin))
    except NotAManifest as error:
        return _refused(machine, f"standard input: {error}")
    except Unsupported as error:
        return answered({"failed": True, "msg": str(error)}, 1)


def _refused(machine: Machine, text: str) -> Finished:
    try:
        machine.unsupported(text)
    except Unsupported as error:
        return answered({"failed": True, "msg": str(error)}, 1)


def _run(machine: Machine, surroundings: Surroundings, payload: Payload) -> Finished:
    if payload.minimum_powershell and _version(payload.minimum_powershell) > _POWERSHELL:
        wanted = payload.minimum_powershell
        text = f'This module cannot run as it requires a minimum PowerShell version of {wanted}, actual was "5.1.22621.4391"'
        return answered({"failed": True, "msg": text}, 1)
    for at, action in enumerate(payload.actions):
        if side_script := transfer.SIDE_SCRIPTS.get(action.name):
            return side_script(surroundings, action.params, payload.extra)
        match action.name:
            case "become_wrapper.ps1":
                surroundings = replace(surroundings, user=_become(machine, action.params))
            case "async_wrapper.ps1":
                rest = replace(payload, actions=payload.actions[at + 1 :])
                return background.start(surroundings, action.params, _run(machine, surroundings, rest))
            case "async_watchdog.ps1":
                continue
            case "module_wrapper.ps1":
                return _module(machine, surroundings, payload, action)
            case _:
                machine.unsupported(f"exec wrapper action {action.name}")
    raise NotAManifest("no action runs a module")


def _module(machine: Machine, surroundings: Surroundings, payload: Payload, action: Action) -> Finished:
    script = action.params["Script"]
    found = _COLLECTION.fullmatch(script)
    if found is None or not action.params.get("ForModule"):
        machine.unsupported(f"script or module {script}")
    environment = action.params.get("Environment") or {}
    inside = replace(surroundings, extra={str(k): str(v) for k, v in environment.items()})
    return run_module(machine, inside, f"{found[1]}.{found[2]}", payload, payload.arguments)


def _become(machine: Machine, params: Mapping[str, Any]) -> str:
    user = str(params.get("BecomeUser", ""))
    if user.upper() not in ("SYSTEM", "NT AUTHORITY\\SYSTEM") and machine.accounts.user(user) is None:
        machine.unsupported("become: a user whom the machine does not know")
    return user


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
