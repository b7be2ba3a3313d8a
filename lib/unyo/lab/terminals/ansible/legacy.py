"""Read the arguments of modules that still use Ansible.ModuleUtils.Legacy, as its Get-AnsibleParam does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unyo.lab.terminals.ansible.arguments import Wrong
from unyo.lab.terminals.ansible.conversions import Terminal, to_bool, to_text
from unyo.lab.terminals.ansible.literals import OPAQUE
from unyo.lab.terminals.ansible.spec import LegacyOption, LegacySpec

_TRUE = ("yes", "on", "1", "true")


def read(spec: LegacySpec, arguments: Mapping[str, Any], terminal: Terminal) -> dict[str, Any]:
    """The module's parameters; Wrong at the first that Ansible would refuse, unknown ones do not matter."""
    given = {name.lower(): value for name, value in arguments.items()}
    return {option.name: _one(option, given, terminal) for option in spec.options}


def flag(arguments: Mapping[str, Any], name: str) -> bool:
    """One of Ansible's own booleans."""
    return to_bool(arguments.get(f"_ansible_{name}", False))


def _one(option: LegacyOption, given: Mapping[str, Any], terminal: Terminal) -> Any:
    name = next((each for each in (option.name, *option.aliases) if each.lower() in given), None)
    if name is None:
        if option.required:
            raise Wrong(f"Get-AnsibleParam: Missing required argument: {option.name}")
        return None if option.default is OPAQUE else _converted(option, option.default, terminal)
    value = given[name.lower()]
    if option.choices and to_text(value).lower() not in {choice.lower() for choice in option.choices}:
        allowed = ",".join(option.choices)
        raise Wrong(
            f"Get-AnsibleParam: Argument {name} needs to be one of {allowed} but was {to_text(value)}."
        )
    return _converted(option, value, terminal)


def _converted(option: LegacyOption, value: Any, terminal: Terminal) -> Any:
    if value is None:
        return None
    match option.type:
        case "path":
            return terminal.expand(to_text(value))
        case "str":
            return to_text(value)
        case "bool":
            return value is True or to_text(value).lower() in _TRUE
        case "int":
            return _number(value)
        case "list":
            return _listed(option, value)
        case _:
            return value


def _number(value: Any) -> int | None:
    """PowerShell's ``-as [int]``: nothing where it is no number."""
    try:
        return round(float(to_text(value)))
    except ValueError:
        return None


def _listed(option: LegacyOption, value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, int):
        return [value]
    raise Wrong(f"Get-AnsibleParam: Parameter '{option.name}' is not a YAML list.")
