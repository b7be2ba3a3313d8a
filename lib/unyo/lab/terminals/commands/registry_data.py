"""Registry values between .NET's types and the simulation's."""

from __future__ import annotations

import re
from typing import Any

from unyo.lab.terminals.machine.registry import Data, Value, ValueKind
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Long

KIND_NUMBERS = {
    "String": 1,
    "ExpandString": 2,
    "Binary": 3,
    "DWord": 4,
    "MultiString": 7,
    "QWord": 11,
    "None": -1,
}
KIND_TYPE = "Microsoft.Win32.RegistryValueKind"
_KINDS: dict[str, ValueKind] = {
    "string": "String",
    "expandstring": "ExpandString",
    "binary": "Binary",
    "dword": "DWord",
    "multistring": "MultiString",
    "qword": "QWord",
}
_VARIABLE = re.compile(r"%([^%]+)%")
VARIABLES = {
    "systemroot": "C:\\Windows",
    "windir": "C:\\Windows",
    "systemdrive": "C:",
    "programfiles": "C:\\Program Files",
    "programfiles(x86)": "C:\\Program Files (x86)",
    "programdata": "C:\\ProgramData",
    "allusersprofile": "C:\\ProgramData",
    "public": "C:\\Users\\Public",
}


def kind_enum(kind: str) -> Enum:
    return Enum(kind, KIND_NUMBERS[kind], KIND_TYPE)


def kind_named(name: Any) -> ValueKind:
    """The kind of a RegistryValueKind or its name; 0 and Unknown are left to the value."""
    kind = _KINDS.get(str(name).lower())
    if kind is None:
        raise PowerShellError(
            f'Cannot convert value "{name}" to type "{KIND_TYPE}".', "InvalidArgument", name, terminating=True
        )
    return kind


def to_net(value: Value, *, expand: bool = True) -> Any:
    """A value as .NET's GetValue gives it: numbers signed, texts expanded."""
    data = value.data
    match value.kind:
        case "DWord" if isinstance(data, int):
            return data - (1 << 32) if data >= 1 << 31 else data
        case "QWord" if isinstance(data, int):
            return Long(data - (1 << 64) if data >= 1 << 63 else data)
        case "MultiString" if isinstance(data, tuple):
            return list(data)
        case "ExpandString" if expand:
            return expanded(str(data))
    return data


def expanded(text: str) -> str:
    """Environment variables put in; unknown ones stay."""
    return _VARIABLE.sub(lambda found: VARIABLES.get(found[1].lower(), found[0]), text)


def guess_kind(value: Any) -> ValueKind:
    """The kind that .NET chooses by the type of a value."""
    if isinstance(value, Long):
        return "QWord"
    if isinstance(value, int):
        return "DWord"
    if isinstance(value, bytes):
        return "Binary"
    return "MultiString" if isinstance(value, list) else "String"


def to_data(kind: ValueKind, value: Any) -> Data:
    """A value as the registry stores it; a PowerShellError where it does not fit the kind."""
    try:
        match kind:
            case "DWord":
                return _number(value, 32)
            case "QWord":
                return _number(value, 64)
            case "MultiString":
                return tuple(str(part) for part in (value if isinstance(value, list | tuple) else [value]))
            case "Binary":
                return bytes(value) if isinstance(value, list | bytes | bytearray) else bytes([int(value)])
    except (ValueError, TypeError, OverflowError):
        raise PowerShellError(
            "The type of the value object did not match the specified RegistryValueKind or the object could not be "
            "properly converted.",
            "WriteError",
            value,
            "System.ArgumentException",
            exception="System.ArgumentException",
        ) from None
    return "" if value is None else str(value)


def _number(value: Any, bits: int) -> int:
    number = int(str(value), 0) if isinstance(value, str) else int(value)
    if not -(1 << (bits - 1)) <= number < 1 << bits:
        raise OverflowError(number)
    return number % (1 << bits)
