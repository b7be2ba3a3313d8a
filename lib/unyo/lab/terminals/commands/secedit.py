"""secedit.exe: /export and /configure of the security policy and the user rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from unyo.lab.terminals.commands.inf import Sections, read_inf, write_inf
from unyo.lab.terminals.commands.registry_data import kind_named
from unyo.lab.terminals.commands.whose import find_sid
from unyo.lab.terminals.machine.registry import Data
from unyo.lab.terminals.machine.rights import SPELLING as RIGHTS
from unyo.lab.terminals.machine.security import SPELLING as POLICIES
from unyo.lab.terminals.powershell.commands import ProgramCall, program

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

AREAS = ("SECURITYPOLICY", "GROUP_MGMT", "USER_RIGHTS", "REGKEYS", "FILESTORE", "SERVICES")
_POLICY, _RIGHTS = AREAS[0], AREAS[2]
_ACCOUNTS = {
    "newadministratorname": "-500",
    "newguestname": "-501",
    "enableadminaccount": "-500",
    "enableguestaccount": "-501",
}
_KINDS = {"1": "string", "2": "expandstring", "3": "binary", "4": "dword", "7": "multistring"}
_NUMBERS = {"String": 1, "ExpandString": 2, "Binary": 3, "DWord": 4, "MultiString": 7}
_WRONG = 1


@program("secedit.exe")
def secedit(call: ProgramCall) -> int:
    options = _options(call)
    if "export" not in options and "configure" not in options:
        call.unsupported(" ".join(call.arguments))
    return _export(call, options) if "export" in options else _configure(call, options)


def _options(call: ProgramCall) -> dict[str, list[str]]:
    """Options by their folded name, with the words that follow each."""
    options: dict[str, list[str]] = {}
    words: list[str] = []
    for argument in call.arguments:
        if argument.startswith("/"):
            words = options.setdefault(argument[1:].lower(), [])
        else:
            words.append(argument)
    for name in options.keys() - {"export", "configure", "cfg", "db", "areas", "log", "quiet", "overwrite"}:
        call.unsupported(f"/{name}")
    return options


def _areas(call: ProgramCall, options: dict[str, list[str]]) -> list[str]:
    areas = [area.upper() for area in options.get("areas", [])]
    for area in areas:
        if area not in (_POLICY, _RIGHTS):
            call.unsupported(f"the area {area}")
    return areas or [_POLICY, _RIGHTS]


def _log(call: ProgramCall, options: dict[str, list[str]], text: str) -> None:
    for path in options.get("log", []):
        call.machine.files.write(path, f"{text}\r\n".encode("utf-16"), call.machine.now())


def _export(call: ProgramCall, options: dict[str, list[str]]) -> int:
    machine, (path,) = call.machine, options["cfg"]
    areas = _areas(call, options)
    sections: Sections = {"Unicode": {"Unicode": "yes"}}
    if _POLICY in areas:
        sections["System Access"] = dict(_system_access(machine))
        sections["Event Audit"] = dict.fromkeys(_CATEGORIES, "0")
        sections["Registry Values"] = dict(_registry_values(machine))
    if _RIGHTS in areas:
        sections["Privilege Rights"] = {
            right: ",".join(holder_text(machine, sid) for sid in holders)
            for right, holders in machine.rights.held().items()
        }
    sections["Version"] = {"signature": '"$CHICAGO$"', "Revision": "1"}
    try:
        machine.files.write(path, write_inf(sections), machine.now())
    except FileNotFoundError:
        call.write(
            _said(machine, "The system cannot find the path specified.", "指定されたパスが見つかりません。")
        )
        return _WRONG
    _log(call, options, "export")
    if "quiet" not in options:
        call.write(
            _said(machine, "\r\nThe task has completed successfully.", "\r\nタスクは正常に完了しました。")
        )
    return 0


_CATEGORIES = [
    "AuditSystemEvents",
    "AuditLogonEvents",
    "AuditObjectAccess",
    "AuditPrivilegeUse",
    "AuditPolicyChange",
    "AuditAccountManage",
    "AuditProcessTracking",
    "AuditDSAccess",
    "AuditAccountLogon",
]


def _system_access(machine: Machine) -> Iterator[tuple[str, str]]:
    for folded, name in POLICIES.items():
        if folded in _ACCOUNTS:
            user = machine.accounts.users[machine.identity.machine_sid + _ACCOUNTS[folded]]
            yield name, f'"{user.name}"' if folded.startswith("new") else str(int(user.enabled))
        elif (value := machine.security.values.get(folded)) is not None:
            yield name, str(value) if isinstance(value, int) else f'"{value}"'


def _registry_values(machine: Machine) -> Iterator[tuple[str, str]]:
    """What secedit shows under [Registry Values]: of the security options, those that are set."""
    for path, names in _OPTIONS.items():
        for name in names:
            value = machine.registry.value(f"HKLM\\{path}", name)
            if value is None:
                continue
            data = value.data
            text = (
                f'"{data}"'
                if isinstance(data, str)
                else ",".join(data)
                if isinstance(data, tuple)
                else str(data)
            )
            yield f"MACHINE\\{path}\\{value.name}", f"{_NUMBERS.get(value.kind, 4)},{text}"


_OPTIONS = {
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System": (
        "ConsentPromptBehaviorAdmin",
        "ConsentPromptBehaviorUser",
        "EnableInstallerDetection",
        "EnableLUA",
        "FilterAdministratorToken",
        "InactivityTimeoutSecs",
        "PromptOnSecureDesktop",
    ),
    "System\\CurrentControlSet\\Control\\Lsa": (
        "LimitBlankPasswordUse",
        "LmCompatibilityLevel",
        "NoLMHash",
        "RestrictAnonymous",
        "RestrictAnonymousSAM",
    ),
}


def holder_text(machine: Machine, sid: str) -> str:
    """Secedit writes the accounts of the machine by name and all others by SID."""
    user = machine.accounts.users.get(sid)
    return user.name if user is not None else f"*{sid}"


def _configure(call: ProgramCall, options: dict[str, list[str]]) -> int:
    machine, (path,) = call.machine, options["cfg"]
    file = machine.files.find(path)
    if not options.get("db"):
        call.unsupported("/configure without /db")
    if file is None:
        call.write(
            _said(
                machine, "The system cannot find the file specified.", "指定されたファイルが見つかりません。"
            )
        )
        return _WRONG
    areas = _areas(call, options)
    sections = {name.lower(): values for name, values in read_inf(file.data()).items()}
    for name in sections.keys() - {
        "unicode",
        "version",
        "system access",
        "privilege rights",
        "registry values",
    }:
        call.unsupported(f"the section [{name}]")
    done = []
    if _POLICY in areas:
        done += [_set_policy(call, *pair) for pair in sections.get("system access", {}).items()]
        done += [_set_registry(call, *pair) for pair in sections.get("registry values", {}).items()]
    if _RIGHTS in areas:
        done += [_grant(call, *pair) for pair in sections.get("privilege rights", {}).items()]
    good = all(done)
    machine.files.write(options["db"][0], b"ESE", machine.now())
    _log(call, options, "configure" if good else "configure, with warnings")
    if "quiet" not in options:
        call.write(_said(machine, "\r\nThe task has completed.", "\r\nタスクは完了しました。"))
    return 0 if good else 3


def _set_policy(call: ProgramCall, name: str, text: str) -> bool:
    machine, folded = call.machine, name.lower()
    if folded not in POLICIES:
        return False
    bare = text.strip('"')
    if folded in _ACCOUNTS:
        user = machine.accounts.users[machine.identity.machine_sid + _ACCOUNTS[folded]]
        named = folded.startswith("new")
        machine.accounts.put_user(replace(user, name=bare) if named else replace(user, enabled=bare == "1"))
        return True
    try:
        number = int(bare)
    except ValueError:
        return False
    if not _sensible(machine, folded, number):
        return False
    machine.security.values[folded] = number
    return True


def _sensible(machine: Machine, name: str, number: int) -> bool:
    """What Windows refuses: windows longer than durations, passwords longer than the switch allows."""
    if name == "minimumpasswordlength":
        relaxed = machine.registry.data(
            "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SAM", "RelaxMinimumPasswordLengthLimits"
        )
        return 0 <= number <= (128 if relaxed == 1 else 14)
    limits = {
        "passwordhistorysize": 24,
        "lockoutbadcount": 999,
        "minimumpasswordage": 998,
        "maximumpasswordage": 999,
    }
    return -1 <= number <= limits.get(name, 99999)


def _set_registry(call: ProgramCall, address: str, text: str) -> bool:
    number, _, data = text.partition(",")
    path, _, name = address.partition("\\")[2].rpartition("\\")
    if not address.upper().startswith("MACHINE\\") or number not in _KINDS:
        return False
    kind = kind_named(_KINDS[number])
    value: Data = data.strip('"')
    if kind == "DWord":
        value = int(data)
    elif kind == "MultiString":
        value = tuple(data.split(","))
    elif kind == "Binary":
        value = bytes(int(part) for part in data.split(","))
    call.machine.registry.put(f"HKLM\\{path}", name, kind, value)
    return True


def _grant(call: ProgramCall, right: str, text: str) -> bool:
    if right.lower() not in RIGHTS:
        return False
    holders: list[str] = []
    good = True
    for word in filter(None, (part.strip() for part in text.split(","))):
        sid = word[1:] if word.startswith("*S-1-") else find_sid(call.machine, word.removeprefix("*"))
        good &= sid is not None
        holders += [sid] if sid is not None else []
    call.machine.rights.grant(right, holders)
    return good


def _said(machine: Machine, english: str, japanese: str) -> str:
    return japanese if machine.locale == "ja-JP" else english
