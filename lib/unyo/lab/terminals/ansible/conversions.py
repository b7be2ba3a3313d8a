"""Ansible's argument types as Ansible.Basic converts them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from unyo.lab.terminals.ansible.literals import OPAQUE

TRUE = ("y", "yes", "on", "1", "true", "t", "1.0")
FALSE = ("n", "no", "off", "0", "false", "f", "0.0")
_INT32 = range(-(2**31), 2**31)
_BAD_IN_PATHS = re.compile(r'["<>|\x00-\x1f]')


class Terminal(Protocol):
    """What conversions ask the terminal."""

    def expand(self, text: str) -> str:
        """Environment variables of the user put in."""
        ...

    def sid_of(self, account: str) -> str | None:
        """The SID of an account's name or of a SID's text."""
        ...


def dotnet_type(value: Any) -> str:
    """The name of the type that PowerShell's JSON reader makes of a value."""
    names = {str: "System.String", bool: "System.Boolean", int: "System.Int32", float: "System.Double"}
    if isinstance(value, list):
        return "System.Object[]"
    return names.get(type(value), "System.Collections.Hashtable")


def to_text(value: Any) -> str:
    """.NET's ToString."""
    if isinstance(value, (list, dict)):
        return dotnet_type(value)
    return str(value)


def to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = to_text(value).lower().strip()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    known = ", ".join((*TRUE, *FALSE))
    raise ValueError(f"The value '{text}' is not a valid boolean. Valid booleans include: {known}")


def to_int(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value in _INT32:
        return value
    text = to_text(value).strip()
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError("Input string was not in a correct format.")
    if int(text) not in _INT32:
        raise ValueError("Value was either too large or too small for an Int32.")
    return int(text)


def to_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    raise ValueError(f"{dotnet_type(value)} cannot be converted to a list")


def to_dict(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{dotnet_type(value)} cannot be converted to a dict")
    if value.startswith("{") and value.endswith("}"):
        return dict(json.loads(value))
    if "=" in value:
        pairs = [part.partition("=") for part in re.split(r"[ ,]+", value) if part]
        return {name: rest if sign else None for name, sign, rest in pairs}
    raise ValueError(
        "string cannot be converted to a dict, must either be a JSON string or in the key=value form"
    )


def to_json(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, str):
        return value
    raise ValueError(f"{dotnet_type(value)} cannot be converted to json")


def converter(kind: Any, terminal: Terminal) -> Callable[[Any], Any]:
    """The function for a spec's type; a type that the module computes (a delegate) passes the value on."""

    def to_path(value: Any) -> str:
        text = to_text(value)
        if text.startswith("\\\\?\\"):
            return text
        text = terminal.expand(text)
        if _BAD_IN_PATHS.search(text):
            raise ValueError("string value contains invalid path characters, cannot convert to path")
        return text

    def to_sid(value: Any) -> str:
        found = terminal.sid_of(to_text(value))
        if found is None:
            raise ValueError("Some or all identity references could not be translated.")
        return found

    if kind is OPAQUE:
        return lambda value: value
    table: dict[str, Callable[[Any], Any]] = {
        "bool": to_bool,
        "dict": to_dict,
        "float": lambda value: float(to_text(value)),
        "int": to_int,
        "json": to_json,
        "list": to_list,
        "path": to_path,
        "raw": lambda value: value,
        "sid": to_sid,
        "str": to_text,
    }
    return table[kind]
