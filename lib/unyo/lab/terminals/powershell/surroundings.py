"""What a session has before its script begins: automatic variables and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.values import Item, Table

VERSION = "5.1.22621.2506"


def version(text: str) -> Item:
    """A [version]."""
    numbers = [int(part) for part in text.split(".")]
    numbers += [-1] * (4 - len(numbers))
    names = ("Major", "Minor", "Build", "Revision")
    return Item("System.Version", dict(zip(names, numbers, strict=True)), text=text)


def surround(session: Session, variables: Mapping[str, Any]) -> None:
    """Fill the global scope; `variables` are added to it."""
    own = session.globals.variables
    own.update(
        {
            "erroractionpreference": "Continue",
            "warningpreference": "Continue",
            "verbosepreference": "SilentlyContinue",
            "debugpreference": "SilentlyContinue",
            "informationpreference": "SilentlyContinue",
            "progresspreference": "Continue",
            "confirmpreference": "High",
            "whatifpreference": False,
            "psversiontable": _version_table(),
            "executioncontext": _execution_context(),
            "psscriptroot": "",
            "pscommandpath": "",
            "lastexitcode": None,
            "pid": 4242,
            "home": f"C:\\Users\\{_account(session)}",
            "pwd": Item("System.Management.Automation.PathInfo", {"Path": "C:\\"}, text="C:\\"),
            "psedition": "Desktop",
            "args": [],
            "input": [],
        }
    )
    own.update({name.lower(): value for name, value in variables.items()})
    session.environment = environment(session)


def _execution_context() -> Item:
    state = Item("System.Management.Automation.SessionState", {"LanguageMode": "FullLanguage"})
    return Item("System.Management.Automation.EngineIntrinsics", {"SessionState": state})


def _version_table() -> Table:
    return Table(
        {
            "PSVersion": version(VERSION),
            "PSEdition": "Desktop",
            "PSCompatibleVersions": [version(each) for each in ("1.0", "2.0", "3.0", "4.0", "5.0", VERSION)],
            "BuildVersion": version("10.0.22621.2506"),
            "CLRVersion": version("4.0.30319.42000"),
            "WSManStackVersion": version("3.0"),
            "PSRemotingProtocolVersion": version("2.3"),
            "SerializationVersion": version("1.1.0.1"),
        }
    )


def _account(session: Session) -> str:
    return session.shell.user.rsplit("\\", 1)[-1].split("@", 1)[0]


def environment(session: Session) -> Table:
    """The process's environment."""
    user = _account(session)
    name = str(getattr(session.machine, "name", "TERMINAL"))
    profile = f"C:\\Users\\{user}"
    return Table(
        {
            "ALLUSERSPROFILE": "C:\\ProgramData",
            "APPDATA": f"{profile}\\AppData\\Roaming",
            "COMPUTERNAME": name.upper()[:15],
            "ComSpec": "C:\\Windows\\system32\\cmd.exe",
            "LOCALAPPDATA": f"{profile}\\AppData\\Local",
            "NUMBER_OF_PROCESSORS": "4",
            "OS": "Windows_NT",
            "Path": "C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem",
            "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
            "PROCESSOR_ARCHITECTURE": "AMD64",
            "ProgramData": "C:\\ProgramData",
            "ProgramFiles": "C:\\Program Files",
            "ProgramFiles(x86)": "C:\\Program Files (x86)",
            "PUBLIC": "C:\\Users\\Public",
            "SystemDrive": "C:",
            "SystemRoot": "C:\\Windows",
            "TEMP": f"{profile}\\AppData\\Local\\Temp",
            "TMP": f"{profile}\\AppData\\Local\\Temp",
            "USERDOMAIN": name.upper()[:15],
            "USERNAME": user,
            "USERPROFILE": profile,
            "windir": "C:\\Windows",
        }
    )


def machine_now(machine: Any) -> datetime:
    """The terminal's clock, in UTC; a machine without one uses the real one."""
    now = getattr(machine, "now", None)
    value: Any = now() if callable(now) else now
    return value if isinstance(value, datetime) else datetime.now(timezone.utc)
