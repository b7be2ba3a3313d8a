"""Whom a module runs as on which terminal, with that process's environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from unyo.lab.terminals.ansible.principals import sid_of
from unyo.lab.terminals.commands.whose import user_sid

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

SYSTEM_PROFILE = "C:\\Windows\\System32\\config\\systemprofile"
_VARIABLE = re.compile(r"%([^%=]+)%")
_HIVES = {
    "HKLM": "HKLM",
    "HKU": "HKU",
    "HKCR": "HKLM\\SOFTWARE\\Classes",
    "HKCC": "HKLM\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current",
}


@dataclass(frozen=True)
class Surroundings:
    """A process's user and what Ansible's ``environment`` added for it."""

    machine: Machine
    user: str
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_system(self) -> bool:
        return self.user.rpartition("\\")[2].upper() == "SYSTEM"

    @property
    def sid(self) -> str:
        """The SID of the user."""
        return user_sid(self.machine, self.user.rpartition("\\")[2] if self.is_system else self.user)

    @property
    def profile(self) -> str:
        """The folder of the user's profile."""
        name = self.user.rpartition("\\")[2].split("@")[0]
        return SYSTEM_PROFILE if self.is_system else f"C:\\Users\\{name}"

    @cached_property
    def environment(self) -> dict[str, str]:
        """Variables by their names in upper case."""
        local = f"{self.profile}\\AppData\\Local"
        names = {
            "SystemRoot": "C:\\Windows",
            "windir": "C:\\Windows",
            "SystemDrive": "C:",
            "ProgramFiles": "C:\\Program Files",
            "ProgramFiles(x86)": "C:\\Program Files (x86)",
            "ProgramW6432": "C:\\Program Files",
            "ProgramData": "C:\\ProgramData",
            "ALLUSERSPROFILE": "C:\\ProgramData",
            "PUBLIC": "C:\\Users\\Public",
            "USERPROFILE": self.profile,
            "APPDATA": f"{self.profile}\\AppData\\Roaming",
            "LOCALAPPDATA": local,
            "TEMP": f"{local}\\Temp",
            "TMP": f"{local}\\Temp",
            "USERNAME": self.user.rpartition("\\")[2].split("@")[0],
            "COMPUTERNAME": self.machine.name.upper(),
            "ComSpec": "C:\\Windows\\system32\\cmd.exe",
        }
        return {name.upper(): value for name, value in {**names, **self.extra}.items()}

    def move_in(self) -> None:
        """Windows makes a profile at the first log-on; that is no change by a module."""
        machine, folder = self.machine, self.environment["TEMP"]
        if machine.files.find(folder) is None:
            with machine.mark.by_itself():
                machine.files.make_folder(folder, machine.now())

    def expand(self, text: str) -> str:
        """``%NAME%`` replaced; an unknown name stays as it is."""
        return _VARIABLE.sub(lambda found: self.environment.get(found[1].upper(), found[0]), text)

    def sid_of(self, account: str) -> str | None:
        """The SID behind a name or a SID's text; None where nobody is called so."""
        return sid_of(self.machine, account)

    def key(self, path: str) -> str:
        """A registry path such as ``HKCU:\\Software`` as the machine's registry names it."""
        hive, _, rest = path.partition(":\\")
        hive = hive.upper()
        root = f"HKU\\{self.sid}" if hive == "HKCU" else _HIVES[hive]
        return "\\".join(part for part in (root, *rest.split("\\")) if part)
