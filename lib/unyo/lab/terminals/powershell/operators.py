"""The binary operators, after PowerShell's rules: the left operand decides."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell.casting import find_caster, is_type, try_cast
from unyo.lab.terminals.powershell.comparisons import compare, equal, filtering
from unyo.lab.terminals.powershell.conversion import (
    elements,
    is_list,
    to_bool,
    to_number,
    to_text,
    type_name_of,
)
from unyo.lab.terminals.powershell.dates import parse_span, ticks_apart
from unyo.lab.terminals.powershell.dotnet import full_type
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.formatting import compose
from unyo.lab.terminals.powershell.patterns import regex, replace, wildcard
from unyo.lab.terminals.powershell.values import (
    NOTHING,
    Char,
    Item,
    Long,
    NetType,
    Table,
    UInt32,
    UInt64,
)

Operator = Callable[[Any, Any], Any]


def no_operator(name: str, left: Any) -> PowerShellError:
    """The error of an operator that a type does not have."""
    return PowerShellError(
        f"Method invocation failed because [{type_name_of(left)}] does not contain a method named '{name}'.",
        "InvalidOperation",
        fully_qualified_id="MethodNotFound",
        terminating=True,
    )


def add(left: Any, right: Any) -> Any:
    """+: numbers, text, lists, hashtables, dates."""
    if type(left) is int and type(right) is int:
        return widened(left + right)
    if isinstance(left, str) and not isinstance(left, Char):
        return left + to_text(right)
    if left is None or left is NOTHING:
        return None if right is NOTHING else right
    if is_list(left):
        return list(left) + elements(right)
    if isinstance(left, Table):
        return _merged(left, right)
    if isinstance(left, datetime):
        return left + (right if isinstance(right, timedelta) else parse_span(to_text(right)))
    if isinstance(left, timedelta):
        return left + (right if isinstance(right, timedelta) else parse_span(to_text(right)))
    if isinstance(left, Char) and isinstance(right, str):
        return left + right
    return _arithmetic("op_Addition", operator.add, left, right)


def _merged(left: Table, right: Any) -> Table:
    if not isinstance(right, Table):
        raise PowerShellError(
            "A hash table can only be added to another hash table.",
            "InvalidOperation",
            fully_qualified_id="AddHashTableToNonHashTable",
            terminating=True,
        )
    merged = Table(left)
    for key, value in right.items():
        if key in merged:
            raise PowerShellError(
                f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: '{to_text(key)}'",
                "OperationStopped",
                fully_qualified_id="System.ArgumentException",
                exception="System.ArgumentException",
                terminating=True,
            )
        merged[key] = value
    return merged


def subtract(left: Any, right: Any) -> Any:
    """-: numbers, dates."""
    if isinstance(left, datetime):
        if isinstance(right, datetime):
            return ticks_apart(left, right)
        return left - (right if isinstance(right, timedelta) else parse_span(to_text(right)))
    if isinstance(left, timedelta):
        return left - (right if isinstance(right, timedelta) else parse_span(to_text(right)))
    return _arithmetic("op_Subtraction", operator.sub, left, right)


def multiply(left: Any, right: Any) -> Any:
    """*: numbers; text and lists repeat."""
    if isinstance(left, str) and not isinstance(left, Char):
        return left * int(to_number(right))
    if is_list(left):
        return list(left) * int(to_number(right))
    return _arithmetic("op_Multiply", operator.mul, left, right)


def divide(left: Any, right: Any) -> Any:
    """/: whole numbers stay whole where nothing is lost."""
    one, other = _numbers("op_Division", left, right)
    if other == 0 and not isinstance(one, float) and not isinstance(other, float):
        raise _by_zero()
    if isinstance(one, int) and isinstance(other, int):
        return one // other if one % other == 0 else one / other
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return Decimal(one) / Decimal(other)
    return one / other if other else (math.nan if one == 0 else math.copysign(math.inf, one))


def remainder(left: Any, right: Any) -> Any:
    """%: the sign of the left operand."""
    one, other = _numbers("op_Modulus", left, right)
    if other == 0:
        raise _by_zero()
    if isinstance(one, int) and isinstance(other, int):
        return (
            int(math.fmod(one, other))
            if abs(one) < 2**53
            else (abs(one) % abs(other)) * (1 if one >= 0 else -1)
        )
    return math.fmod(one, other)


def _by_zero() -> PowerShellError:
    return PowerShellError(
        "Attempted to divide by zero.",
        "NotSpecified",
        fully_qualified_id="RuntimeException",
        exception="System.DivideByZeroException",
        terminating=True,
    )


def _numbers(name: str, left: Any, right: Any) -> tuple[Any, Any]:
    if is_list(left) or isinstance(left, (Table, Item, NetType)):
        raise no_operator(name, left)
    return to_number(left), to_number(right)


def _arithmetic(name: str, work: Operator, left: Any, right: Any) -> Any:
    one, other = _numbers(name, left, right)
    if isinstance(one, Decimal) != isinstance(other, Decimal):
        one, other = Decimal(one), Decimal(other)
    value = work(one, other)
    if not isinstance(value, int):
        return value
    wide = isinstance(one, (Long, UInt64)) or isinstance(other, (Long, UInt64))
    return Long(value) if wide and -(2**63) <= value < 2**63 else widened(value)


def widened(value: int) -> int | float:
    """An integer while it fits 64 bits, else a double."""
    return value if -(2**63) <= value < 2**64 else float(value)


def _comparisons(cased: bool) -> dict[str, Operator]:
    def contains(left: Any, right: Any) -> bool:
        return any(equal(each, right, cased) for each in elements(left))

    def like(left: Any, right: Any) -> bool:
        return wildcard(to_text(right), not cased).match(to_text(left)) is not None

    tests: dict[str, Callable[[Any, Any], bool]] = {
        "eq": lambda left, right: equal(left, right, cased),
        "ne": lambda left, right: not equal(left, right, cased),
        "gt": lambda left, right: compare(left, right, cased) > 0,
        "ge": lambda left, right: compare(left, right, cased) >= 0,
        "lt": lambda left, right: compare(left, right, cased) < 0,
        "le": lambda left, right: compare(left, right, cased) <= 0,
        "like": like,
        "notlike": lambda left, right: not like(left, right),
    }
    return {
        **{name: filtering(test) for name, test in tests.items()},
        "contains": contains,
        "notcontains": lambda left, right: not contains(left, right),
        "in": lambda left, right: contains(right, left),
        "notin": lambda left, right: not contains(right, left),
        "replace": lambda left, right: replace_operator(left, right, cased),
        "split": lambda left, right: split_operator(left, right, cased),
    }


def replace_operator(left: Any, right: Any, cased: bool) -> Any:
    """-replace pattern, replacement; on lists each element."""
    arguments = elements(right)
    if len(arguments) > 2:
        raise PowerShellError(
            "The -ireplace operator allows only two elements to follow it, not " + f"{len(arguments)}.",
            "InvalidOperation",
            fully_qualified_id="BadReplaceArgument",
            terminating=True,
        )
    first = arguments[0] if arguments else ""
    pattern = first if isinstance(first, re.Pattern) else regex(to_text(first), not cased)
    replacement = to_text(arguments[1]) if len(arguments) > 1 else ""
    if is_list(left):
        return [replace(pattern, to_text(each), replacement) for each in left]
    return replace(pattern, to_text(left), replacement)


def split_operator(left: Any, right: Any, cased: bool) -> list[str]:
    """-split pattern[, max[, options]]: captured groups stay in the result."""
    arguments = elements(right)
    simple = len(arguments) > 2 and "simplematch" in to_text(arguments[2]).lower()
    text = to_text(arguments[0])
    pattern = regex(re.escape(text) if simple else text, not cased)
    limit = int(to_number(arguments[1])) if len(arguments) > 1 else 0
    parts: list[str] = []
    for each in elements(left):
        if limit == 1:
            parts.append(to_text(each))
        else:
            parts += [part for part in pattern.split(to_text(each), max(limit - 1, 0)) if part is not None]
    return parts


def split_words(value: Any) -> list[str]:
    """-split value: by white space."""
    return [word for each in elements(value) for word in to_text(each).split()]


def numeric_range(left: Any, right: Any) -> list[int]:
    """low..high, in either direction."""
    low, high = round(to_number(left)), round(to_number(right))
    return list(range(low, high + 1)) if low <= high else list(range(low, high - 1, -1))


def _bits(work: Operator) -> Operator:
    def apply(left: Any, right: Any) -> Any:
        one, other = to_number(left), to_number(right)
        value = work(int(one), int(other))
        for wide in (UInt64, Long, UInt32):
            if isinstance(one, wide) or isinstance(other, wide):
                return wide(value)
        return value

    return apply


def shift(value: Any, count: Any, left: bool) -> Any:
    """-shl and -shr: 32 or 64 bits by the value's type; what is shifted out is lost."""
    number, by = int(to_number(value)), int(to_number(count))
    wide = isinstance(value, (Long, UInt64)) or not -(2**31) <= number < 2**32
    unsigned = isinstance(value, (UInt32, UInt64))
    bits = 64 if wide else 32
    shifted = number << (by % bits) if left else number >> (by % bits)
    shifted &= 2**bits - 1
    if not unsigned and shifted >= 2 ** (bits - 1):
        shifted -= 2**bits
    return type(value)(shifted) if isinstance(value, (Long, UInt32, UInt64)) else shifted


def is_operator(left: Any, right: Any) -> bool:
    """-is [type]."""
    name = right.name if isinstance(right, NetType) else to_text(right)
    return is_type(left, full_type(name) or name)


def as_operator(left: Any, right: Any) -> Any:
    """-as [type]."""
    name = right.name if isinstance(right, NetType) else to_text(right)
    cast = find_caster(name)
    return try_cast(cast, left) if cast is not None else None


def _format(left: Any, right: Any) -> str:
    return compose(to_text(left), elements(right) if right is not None else [None])


OPERATORS: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "f": _format,
    "..": numeric_range,
    "join": lambda left, right: to_text(right).join(to_text(each) for each in elements(left)),
    "is": is_operator,
    "isnot": lambda left, right: not is_operator(left, right),
    "as": as_operator,
    "xor": lambda left, right: to_bool(left) != to_bool(right),
    "band": _bits(operator.and_),
    "bor": _bits(operator.or_),
    "bxor": _bits(operator.xor),
    "shl": lambda left, right: shift(left, right, True),
    "shr": lambda left, right: shift(left, right, False),
    **_comparisons(cased=False),
    **{f"i{name}": work for name, work in _comparisons(cased=False).items()},
    **{f"c{name}": work for name, work in _comparisons(cased=True).items()},
}
