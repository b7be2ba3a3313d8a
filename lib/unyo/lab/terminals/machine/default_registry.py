"""The registry of a freshly installed Windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unyo.lab.terminals.machine.defaults import lines
from unyo.lab.terminals.machine.identity import Windows
from unyo.lab.terminals.machine.registry import Data, Key, Value, ValueKind, table
from unyo.lab.terminals.machine.services import SERVICES_KEY, START, Service

CURRENT_VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_KINDS: dict[str, ValueKind] = {
    "string": "String",
    "expand": "ExpandString",
    "dword": "DWord",
    "qword": "QWord",
    "multi": "MultiString",
    "binary": "Binary",
}


def default_keys(windows: Windows, kind: str, services: Iterable[Service]) -> dict[str, Key]:
    """Keys by folded path, for one release."""
    return table((*_listed({kind, windows.release}), _version(windows, kind), *map(service_key, services)))


def value_of(text: str) -> tuple[ValueKind, Data]:
    """A value out of ``kind:data``."""
    kind, _, data = text.partition(":")
    match kind:
        case "dword" | "qword":
            return _KINDS[kind], int(data)
        case "multi":
            return "MultiString", () if data == '""' else tuple(data.split(";;"))
        case "binary":
            return "Binary", bytes.fromhex(data)
    return _KINDS[kind], data


def service_key(service: Service) -> Key:
    """What the registry says of a service."""
    values: dict[str, tuple[ValueKind, Data]] = {
        "DisplayName": ("String", service.display_name),
        "ImagePath": ("ExpandString", service.path),
        "ObjectName": ("String", service.account),
        "Start": ("DWord", START[service.mode]),
        "Type": ("DWord", 32 if "svchost" in service.path else 16),
    }
    if service.needs:
        values["DependOnService"] = ("MultiString", service.needs)
    if service.delayed:
        values["DelayedAutostart"] = ("DWord", 1)
    return _key(f"{SERVICES_KEY}\\{service.name}", values)


def _listed(here: set[str]) -> Iterator[Key]:
    path, wanted, values = "", True, dict[str, tuple[ValueKind, Data]]()
    for line in (*lines("registry.txt"), "[]"):
        if not line.startswith("["):
            name, _, text = line.partition(" = ")
            values[name] = value_of(text)
            continue
        if path and wanted:
            yield _key(path, values)
        path, _, where = line.removeprefix("[").partition("]")
        wanted = not where or where.strip().removeprefix("@") in here
        values = {}


def _version(windows: Windows, kind: str) -> Key:
    # Windows 11 still calls itself Windows 10 here.
    product = windows.caption.removeprefix("Microsoft ").replace("Windows 11", "Windows 10")
    return _key(
        CURRENT_VERSION,
        {
            "ProductName": ("String", product),
            "EditionID": ("String", windows.edition),
            "DisplayVersion": ("String", windows.release),
            "ReleaseId": ("String", "2009"),
            "CurrentBuild": ("String", str(windows.build)),
            "CurrentBuildNumber": ("String", str(windows.build)),
            "CurrentMajorVersionNumber": ("DWord", 10),
            "CurrentMinorVersionNumber": ("DWord", 0),
            "CurrentVersion": ("String", "6.3"),
            "UBR": ("DWord", windows.revision),
            "InstallationType": ("String", kind.capitalize()),
            "InstallDate": ("DWord", 1727751600),
            "SystemRoot": ("String", "C:\\Windows"),
            "RegisteredOwner": ("String", "unyo"),
        },
    )


def _key(path: str, values: dict[str, tuple[ValueKind, Data]]) -> Key:
    return Key(path, {name.lower(): Value(name, kind, data) for name, (kind, data) in values.items()})
