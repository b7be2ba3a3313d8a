"""Microsoft.Win32.Registry and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.locations import hive_path, long_name
from unyo.lab.terminals.commands.registry_data import (
    KIND_NUMBERS,
    guess_kind,
    kind_enum,
    kind_named,
    to_data,
    to_net,
)
from unyo.lab.terminals.powershell.dotnet import property_of, static, static_property
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.values import Enum, Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.frames import Session

REGISTRY, KEY_TYPE = "Microsoft.Win32.Registry", "Microsoft.Win32.RegistryKey"
_OPTIONS = {"None": 0, "DoNotExpandEnvironmentNames": 1}
VOLATILE = "Volatile"


class OpenKey:
    """One open key: the methods that scripts call on it."""

    def __init__(self, machine: Machine, path: str, *, writable: bool) -> None:
        self.machine = machine
        self.path = path
        self.writable = writable

    def item(self) -> Item:
        key = self.machine.registry.key(self.path)
        name = long_name(key.path if key is not None else self.path)
        values = key.values if key is not None else {}
        return Item(
            KEY_TYPE,
            {
                "Name": name,
                "ValueCount": len(values),
                "View": Enum("Default", 0, "Microsoft.Win32.RegistryView"),
            },
            {
                "GetValue": self.get_value,
                "GetValueKind": self.get_kind,
                "GetValueNames": lambda: [value.name for value in self._values().values()],
                "GetSubKeyNames": lambda: [key.name for key in self.machine.registry.children(self.path)],
                "OpenSubKey": self.open,
                "CreateSubKey": self.create,
                "SetValue": self.set_value,
                "DeleteValue": self.delete_value,
                "DeleteSubKey": self.delete_key,
                "DeleteSubKeyTree": self.delete_tree,
                "Close": self.close,
                "Dispose": self.close,
                "Flush": self.close,
            },
            text=name,
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _values(self) -> Any:
        key = self.machine.registry.key(self.path)
        if key is None:
            raise method_error(
                "GetValue",
                1,
                "Illegal operation attempted on a registry key that has been marked for deletion.",
                "System.IO.IOException",
            )
        return key.values

    def get_value(self, name: Any, default: Any = None, options: Any = "None") -> Any:
        value = self._values().get(str(name or "").lower())
        if value is None:
            return default
        return to_net(value, expand=str(options) != "DoNotExpandEnvironmentNames")

    def get_kind(self, name: Any) -> Enum:
        value = self._values().get(str(name or "").lower())
        if value is None:
            raise method_error(
                "GetValueKind", 1, "The specified registry key does not exist.", "System.IO.IOException"
            )
        return kind_enum(value.kind)

    def open(self, name: Any, writable: Any = False, rights: Any = None) -> Item | None:
        path = f"{self.path}\\{str(name).strip(chr(92))}" if name else self.path
        if self.machine.registry.key(path) is None:
            return None
        wants = writable if isinstance(writable, bool) else "Write" in str(writable) or rights is not None
        return OpenKey(self.machine, path, writable=bool(wants)).item()

    def create(self, name: Any, check: Any = None, options: Any = None) -> Item:
        del check
        path = f"{self.path}\\{str(name).strip(chr(92))}"
        new = self.machine.registry.key(path) is None
        key = self.machine.registry.make(path)
        if new and str(options) == VOLATILE:
            self.machine.registry.volatile.add(key.path)
        return OpenKey(self.machine, key.path, writable=True).item()

    def set_value(self, name: Any, value: Any, kind: Any = None) -> None:
        self._check("SetValue")
        wanted = guess_kind(value) if kind in (None, "Unknown") else kind_named(kind)
        self.machine.registry.put(self.path, str(name or ""), wanted, to_data(wanted, value))

    def delete_value(self, name: Any, must_exist: Any = True) -> None:
        self._check("DeleteValue")
        if str(name or "").lower() not in self._values():
            if must_exist:
                raise method_error(
                    "DeleteValue", 1, "No value exists with that name.", "System.ArgumentException"
                )
            return
        self.machine.registry.drop(self.path, str(name or ""))

    def delete_key(self, name: Any, must_exist: Any = True) -> None:
        path = f"{self.path}\\{name}"
        if self.machine.registry.key(path) is None:
            self._absent("DeleteSubKey", must_exist)
        elif self.machine.registry.children(path):
            text = "Registry key has subkeys and recursive removes are not supported by this method."
            raise method_error("DeleteSubKey", 1, text, "System.InvalidOperationException")
        else:
            self.machine.registry.remove(path)

    def delete_tree(self, name: Any, must_exist: Any = True) -> None:
        path = f"{self.path}\\{name}"
        if self.machine.registry.key(path) is None:
            self._absent("DeleteSubKeyTree", must_exist)
        else:
            self.machine.registry.remove(path)

    def _absent(self, method: str, must_exist: Any) -> None:
        if must_exist:
            text = "Cannot delete a subkey tree because the subkey does not exist."
            raise method_error(method, 1, text, "System.ArgumentException")

    def _check(self, method: str) -> None:
        if not self.writable:
            raise method_error(
                method, 2, "Cannot write to the registry key.", "System.UnauthorizedAccessException"
            )


@property_of(KEY_TYPE, "SubKeyCount", session=True)
def sub_key_count(session: Session, key: Item) -> int:
    """Counted only when asked: keys are opened far more often."""
    path = hive_path(session.machine, session.shell.user, key["Name"])
    return 0 if path is None else len(session.machine.registry.children(path))


@static_property(REGISTRY, "LocalMachine", machine=True)
def local_machine(machine: Machine) -> Item:
    return OpenKey(machine, "HKLM", writable=True).item()


@static_property(REGISTRY, "Users", machine=True)
def users(machine: Machine) -> Item:
    return OpenKey(machine, "HKU", writable=True).item()


@static(REGISTRY, "GetValue", machine=True)
def get_value(machine: Machine, key: Any, name: Any, default: Any = None) -> Any:
    """$null without the key, the default without the value."""
    path = _path(machine, key, "GetValue")
    if machine.registry.key(path) is None:
        return None
    return OpenKey(machine, path, writable=False).get_value(name, default)


@static(REGISTRY, "SetValue", machine=True)
def set_value(machine: Machine, key: Any, name: Any, value: Any, kind: Any = None) -> None:
    path = _path(machine, key, "SetValue")
    machine.registry.make(path)
    OpenKey(machine, path, writable=True).set_value(name, value, kind)


@static(KEY_TYPE, "OpenBaseKey", machine=True)
def open_base_key(machine: Machine, hive: Any, view: Any = None) -> Item:
    del view
    roots = {"LocalMachine": local_machine, "Users": users}
    if str(hive) not in roots:
        machine.unsupported(f"[RegistryKey]::OpenBaseKey of {hive}")
    return roots[str(hive)](machine)


def _path(machine: Machine, key: Any, method: str) -> str:
    if str(key).upper().startswith("HKEY_CURRENT_USER"):
        machine.unsupported(f"[Registry]::{method} of HKEY_CURRENT_USER")
    path = hive_path(machine, "SYSTEM", str(key))
    if path is None:
        text = "Registry key name must start with a valid base key name."
        raise method_error(method, 3, text, "System.ArgumentException")
    return path


for _type, _names in (
    ("Microsoft.Win32.RegistryValueKind", {**KIND_NUMBERS, "Unknown": 0}),
    ("Microsoft.Win32.RegistryValueOptions", _OPTIONS),
    ("Microsoft.Win32.RegistryOptions", {"None": 0, VOLATILE: 1, "BackupOrRestore": 4}),
    ("Microsoft.Win32.RegistryKeyPermissionCheck", {"Default": 0, "ReadSubTree": 1, "ReadWriteSubTree": 2}),
    ("Microsoft.Win32.RegistryHive", {"LocalMachine": -2147483646, "Users": -2147483645}),
    ("Microsoft.Win32.RegistryView", {"Default": 0, "Registry64": 256}),
):
    for _name, _number in _names.items():
        static_property(_type, _name)(lambda name=_name, number=_number, kind=_type: Enum(name, number, kind))
