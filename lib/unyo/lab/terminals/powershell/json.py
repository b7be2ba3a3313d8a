"""ConvertTo-Json and ConvertFrom-Json as Windows PowerShell 5.1 has them.

Its peculiarities: depth 2 unless told, text beyond it; dates as \\/Date(ms)\\/; < > & ' escaped; two spaces after a colon;
ConvertFrom-Json gives an array as *one* object and leaves ISO dates as text.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell.conversion import is_list, to_text
from unyo.lab.terminals.powershell.dates import universal
from unyo.lab.terminals.powershell.errors import Beyond, PowerShellError
from unyo.lab.terminals.powershell.values import (
    NOTHING,
    Enum,
    Item,
    NetType,
    ScriptBlock,
    SecureString,
    Table,
    Wrapped,
)

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/\Z")
ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "'": "\\u0027",
    "\u0085": "\\u0085",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
ESCAPED = re.compile("[\\x00-\\x1f\"\\\\<>&'\u0085\u2028\u2029]")


def quoted(text: str) -> str:
    """A JSON string as 5.1 escapes it."""
    return (
        '"'
        + ESCAPED.sub(lambda found: ESCAPES.get(found.group(), f"\\u{ord(found.group()):04x}"), text)
        + '"'
    )


def to_json(value: Any, depth: int = 2, compress: bool = False) -> str:
    """The text that ConvertTo-Json gives; lines end in CR LF."""
    return _compact(value, depth) if compress else _pretty(value, depth, 0)


def _scalar(value: Any, depth: int) -> str | None:
    """A value that is neither an object nor an array, or lies too deep to be shown as one."""
    if value is None or value is NOTHING:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.number)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _round_trip(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return f'"\\/Date({round((universal(value) - EPOCH) / timedelta(milliseconds=1))})\\/"'
    if isinstance(value, (uuid.UUID, ScriptBlock, NetType, re.Pattern)):
        return quoted(to_text(value))
    return quoted(to_text(value)) if depth < 0 else None


def _round_trip(value: float) -> str:
    """A double in .NET's R format: 15 digits, or 17 where 15 would lose something."""
    text = f"{value:.15g}"
    if float(text) == value:
        return to_text(value)
    return f"{value:.17g}".replace("e", "E")


def entries_of(value: Any) -> list[tuple[str, Any]]:
    """The members that 5.1 writes of an object."""
    if isinstance(value, Table):
        return [(to_text(key), each) for key, each in value.items()]
    if isinstance(value, Item):
        return list(value.properties.items())
    if isinstance(value, Wrapped):
        return [("value", list(value)), ("Count", len(value))]
    if isinstance(value, timedelta):
        from unyo.lab.terminals.powershell.builtin_dates import SPAN_PROPERTIES

        names: tuple[str, ...] = (
            "Ticks",
            "Days",
            "Hours",
            "Milliseconds",
            "Minutes",
            "Seconds",
            "TotalDays",
            "TotalHours",
        )
        names += ("TotalMilliseconds", "TotalMinutes", "TotalSeconds")
        return [(name, SPAN_PROPERTIES[name](value)) for name in names]
    if isinstance(value, SecureString):
        return [("Length", len(value.reveal()))]
    raise Beyond(f"ConvertTo-Json of {type(value).__name__}")


def _compact(value: Any, depth: int) -> str:
    scalar = _scalar(value, depth)
    if scalar is not None:
        return scalar
    if is_list(value) and not isinstance(value, Wrapped):
        return "[" + ",".join(_compact(each, depth - 1) for each in value) + "]"
    pairs = [f"{quoted(name)}:{_compact(each, depth - 1)}" for name, each in entries_of(value)]
    return "{" + ",".join(pairs) + "}"


def _pretty(value: Any, depth: int, column: int) -> str:
    scalar = _scalar(value, depth)
    if scalar is not None:
        return scalar
    inner = " " * (column + 4)
    if is_list(value) and not isinstance(value, Wrapped):
        if not len(value):
            return f"[\r\n\r\n{' ' * column}]"
        rows = [inner + _pretty(each, depth - 1, column + 4) for each in value]
        return "[\r\n" + ",\r\n".join(rows) + f"\r\n{' ' * column}]"
    rows = []
    for name, each in entries_of(value):
        begin = f"{inner}{quoted(name)}:  "
        rows.append(begin + _pretty(each, depth - 1, len(begin)))
    if not rows:
        return f"{{\r\n\r\n{' ' * column}}}"
    return "{\r\n" + ",\r\n".join(rows) + f"\r\n{' ' * column}}}"


class Malformed(ValueError):
    """Text that the JavaScriptSerializer refuses."""


def from_json(text: str) -> Any:
    """The object that ConvertFrom-Json gives: custom objects, arrays, numbers, dates only of the \\/Date()\\/ form."""
    try:
        return _dated(
            json.loads(
                text,
                object_pairs_hook=_object,
                parse_float=_real,
                parse_int=_integer,
                parse_constant=_no_constant,
            )
        )
    except json.JSONDecodeError as problem:
        raise invalid(
            f"Invalid JSON primitive: {problem.doc[problem.pos : problem.pos + 20].split(' ')[0]}."
        ) from None
    except Malformed as problem:
        raise invalid(str(problem)) from None


def invalid(message: str) -> PowerShellError:
    """ConvertFrom-Json's error."""
    return PowerShellError(
        message,
        "NotSpecified",
        None,
        "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
        exception="System.ArgumentException",
        terminating=True,
    )


def _object(pairs: list[tuple[str, Any]]) -> Item:
    item = Item()
    for name, value in pairs:
        if name in item.properties:
            raise Malformed(
                f"Cannot convert the JSON string because a dictionary that was converted from the string contains the "
                f"duplicated keys '{item.properties.key(name)}' and '{name}'."
            )
        item[name] = _dated(value)
    return item


def _dated(value: Any) -> Any:
    if isinstance(value, str):
        found = DATE.match(value)
        return EPOCH + timedelta(milliseconds=int(found[1])) if found is not None else value
    return [_dated(each) for each in value] if isinstance(value, list) else value


def _integer(text: str) -> Any:
    number = int(text)
    return number if -(2**63) <= number < 2**63 else Decimal(text)


def _real(text: str) -> Any:
    return float(text) if "e" in text.lower() else Decimal(text)


def _no_constant(name: str) -> Any:
    raise Malformed(f"Invalid JSON primitive: {name}.")


def plain(value: Any) -> Any:
    """A PowerShell value as JSON data of Python's json module: for answers that leave the simulation."""
    return json.loads(to_json(value, 100, True))
