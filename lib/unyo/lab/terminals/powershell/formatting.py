"""The -f operator and ToString(format): .NET's composite, number and date formats."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.dates import format_date
from unyo.lab.terminals.powershell.errors import Beyond, PowerShellError

FIELD = re.compile(r"\{\{|\}\}|\{(\d+)(?:,\s*(-?\d+))?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]")
STANDARD = re.compile(r"([A-Za-z])(\d{0,2})\Z")
CUSTOM = re.compile(r"([^0#.,]*)([0#,]*)(?:\.([0#]*))?([^0#.]*)\Z")


def bad_format(message: str) -> PowerShellError:
    """The error of a wrong format string."""
    return PowerShellError(
        f"Error formatting a string: {message}",
        "InvalidOperation",
        fully_qualified_id="FormatError",
        exception="System.FormatException",
        terminating=True,
    )


def compose(pattern: str, values: list[Any]) -> str:
    """pattern -f values."""

    def field(found: re.Match[str]) -> str:
        if found[1] is None:
            if len(found.group()) == 1:
                raise bad_format("Input string was not in a correct format..")
            return found.group()[0]
        index = int(found[1])
        if index >= len(values):
            raise bad_format(
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.."
            )
        text = format_value(values[index], found[3] or "")
        width = int(found[2] or 0)
        return text.rjust(width) if width > 0 else text.ljust(-width)

    return FIELD.sub(field, pattern)


def format_value(value: Any, pattern: str) -> str:
    """One value by one format; text and other values without formats ignore it."""
    if not pattern or isinstance(value, (bool, str)) or value is None:
        return to_text(value)
    if isinstance(value, datetime):
        return format_date(value, pattern)
    if isinstance(value, timedelta):
        return format_span(value, pattern)
    if isinstance(value, (int, float, Decimal)):
        return format_number(value, pattern)
    if isinstance(value, uuid.UUID):
        forms = {"n": value.hex, "d": str(value), "b": f"{{{value}}}", "p": f"({value})"}
        if pattern.lower() not in forms:
            raise bad_format('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
        return forms[pattern.lower()]
    return to_text(value)


def format_number(value: int | float | Decimal, pattern: str) -> str:
    """A number by a standard ("N2", "X8") or a custom ("0.00", "#,##0") format."""
    standard = STANDARD.match(pattern)
    if standard is None:
        return _custom(value, pattern)
    letter, digits = standard[1], int(standard[2]) if standard[2] else None
    kind = letter.upper()
    if kind in "XD":
        if not isinstance(value, int):
            raise bad_format("Format specifier was invalid..")
        if kind == "D":
            return ("-" if value < 0 else "") + str(abs(value)).zfill(digits or 0)
        bits = 32 if -(2**31) <= value < 2**32 else 64
        text = f"{value if value >= 0 else value + 2**bits:X}".zfill(digits or 0)
        return text if letter == "X" else text.lower()
    if kind in "NF":
        return _fixed(value, 2 if digits is None else digits, "," if kind == "N" else "")
    if kind == "P":
        return _fixed(Decimal(str(value)) * 100, 2 if digits is None else digits, ",") + " %"
    if kind in "GR":
        return to_text(value) if not digits else to_text(float(f"{float(value):.{digits}g}"))
    if kind == "E":
        mantissa, exponent = f"{float(value):.{6 if digits is None else digits}e}".split("e")
        return f"{mantissa}{letter}{exponent[0]}{exponent[1:].zfill(3)}"
    raise bad_format("Format specifier was invalid..")


def _fixed(value: int | float | Decimal, digits: int, group: str) -> str:
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)
    return f"{rounded:{group}.{digits}f}"


def _custom(value: int | float | Decimal, pattern: str) -> str:
    found = CUSTOM.match(pattern)
    if found is None:
        raise Beyond(f"number format {pattern}")
    before, whole, fraction, after = found[1], found[2] or "", found[3] or "", found[4]
    exact = Decimal(str(value))
    if "%" in before + after:
        exact *= 100
    text = _fixed(abs(exact), len(fraction), "," if "," in whole else "")
    integer, _, decimals = text.partition(".")
    integer = integer if integer != "0" or "0" in whole else ""
    integer = integer.zfill(whole.count("0"))
    while decimals and fraction[len(decimals) - 1] == "#" and decimals[-1] == "0":
        decimals = decimals[:-1]
    return f"{'-' if exact < 0 else ''}{before}{integer}{'.' + decimals if decimals else ''}{after}"


def format_span(value: timedelta, pattern: str) -> str:
    r"""A time span by c or a custom format (hh\:mm\:ss)."""
    if pattern in ("c", "g", "G", "t", "T"):
        return to_text(value)
    micro = abs(round(value / timedelta(microseconds=1)))
    seconds, micro = divmod(micro, 1_000_000)
    parts = {"d": seconds // 86400, "h": seconds // 3600 % 24, "m": seconds // 60 % 60, "s": seconds % 60}

    def token(found: re.Match[str]) -> str:
        text = found.group()
        if text[0] in "\\'":
            return text[1:].rstrip("'")
        if text[0] == "f":
            return f"{micro:06}0"[: len(text)]
        return str(parts[text[0]]).zfill(len(text))

    return re.sub(r"\\.|'[^']*'|d+|hh?|mm?|ss?|f{1,7}", token, pattern)
