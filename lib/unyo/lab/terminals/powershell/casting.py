"""[type]value and -as: what each type makes of a value."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell.conversion import (
    as_bytes,
    cannot,
    elements,
    is_list,
    to_bool,
    to_number,
    to_text,
)
from unyo.lab.terminals.powershell.dates import parse_date, parse_span
from unyo.lab.terminals.powershell.dotnet import CONSTRUCTORS, full_type, known_type
from unyo.lab.terminals.powershell.errors import PowerShellError, cast_error
from unyo.lab.terminals.powershell.values import (
    NOTHING,
    Byte,
    Char,
    Enum,
    Item,
    Long,
    NetList,
    NetType,
    ScriptBlock,
    SecureString,
    Table,
    UInt32,
    UInt64,
)

Caster = Callable[[Any], Any]
CASTERS: dict[str, Caster] = {}
"""Folded full type name → conversion."""
INTEGERS: dict[str, tuple[int, int, type[int]]] = {
    "System.SByte": (-(2**7), 2**7 - 1, int),
    "System.Byte": (0, 2**8 - 1, Byte),
    "System.Int16": (-(2**15), 2**15 - 1, int),
    "System.UInt16": (0, 2**16 - 1, int),
    "System.Int32": (-(2**31), 2**31 - 1, int),
    "System.UInt32": (0, 2**32 - 1, UInt32),
    "System.Int64": (-(2**63), 2**63 - 1, Long),
    "System.UInt64": (0, 2**64 - 1, UInt64),
}


def caster(type_name: str, *short: str) -> Callable[[Caster], Caster]:
    """Register the conversion to a type."""

    def register(work: Caster) -> Caster:
        CASTERS[known_type(type_name, *short).lower()] = work
        return work

    return register


def find_caster(name: str) -> Caster | None:
    """The conversion to the type that a script names, or None where the type is not known."""
    if name.endswith("[]"):
        inner = find_caster(name[:-2])
        if inner is None:
            return None
        return to_byte_array if inner is CASTERS["system.byte"] else _array(inner)
    if name.lower() in ("ordered", "pscustomobject"):
        return CASTERS[name.lower()]
    full = full_type(name)
    if full is None:
        return None
    found = CASTERS.get(full.lower())
    return found if found is not None else _constructed(full)


def _array(inner: Caster) -> Caster:
    def cast(value: Any) -> Any:
        if value is None or value is NOTHING:
            return None
        return [inner(each) for each in elements(value)]

    return cast


def to_byte_array(value: Any) -> Any:
    """[byte[]]."""
    if value is None:
        return None
    try:
        return as_bytes(value)
    except ValueError:
        raise cannot(value, "System.Byte[]") from None


def _constructed(full: str) -> Caster:
    """A type without its own conversion: values that are of it already, $null, or its one-argument constructor."""

    def cast(value: Any) -> Any:
        if value is None or is_type(value, full):
            return value
        member = CONSTRUCTORS.get(full.lower())
        if member is None or member.machine:
            raise cannot(value, full)
        return member.work(value)

    return cast


def _integer(name: str) -> Caster:
    low, high, python_type = INTEGERS[name]

    def cast(value: Any) -> int:
        if is_list(value) and len(value) == 1:
            value = next(iter(value))
        number = to_number(value, name)
        whole = int(number) if isinstance(number, int) else round(number)
        if not low <= whole <= high:
            what = "was either too large or too small for" + f" an {name.removeprefix('System.')}"
            raise cast_error(
                f'Cannot convert value "{to_text(value)}" to type "{name}". Error: "Value {what}."'
            )
        return whole if python_type is int else python_type(whole)

    return cast


for _name, _short in {
    "System.SByte": ("sbyte",),
    "System.Byte": ("byte",),
    "System.Int16": ("int16", "short"),
    "System.UInt16": ("uint16", "ushort"),
    "System.Int32": ("int", "int32"),
    "System.UInt32": ("uint32", "uint"),
    "System.Int64": ("long", "int64"),
    "System.UInt64": ("uint64", "ulong"),
}.items():
    caster(_name, *_short)(_integer(_name))


@caster("System.String", "string")
def to_string(value: Any) -> str:
    return to_text(value)


@caster("System.Boolean", "bool")
def to_boolean(value: Any) -> bool:
    return to_bool(value)


@caster("System.Management.Automation.SwitchParameter", "switch")
def to_switch(value: Any) -> bool:
    return to_bool(value)


@caster("System.Char", "char")
def to_char(value: Any) -> Char:
    if isinstance(value, str):
        if len(value) != 1:
            raise cast_error(
                f'Cannot convert value "{value}" to type "System.Char". Error: "String must be exactly one character long."'
            )
        return Char(value)
    return Char(chr(int(to_number(value))))


@caster("System.Double", "double", "float", "single", "System.Single")
def to_double(value: Any) -> float:
    return float(to_number(value, "System.Double"))


@caster("System.Decimal", "decimal")
def to_decimal(value: Any) -> Decimal:
    number = to_number(value, "System.Decimal")
    return (
        number
        if isinstance(number, Decimal)
        else Decimal(to_text(number) if isinstance(number, float) else int(number))
    )


@caster("System.DateTime", "datetime")
def to_datetime(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime(1, 1, 1) + timedelta(microseconds=value // 10)  # noqa: DTZ001
    raise cannot(value, "System.DateTime")


@caster("System.TimeSpan", "timespan")
def to_timespan(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_span(value)
    if isinstance(value, int):
        return timedelta(microseconds=value / 10)
    raise cannot(value, "System.TimeSpan")


@caster("System.Guid", "guid")
def to_guid(value: Any) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(to_text(value).strip())
    except ValueError:
        raise cast_error(
            f'Cannot convert value "{to_text(value)}" to type "System.Guid". Error: "Guid should contain 32 digits with '
            '4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."'
        ) from None


@caster("System.Text.RegularExpressions.Regex", "regex")
def to_regex(value: Any) -> re.Pattern[str]:
    from unyo.lab.terminals.powershell.patterns import regex

    return value if isinstance(value, re.Pattern) else regex(to_text(value), False)


@caster("System.Array", "array")
def to_array(value: Any) -> Any:
    return None if value is None else elements(value)


@caster("System.Collections.ArrayList", "arraylist")
def to_array_list(value: Any) -> NetList:
    return NetList(elements(value))


@caster("System.Collections.Hashtable", "hashtable")
def to_hashtable(value: Any) -> Table | None:
    if value is None or isinstance(value, Table):
        return value
    if isinstance(value, Mapping):
        return Table(value)
    raise cannot(value, "System.Collections.Hashtable")


@caster("ordered")
def to_ordered(value: Any) -> Table:
    if not isinstance(value, Table):
        raise cannot(value, "System.Collections.Specialized.OrderedDictionary")
    return Table(value, ordered=True)


@caster("pscustomobject")
def to_custom_object(value: Any) -> Any:
    """Only a hashtable becomes a custom object; [pscustomobject] leaves everything else as it is."""
    return (
        Item(properties={to_text(key): each for key, each in value.items()})
        if isinstance(value, Table)
        else value
    )


@caster("System.Management.Automation.PSObject", "psobject", "System.Object", "object")
def to_object(value: Any) -> Any:
    return value


@caster("System.Void", "void")
def to_void(value: Any) -> Any:  # noqa: ARG001
    return NOTHING


@caster("System.Management.Automation.ScriptBlock", "scriptblock")
def to_script_block(value: Any) -> ScriptBlock:
    if isinstance(value, ScriptBlock):
        return value
    raise cannot(value, "System.Management.Automation.ScriptBlock")


@caster("System.Security.SecureString", "securestring")
def to_secure_string(value: Any) -> SecureString:
    if isinstance(value, SecureString):
        return value
    raise cannot(value, "System.Security.SecureString")


@caster("System.Type", "type")
def to_type(value: Any) -> NetType:
    if isinstance(value, NetType):
        return value
    full = full_type(to_text(value))
    if full is None:
        raise cannot(value, "System.Type")
    return NetType(full)


def is_type(value: Any, name: str) -> bool:
    """-is, with a full type name."""
    from unyo.lab.terminals.powershell.conversion import type_name_of

    wanted = name.lower()
    if value is None:
        return False
    if wanted in ("system.management.automation.psobject", "pscustomobject"):
        return isinstance(value, Item)
    if wanted == "system.management.automation.pscustomobject":
        return isinstance(value, Item) and value.type_name == "System.Management.Automation.PSCustomObject"
    if wanted == "system.object":
        return True
    if wanted in ("system.array", "system.object[]"):
        return (isinstance(value, list) and not isinstance(value, NetList)) or isinstance(
            value, (bytes, bytearray)
        )
    if wanted in (
        "system.collections.ienumerable",
        "system.collections.ilist",
        "system.collections.icollection",
    ):
        return is_list(value) or (isinstance(value, Table) and wanted != "system.collections.ilist")
    if wanted == "system.collections.idictionary":
        return isinstance(value, Table)
    if wanted == "system.collections.hashtable":
        return isinstance(value, Table) and not value.ordered
    if wanted in ("system.valuetype",):
        return isinstance(value, (int, float, Decimal, datetime, timedelta, uuid.UUID, Enum, Char))
    if wanted == "system.enum":
        return isinstance(value, Enum)
    if wanted == "system.management.automation.switchparameter":
        return isinstance(value, bool)
    if isinstance(value, Item):
        return wanted in [each.lower() for each in value.type_names]
    return type_name_of(value).lower() == wanted


def try_cast(cast: Caster, value: Any) -> Any:
    """-as: the converted value, or $null."""
    try:
        return cast(value)
    except PowerShellError:
        return None


for _interface in ("IEnumerable", "IList", "ICollection", "IDictionary"):
    known_type(f"System.Collections.{_interface}")
known_type("System.ValueType")
known_type("System.Enum")
known_type("System.Management.Automation.PSCustomObject")
