"""Conversion between PowerShell's types: to text, to a number, to a truth, and [type]value."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell.errors import Beyond, PowerShellError, cast_error
from unyo.lab.terminals.powershell.values import (
    CUSTOM_OBJECT,
    NOTHING,
    NUMBER_TYPES,
    Char,
    Collection,
    Enum,
    Item,
    NetList,
    NetType,
    ScriptBlock,
    SecureString,
    Table,
)

INTEGER = re.compile(r"\s*([+-]?)(?:0x([0-9a-f]+)|(\d+))\s*\Z", re.IGNORECASE)
REAL = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*\Z", re.IGNORECASE)


SEQUENCES = (list, bytes, bytearray, set, tuple, Collection)


def is_list(value: Any) -> bool:
    """Whether a pipeline would enumerate the value."""
    return isinstance(value, SEQUENCES)


def elements(value: Any) -> list[Any]:
    """The value as a pipeline sees it: nothing, its elements, or itself."""
    if value is NOTHING:
        return []
    return list(value) if is_list(value) else [value]


def to_text(value: Any, separator: str = " ") -> str:
    """What a string with the value in it shows."""
    writer = TEXTS.get(type(value))
    if writer is not None:
        return writer(value)
    if is_list(value):
        return separator.join(to_text(each) for each in value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Item):
        return item_text(value)
    if isinstance(value, SecureString):
        return "System.Security.SecureString"
    raise Beyond(f"text of {type(value).__name__}")


def item_text(item: Item) -> str:
    """ToString() of an object: its text, @{name=value} of a custom object, else its type's name."""
    if item.text is not None:
        return item.text
    if item.type_name in (CUSTOM_OBJECT, "System.Object"):
        return "@{" + "; ".join(f"{name}={to_text(value)}" for name, value in item.properties.items()) + "}"
    if "ToString" in item.methods:
        return str(item.methods["ToString"]())
    return item.type_name


def real_text(value: float) -> str:
    """A [double] as Windows PowerShell writes it: 15 digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = f"{value:.15g}"
    if "e" in text:
        digits, exponent = text.split("e")
        return f"{digits}E{exponent[0]}{exponent[1:].lstrip('0').zfill(2)}"
    return text


def span_text(value: timedelta) -> str:
    """A [timespan]: [-][d.]hh:mm:ss[.fffffff]."""
    micro = round(value / timedelta(microseconds=1))
    sign, micro = ("-", -micro) if micro < 0 else ("", micro)
    seconds, micro = divmod(micro, 1_000_000)
    days, seconds = divmod(seconds, 86400)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{sign}{f'{days}.' if days else ''}{text}{f'.{micro:06}0' if micro else ''}"


TEXTS: dict[type, Callable[[Any], str]] = {
    str: lambda value: value,
    type(None): lambda value: "",
    type(NOTHING): lambda value: "",
    bool: lambda value: "True" if value else "False",
    int: str,
    float: real_text,
    Decimal: str,
    datetime: lambda value: f"{value:%m/%d/%Y %H:%M:%S}",
    timedelta: span_text,
    uuid.UUID: str,
    Table: lambda value: (
        "System.Collections.Specialized.OrderedDictionary"
        if value.ordered
        else "System.Collections.Hashtable"
    ),
    NetType: lambda value: value.name,
    ScriptBlock: lambda value: value.text,
    re.Pattern: lambda value: value.pattern,
}


def to_bool(value: Any) -> bool:
    """Whether a condition holds: empty text, 0, $null and an empty list do not; one element decides for itself."""
    if value is True or value is False:
        return value
    if value is None or value is NOTHING:
        return False
    if isinstance(value, str):
        return len(value) > 0
    if isinstance(value, (int, float, Decimal)):
        return value != 0
    if is_list(value):
        if len(value) == 1:
            only = next(iter(value))
            return len(only) > 0 if is_list(only) else to_bool(only)
        return len(value) > 0
    return True


def to_number(value: Any, wanted: str = "System.Int32") -> int | float | Decimal:
    """A number, as arithmetic and comparison convert their operands."""
    if isinstance(value, Enum):
        return value.number
    if isinstance(value, Char):
        return ord(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float, Decimal)):
        return value
    if value is None or value is NOTHING:
        return 0
    if isinstance(value, str):
        if not value.strip():
            return 0
        found = INTEGER.match(value)
        if found is not None:
            number = int(found[2], 16) if found[2] else int(found[3])
            return -number if found[1] == "-" else number
        if REAL.match(value):
            return float(value)
        raise cast_error(
            f'Cannot convert value "{value}" to type "{wanted}". Error: "Input string was not in a correct format."'
        )
    raise cannot(value, wanted)


def type_name_of(value: Any) -> str:
    """The full name of the .NET type that a value stands for."""
    if isinstance(value, bool):
        return "System.Boolean"
    if isinstance(value, int) and type(value) is int:
        return "System.Int32" if -(2**31) <= value < 2**31 else "System.Int64"
    if isinstance(value, (Enum, NetList)):
        return value.type_name
    if isinstance(value, Item):
        return value.type_name
    if isinstance(value, Table):
        return to_text(value)
    if isinstance(value, (bytes, bytearray)):
        return "System.Byte[]"
    for python_type in type(value).__mro__:
        if python_type in TYPE_NAMES:
            return TYPE_NAMES[python_type]
    return "System.Object"


TYPE_NAMES: dict[type, str] = {
    **NUMBER_TYPES,
    Char: "System.Char",
    str: "System.String",
    float: "System.Double",
    Decimal: "System.Decimal",
    datetime: "System.DateTime",
    date: "System.DateTime",
    timedelta: "System.TimeSpan",
    uuid.UUID: "System.Guid",
    list: "System.Object[]",
    NetType: "System.RuntimeType",
    ScriptBlock: "System.Management.Automation.ScriptBlock",
    SecureString: "System.Security.SecureString",
    re.Pattern: "System.Text.RegularExpressions.Regex",
    set: "System.Collections.Generic.HashSet",
}


def cannot(value: Any, wanted: str) -> PowerShellError:
    """The error of a cast that there is not."""
    return cast_error(
        f'Cannot convert the "{to_text(value)}" value of type "{type_name_of(value)}" to type "{wanted}".'
    )


def as_bytes(value: Any) -> bytes:
    """A [byte[]] from whatever a pipeline has made of it."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return bytes(int(to_number(each)) for each in elements(value))
