"""Typed parameters: a frozen dataclass, filled from text, JSON or the rows of a sheet."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import Any, TypeVar

from unyo.core.canonical import plain
from unyo.core.dates import JST, BadDate, in_jst, parse_date, parse_instant
from unyo.core.errors import BadInput
from unyo.core.text import Text

T = TypeVar("T")


def option(
    help: Text, *, default: Any = dataclasses.MISSING, column: tuple[str, ...] = (), hidden: bool = False
) -> Any:
    """A field of ``Params``: its help and, for the rows of a sheet, the headings it may stand under.

    A ``hidden`` one is filled in by ``complete``; nobody is asked for it.
    """
    return dataclasses.field(default=default, metadata={"help": help, "column": column, "hidden": hidden})


@dataclass(frozen=True, slots=True)
class Option:
    """One field of a Params class as forms and command lines need it.

    ``type`` is the plain type without ``| None`` or ``tuple[...]``; ``row`` is the dataclass of a
    sheet's rows where the field is one (``tuple[Row, ...]``).
    """

    name: str
    type: type
    help: Text
    required: bool
    default: Any
    many: bool
    columns: tuple[str, ...]
    hidden: bool = False

    @property
    def is_rows(self) -> bool:
        return self.many and dataclasses.is_dataclass(self.type)


def options(params: type) -> list[Option]:
    """The fields of a Params or row dataclass, in order."""
    hints = typing.get_type_hints(params)
    return [_option(field, hints[field.name]) for field in dataclasses.fields(params)]


def _option(field: dataclasses.Field[Any], hint: Any) -> Option:
    kind, many = _plain_type(hint)
    required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    default = None if field.default is dataclasses.MISSING else field.default
    help_text = field.metadata.get("help", Text(field.name, field.name))
    column, hidden = field.metadata.get("column", ()), field.metadata.get("hidden", False)
    return Option(field.name, kind, help_text, required, default, many, column, hidden)


def _plain_type(hint: Any) -> tuple[type, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        (hint,) = [arm for arm in typing.get_args(hint) if arm is not type(None)]
    if typing.get_origin(hint) is tuple:
        return typing.get_args(hint)[0], True
    return hint, False


def params_as_json(params: Any) -> dict[str, Any]:
    """The parameters as JSON-able values."""
    return {f.name: _as_json(getattr(params, f.name)) for f in dataclasses.fields(params)}


def _as_json(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return params_as_json(value)
    if isinstance(value, (tuple, list)):
        return [_as_json(item) for item in value]
    return plain(value)


def params_from_json(params: type[T], values: Mapping[str, Any], where: str = "") -> T:
    """Build and validate; every wrong, missing or unknown value raises BadInput that names it."""
    known = {item.name: item for item in options(params)}
    for name in values:
        if name not in known:
            raise _bad(
                where + name, Text("there is no such parameter", "そのような項目はありません"), sorted(known)
            )
    filled: dict[str, Any] = {}
    for name, item in known.items():
        if values.get(name) not in (None, "", [], ()):
            filled[name] = _from_json(item, values[name], where + name)
        elif item.required:
            raise BadInput(
                "params",
                Text("a value is missing", "値がありません"),
                Text(f"give: {item.help.en}", f"次を指定: {item.help.ja}"),
                target=where + name,
            )
    made = params(**filled)
    check = getattr(made, "check", None)
    if check is not None:
        try:
            check()
        except BadInput as error:
            error.target = where + (error.target or "")
            raise
    return made


def _from_json(item: Option, value: Any, where: str) -> Any:
    if not item.many:
        return _one(item, value, where)
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, (list, tuple)):
        raise _bad(where, _unusable(value), ["[…]"])
    return tuple(_one(item, part, f"{where}[{i}]") for i, part in enumerate(value, 1))


def _one(item: Option, value: Any, where: str) -> Any:
    kind = item.type
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise _bad(where, _unusable(value), ["{…}"])
        return params_from_json(kind, value, where + ".")
    try:
        return _converted(kind, value)
    except (ValueError, KeyError, TypeError) as error:
        allowed = (
            [str(m.value) for m in kind] if issubclass(kind, Enum) else [_EXAMPLES.get(kind, kind.__name__)]
        )
        what = error.text if isinstance(error, BadDate) else _unusable(value)
        raise _bad(where, what, allowed) from error


def _converted(kind: type, value: Any) -> Any:
    """The value as ``kind``, nothing cut off; ValueError, KeyError or TypeError where it is none."""
    if kind is bool:
        return _truth(value)
    if kind is datetime:
        return _instant(value)
    if kind is date:
        return _day(value)
    if isinstance(value, (list, tuple, Mapping)):
        raise TypeError("one value is wanted")
    if kind is int and isinstance(value, (bool, float)) and (isinstance(value, bool) or value % 1):
        raise ValueError("not a whole number")
    return kind(value)


def _instant(value: Any) -> datetime:
    if not isinstance(value, datetime):
        return parse_instant(str(value))
    return (value if value.tzinfo else value.replace(tzinfo=JST)).astimezone(timezone.utc)


def _day(value: Any) -> date:
    # A sheet gives a day as midnight without a zone.
    if isinstance(value, datetime):
        return in_jst(value).date() if value.tzinfo else parse_date(str(value))
    return value if isinstance(value, date) else parse_date(str(value))


def _unusable(value: Any) -> Text:
    return Text(f"cannot use {value!r}", f"値 {value!r} は使えません")


_EXAMPLES: dict[type, str] = {bool: "yes / no", date: "2026-04-01", datetime: "2026-04-01T00:00", int: "10"}


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    return known[str(value).strip().lower()]


def _bad(where: str, what: Text, allowed: list[str]) -> BadInput:
    listed = ", ".join(allowed)
    return BadInput("params", what, Text(f"give one of: {listed}", f"次のように指定: {listed}"), target=where)
