"""The text that the console would show of output objects; only what has one obvious form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.powershell.conversion import is_list, to_text, type_name_of
from unyo.lab.terminals.powershell.dates import format_date
from unyo.lab.terminals.powershell.records import ErrorRecord
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, NOTHING, Item, NetType, Table

if TYPE_CHECKING:
    from unyo.lab.terminals.powershell.frames import Session


def lines_of(values: list[Any], session: Session) -> list[str]:
    """The lines that output objects print; refuses objects whose view is not simulated."""
    lines: list[str] = []
    for value in values:
        if value is None or value is NOTHING:
            continue
        if is_list(value):
            lines += lines_of(list(value), session)
        elif isinstance(value, ErrorRecord):
            lines += error_lines(value.error)
        elif isinstance(value, (Item, Table, NetType)):
            lines += _object(value, session)
        elif hasattr(value, "isoformat"):
            lines += ["", format_date(value, "F"), ""]
        else:
            lines += to_text(value).split("\n")
    return [line.removesuffix("\r") for line in lines]


def _object(value: Any, session: Session) -> list[str]:
    """A custom object with up to five properties is a table, with more a list; hashtables are tables."""
    if isinstance(value, Table):
        rows = [(to_text(key), to_text(each)) for key, each in value.items()]
        return ["", *_columns([("Name", "Value"), ("----", "-----"), *rows], 30), ""] if rows else []
    if not isinstance(value, Item) or not (value.type_name == CUSTOM_OBJECT or value.type_name.startswith("Selected.")):
        if isinstance(value, Item) and value.text is not None:
            return [value.text]
        session.unsupported(f"console view of {type_name_of(value)}", 0)
    entries = [(name, to_text(each)) for name, each in value.properties.items()]
    if len(entries) > 4:
        width = max(len(name) for name, _ in entries)
        return ["", *[f"{name.ljust(width)} : {text}" for name, text in entries], ""]
    names = tuple(name for name, _ in entries)
    return ["", *_columns([names, tuple("-" * len(name) for name in names), tuple(text for _, text in entries)], 0), ""]


def _columns(rows: list[tuple[str, ...]], least: int) -> list[str]:
    widths = [max(least, *(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    return [" ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def error_lines(error: Any) -> list[str]:
    """An error as the console prints it."""
    record = error.record
    identity = record["FullyQualifiedErrorId"] if record is not None else error.fully_qualified_id
    category = to_text(record["CategoryInfo"]) if record is not None else error.category
    before = f"{error.command} : " if error.command else ""
    return [
        f"{before}{error.message}",
        f"At line:{error.line} char:1",
        f"    + CategoryInfo          : {category}",
        f"    + FullyQualifiedErrorId : {identity}",
        " ",
    ]
