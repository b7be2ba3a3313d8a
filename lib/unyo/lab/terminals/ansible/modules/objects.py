"""PowerShell objects as win_powershell writes them into its JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from unyo.lab.terminals.powershell.conversion import is_list, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.records import CATEGORIES
from unyo.lab.terminals.powershell.values import NOTHING, Enum, Item, NetType, SecureString, Table


def converted(value: Any, depth: int) -> Any:
    """Convert-OutputObject: nested to a depth, beyond that only text."""
    if value is None or value is NOTHING:
        return None
    if isinstance(value, Enum):
        if depth < 0:
            return value.number
        return {"Type": value.type_name, "String": str(value), "Value": value.number}
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return round_trip(value)
    if isinstance(value, (Decimal, UUID)):
        return float(value) if isinstance(value, Decimal) else str(value)
    if isinstance(value, NetType):
        return value.name if depth < 0 else {"Name": value.name.rpartition(".")[2], "FullName": value.name}
    if depth < 0:
        return to_text(value)
    return _nested(value, depth - 1)


def _nested(value: Any, depth: int) -> Any:
    if is_list(value):
        return [converted(each, depth) for each in value]
    if isinstance(value, Table):
        return {to_text(key): converted(inner, depth) for key, inner in value.items()}
    if isinstance(value, Item):
        return {str(name): converted(inner, depth) for name, inner in value.properties.items()}
    if isinstance(value, SecureString):
        return {"Length": len(value.reveal())}
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return {"Ticks": round(seconds * 10_000_000), "TotalSeconds": seconds}
    return to_text(value)


def round_trip(value: datetime) -> str:
    """.NET's ToString('o')."""
    text = f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond:06}0"
    offset = value.utcoffset()
    if offset is None:
        return text
    return text + ("Z" if not offset else f"{value:%z}"[:3] + ":" + f"{value:%z}"[3:5])


def described_error(error: PowerShellError, depth: int) -> dict[str, Any]:
    """One error record."""
    kind = error.exception.rpartition(".")[2]
    target = "" if error.target is None else to_text(error.target)
    category = error.category if error.category in CATEGORIES else "NotSpecified"
    full_id = error.fully_qualified_id or error.message
    head = f"{error.command} : {error.message}" if error.command else error.message
    about = f"{category}: ({target}:) [{error.command}], {kind}"
    return {
        "output": f"{head}\r\n    + CategoryInfo          : {about}\r\n    + FullyQualifiedErrorId : {full_id}\r\n \r\n",
        "error_details": None,
        "exception": {
            "message": error.message,
            "type": error.exception,
            "help_link": None,
            "source": None,
            "hresult": error.hresult,
            "inner_exception": None,
        },
        "target_object": converted(error.target, depth),
        "category_info": {
            "category": category,
            "category_id": CATEGORIES.index(category),
            "activity": error.command,
            "reason": kind,
            "target_name": target,
            "target_type": "",
        },
        "fully_qualified_error_id": full_id,
        "script_stack_trace": f"at <ScriptBlock>, <No file>: line {error.line}",
        "pipeline_iteration_info": [],
    }
