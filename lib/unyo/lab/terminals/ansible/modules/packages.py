"""win_package with installers of the simulation, and removal by product id."""

from __future__ import annotations

import hashlib

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.installers import Installer, read_installer
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task

_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
_BRANCHES = ("HKLM\\SOFTWARE", "HKLM\\SOFTWARE\\WOW6432Node")
_INSTALLED_CODES = (0, 1641, 3010)
_RESTART_CODES = (1641, 3010)


@module("ansible.windows.win_package")
def win_package(task: Task) -> None:
    task.result["reboot_required"] = False
    if task["creates_version"] is not None:
        task.unsupported("creates_version")
    path = task.text("path")
    if path.lower().startswith("http"):
        task.unsupported("installers from a web server")
    if path and task.acts and _content(task, path) is None:
        task.fail(f"the file at the path '{path}' cannot be reached")
    installer = _installer(task, path)
    product = task.text("product_id") or (installer.product_id if installer else "")
    wanted = task.text("state").lower() == "present"
    changed = wanted != _installed(task, product)
    task.result["rc"] = 0
    if changed and task.acts:
        if wanted:
            _install(task, path, installer)
        else:
            _remove(task, product)
    task.result["changed"] = changed


def _content(task: Task, path: str) -> bytes | None:
    """The bytes of a file on the terminal or, by a UNC path, on a file server of the lab."""
    if path.startswith("\\\\"):
        return task.machine.fleet.shares.get(path.lower())
    file = task.machine.files.find(path) if path else None
    return None if file is None else file.data()


def _installer(task: Task, path: str) -> Installer | None:
    content = _content(task, path)
    if content is None:
        return None
    found = read_installer(content)
    if found is None:
        task.unsupported("an installer that is not one of the simulation's")
    return found


def _key(task: Task, product: str) -> str | None:
    """The key below which the product stands as installed."""
    branches = (*_BRANCHES, f"HKU\\{task.surroundings.sid}\\SOFTWARE")
    keys = (f"{branch}\\{_UNINSTALL}\\{product}" for branch in branches)
    return next((key for key in keys if task.machine.registry.key(key) is not None), None)


def _installed(task: Task, product: str) -> bool:
    """By product id, or by what the task says that the installer creates."""
    if task["creates_path"] is not None:
        return disk.matches(task.machine, task.text("creates_path"))
    if task["creates_service"] is not None:
        return task.machine.services.find(task.text("creates_service")) is not None
    return bool(product) and _key(task, product) is not None


def _install(task: Task, path: str, installer: Installer | None) -> None:
    content = _content(task, path)
    if installer is None or content is None:
        task.fail(f"the file at the path '{path}' cannot be reached")
    digest = (
        hashlib.new(task.text("checksum_algorithm").lower(), content, usedforsecurity=False)
        .hexdigest()
        .upper()
    )
    task.result["checksum"] = digest
    if task["checksum"] is not None and task.text("checksum").lower() != digest.lower():
        task.fail(f"The checksum for {path} did not match '{task['checksum']}', it was '{digest}'")
    arguments = task["arguments"]
    given = " ".join(map(str, arguments)) if isinstance(arguments, list) else task.text("arguments")
    if installer.silent and installer.silent.lower() not in given.lower():
        task.unsupported("a setup program without its silent argument, which would wait for a person")
    _end(task, path, installer.exit_code)
    if installer.exit_code in _INSTALLED_CODES:
        key = f"{_BRANCHES[0]}\\{_UNINSTALL}\\{installer.product_id}"
        values = {
            "DisplayName": installer.name,
            "DisplayVersion": installer.version,
            "Publisher": installer.publisher,
            "UninstallString": f"MsiExec.exe /X{installer.product_id}",
            "InstallDate": f"{task.machine.now():%Y%m%d}",
        }
        for name, value in values.items():
            task.machine.registry.put(key, name, "String", value)


def _end(task: Task, what: str, code: int) -> None:
    """What the module makes of the exit code."""
    task.result["rc"] = code
    task.result["reboot_required"] = code in _RESTART_CODES
    if code not in task["expected_return_code"]:
        task.fail(
            f"unexpected rc from '{what}': see rc, stdout, and stderr for more details",
            changed=False,
            stdout="",
            stderr="",
        )


def _remove(task: Task, product: str) -> None:
    key = _key(task, product)
    if key is not None:
        task.machine.registry.remove(key)
