"""PowerShell values between the wire (psrpcore's types) and the simulated PowerShell's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    NETException,
    PSBool,
    PSByteArray,
    PSCustomObject,
    PSDateTime,
    PSInt64,
    PSObject,
    PSSecureString,
)

from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, Item, Long, ScriptBlock, SecureString, Table


def from_wire(value: Any) -> Any:
    """A value that a client sent, with plain Python types."""
    match value:
        case None | bool():
            return value
        case PSBool():
            return bool(value)
        case PSSecureString():
            return SecureString(str(value))
        case PSDateTime() | datetime():
            return datetime.fromisoformat(value.isoformat())
        case PSByteArray() | bytes():
            return bytes(value)
        case str():
            return str(value)
        case PSInt64():
            return Long(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case dict():
            return Table({from_wire(key): from_wire(item) for key, item in value.items()})
        case list() | tuple() | set():
            return [from_wire(item) for item in value]
        case PSObject():
            return _item(value)
    return str(value)


def to_wire(value: Any) -> Any:
    """A value as a pipeline puts it out; objects travel as property bags with their type names."""
    match value:
        case None | bool() | float() | datetime() | bytes():
            return value
        case str():
            return str.__str__(value)
        case Long():
            return PSInt64(value)
        case int():
            return int(value)
        case Table() | dict():
            return {to_wire(key): to_wire(item) for key, item in value.items()}
        case Item():
            return _bag(value)
        case SecureString():
            return PSSecureString(value.reveal())
        case ScriptBlock():
            return value.text
        case list() | tuple():
            return [to_wire(item) for item in value]
    return str(value)


def exception(error: PowerShellError) -> NETException:
    made = NETException(Message=error.message, HResult=error.hresult)
    made.PSObject.type_names = [error.exception, *made.PSTypeNames]
    return made


def category(error: PowerShellError) -> ErrorCategoryInfo:
    return ErrorCategoryInfo(
        Category=getattr(ErrorCategory, error.category, ErrorCategory.NotSpecified),
        Activity=error.command,
        Reason=error.exception.rpartition(".")[2],
        TargetName="" if error.target is None else str(error.target),
        TargetType="" if error.target is None else "String",
    )


def _item(value: PSObject) -> Item:
    names = value.PSObject.type_names
    kind = names[0].removeprefix("Deserialized.") if names else CUSTOM_OBJECT
    properties = [*value.PSObject.adapted_properties, *value.PSObject.extended_properties]
    return Item(kind, {each.name: from_wire(each.get_value(value)) for each in properties})


def _bag(item: Item) -> PSCustomObject:
    properties = {name: to_wire(value) for name, value in item.properties.items()}
    if item.type_name == CUSTOM_OBJECT:
        return PSCustomObject(**properties)
    return PSCustomObject(PSTypeName=item.type_name, **properties)
