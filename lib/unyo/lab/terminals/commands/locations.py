"""Paths as PowerShell's providers write them: HKLM:\\…, Registry::HKEY_…, C:\\…, relative ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.whose import user_sid
from unyo.lab.terminals.machine.files import clean
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.powershell.commands import Call

LONG = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}
_HIVES = {
    "hklm": "HKLM",
    "hkey_local_machine": "HKLM",
    "hku": "HKU",
    "hkey_users": "HKU",
    "hkcr": "HKLM\\SOFTWARE\\Classes",
    "hkey_classes_root": "HKLM\\SOFTWARE\\Classes",
    "hkcu": "",
    "hkey_current_user": "",
}
_DRIVES = frozenset({"hklm", "hkcu"})
_FOREIGN = frozenset({"cert", "wsman", "function", "alias"})
PROVIDERS = ("microsoft.powershell.core\\registry::", "registry::")
_FILE_PROVIDERS = ("microsoft.powershell.core\\filesystem::", "filesystem::")


def registry_path(machine: Any, user: str, path: str) -> str | None:
    """The key that a provider path means, ``HKLM\\…`` or ``HKU\\…``; None where it is no registry path."""
    folded = path.lower().replace("/", "\\")
    for provider in PROVIDERS:
        if folded.startswith(provider):
            return hive_path(machine, user, path[len(provider) :])
    drive, colon, rest = path.partition(":")
    if colon and drive.lower() in _DRIVES:
        return hive_path(machine, user, f"{drive}\\{rest}")
    return None


def hive_path(machine: Any, user: str, path: str) -> str | None:
    """The key behind ``HKEY_LOCAL_MACHINE\\…`` or ``HKCU\\…``; None where no hive is called so."""
    hive, *parts = [part for part in path.replace("/", "\\").replace(":", "").split("\\") if part] or [""]
    root = _HIVES.get(hive.lower())
    if root is None:
        return None
    if not root:
        root = f"HKU\\{user_sid(machine, user)}"
        machine.registry.make(root)
    # CurrentControlSet is a link to the first control set.
    if len(parts) > 1 and parts[0].lower() == "system" and parts[1].lower() == "controlset001":
        parts[1] = "CurrentControlSet"
    return "\\".join((root, *parts))


def long_name(key: str) -> str:
    """``HKEY_LOCAL_MACHINE\\…`` of ``HKLM\\…``."""
    hive, slash, rest = key.partition("\\")
    return LONG.get(hive.upper(), hive) + slash + rest


def file_path(call: Call, path: str) -> str:
    """The full path of a file; relative ones begin at the session's place, C:\\ where nobody moved."""
    for provider in _FILE_PROVIDERS:
        if path.lower().startswith(provider):
            path = path[len(provider) :]
    drive, colon, _ = path.partition(":")
    if colon and drive.lower() in _FOREIGN:
        call.unsupported(f"the drive {drive}:")
    if colon and len(drive) > 1:
        raise missing_drive(drive)
    if path.startswith("\\\\"):
        call.unsupported(f"the network path {path}")
    if not colon:
        path = f"C:{path}" if path.startswith(("\\", "/")) else f"C:\\{path}"
    return clean(path)


def paths_of(call: Call) -> list[tuple[str, bool]]:
    """The paths that a cmdlet is given, and whether each is to be taken literally."""
    if call.given("LiteralPath"):
        return [(text_of(path), True) for path in call.values("LiteralPath")]
    if call.given("Path"):
        return [(text_of(path), False) for path in call.values("Path")]
    return [(text_of(item), True) for item in call.pipeline] if call.has_input else []


def text_of(path: Any) -> str:
    """A path as text, also of the item that lies there."""
    if isinstance(path, Item):
        for name in ("PSPath", "FullName", "Path"):
            if path.get(name):
                return str(path[name])
        return path.text or ""
    return str(path)


def missing(path: str, command: str) -> PowerShellError:
    return PowerShellError(
        f"Cannot find path '{path}' because it does not exist.",
        "ObjectNotFound",
        path,
        f"PathNotFound,Microsoft.PowerShell.Commands.{command.replace('-', '')}Command",
        exception="System.Management.Automation.ItemNotFoundException",
    )


def missing_drive(drive: str) -> PowerShellError:
    return PowerShellError(
        f"Cannot find drive. A drive with the name '{drive}' does not exist.",
        "ObjectNotFound",
        drive,
        "DriveNotFound",
        exception="System.Management.Automation.DriveNotFoundException",
    )


def has_wildcard(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def listed(values: Iterable[Any]) -> list[str]:
    return [str(value) for value in values]
