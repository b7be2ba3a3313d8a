"""Equality and order of values, by the left one's type; on lists comparisons filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell.conversion import (
    is_list,
    to_bool,
    to_number,
    to_text,
)
from unyo.lab.terminals.powershell.dates import parse_date, parse_span, ticks_apart
from unyo.lab.terminals.powershell.dotnet import full_type
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import (
    NOTHING,
    Enum,
    Item,
    NetType,
    Table,
)

Operator = Callable[[Any, Any], Any]


def equal(left: Any, right: Any, cased: bool = False) -> bool:
    """One value -eq another (no list on the left)."""
    if isinstance(left, str):
        if right is None or right is NOTHING:
            return False
        if isinstance(left, Enum) and isinstance(right, int):
            return left.number == right
        text = right if isinstance(right, str) else to_text(right)
        return left == text or (not cased and left.casefold() == text.casefold())
    if left is None or left is NOTHING:
        return right is None or right is NOTHING
    if isinstance(left, bool):
        return left == to_bool(right)
    if isinstance(left, (int, float, Decimal)):
        if right is None or is_list(right):
            return False
        try:
            return bool(left == to_number(right))
        except PowerShellError:
            return False
    if isinstance(left, datetime):
        other = right if isinstance(right, datetime) else _or_none(parse_date, right)
        return other is not None and left.replace(tzinfo=None) == other.replace(tzinfo=None)
    if isinstance(left, timedelta):
        return bool(left == (right if isinstance(right, timedelta) else _or_none(parse_span, right)))
    if isinstance(left, Item) and isinstance(right, str) and left.text is not None:
        return left.text.casefold() == right.casefold()
    if isinstance(left, NetType):
        return bool(left == right) or (isinstance(right, str) and full_type(right) == left.name)
    if isinstance(left, (Table, Item)):
        return left is right or (
            isinstance(left, Item) and left.text is not None and left.text == _text_of(right)
        )
    return bool(left == right) or (isinstance(right, str) and to_text(left).casefold() == right.casefold())


def _text_of(value: Any) -> str | None:
    return value.text if isinstance(value, Item) else None


def _or_none(read: Callable[[str], Any], value: Any) -> Any:
    try:
        return read(to_text(value))
    except PowerShellError:
        return None


def compare(left: Any, right: Any, cased: bool = False) -> int:
    """-1, 0 or 1: the order of two values, by the left one's type."""
    if isinstance(left, Enum):
        number = right.number if isinstance(right, Enum) else to_number(right)
        return (left.number > number) - (left.number < number)
    if isinstance(left, str):
        one, other = left, to_text(right)
        if not cased:
            one, other = one.casefold(), other.casefold()
        return (one > other) - (one < other)
    if left is None or left is NOTHING:
        if right is None or right is NOTHING:
            return 0
        return -compare(right, None) if isinstance(right, (int, float)) else -1
    if isinstance(left, datetime):
        other_date = right if isinstance(right, datetime) else parse_date(to_text(right))
        apart = ticks_apart(left, other_date)
        return (apart > timedelta()) - (apart < timedelta())
    if isinstance(left, timedelta):
        span = right if isinstance(right, timedelta) else parse_span(to_text(right))
        return (left > span) - (left < span)
    if isinstance(left, (int, float, Decimal)):
        number = to_number(right)
        return (left > number) - (left < number)
    versions = _versions(left, right)
    if versions is not None:
        return (versions[0] > versions[1]) - (versions[0] < versions[1])
    raise PowerShellError(
        f'Cannot compare "{to_text(left)}" because it is not IComparable.',
        "InvalidOperation",
        fully_qualified_id="NotIcomparable",
        terminating=True,
    )


def _versions(left: Any, right: Any) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Both values as [version]s, if the left one is one."""
    if not (isinstance(left, Item) and left.type_name == "System.Version"):
        return None
    return version_numbers(to_text(left)), version_numbers(to_text(right))


def version_numbers(text: str) -> tuple[int, ...]:
    """The four numbers of a version, -1 for those that are not there."""
    numbers = [int(part) for part in text.split(".")]
    return tuple((numbers + [-1] * 4)[:4])


def filtering(test: Callable[[Any, Any], bool]) -> Operator:
    """An operator that on a list on the left gives the elements for which it holds."""

    def work(left: Any, right: Any) -> Any:
        if is_list(left):
            return [each for each in left if test(each, right)]
        return test(left, right)

    return work
