"""A module's own argument spec, read out of the script that Ansible sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from unyo.lab.terminals.ansible.literals import OPAQUE, argument_at, literal_at

_CREATE = re.compile(
    r"\[Ansible\.Basic\.AnsibleModule\]::Create\(\$args,\s*(\$\w+|@\{)(?:,\s*@\(([\w-]+)\))?", re.I
)
_OPEN = "$spec.options.\"$($param.Key)\" = @{ type = 'raw' }"
_PARSE_ARGS = re.compile(
    r"Parse-Args\s+(?:-arguments\s+)?\$args\s*(?:-supports_check_mode\s+(\$true))?", re.I
)
_GET_PARAM = re.compile(r"Get-AnsibleParam\s((?:[^\n]*`\r?\n)*[^\n]*)", re.I)
_BY_POSITION = re.compile(r"\s+(?:-obj\s+)?\$\w+\s+[\"']([\w-]+)[\"']")
_SWITCH = re.compile(r"\s-(name|type|default|failifempty|validateset|aliases)\s+", re.I)


@dataclass(frozen=True)
class BasicSpec:
    """The hashtable given to ``AnsibleModule::Create``."""

    table: Mapping[str, Any]
    fragment: str = ""
    """A function of another script that gives more options."""
    takes_anything: bool = False
    """The module adds every unknown argument to its spec (setup does)."""

    def joined(self, text: str) -> BasicSpec:
        """With the options that the fragment's function has in the text of its script."""
        at = text.lower().find(f"function {self.fragment.lower()} {{")
        found = re.compile(r"^    @\{", re.M).search(text, at) if at >= 0 else None
        more = literal_at(text, found.end() - 2)["options"] if found else {}
        return BasicSpec({**self.table, "options": {**more, **self.table.get("options", {})}})


@dataclass(frozen=True, slots=True)
class LegacyOption:
    """One ``Get-AnsibleParam`` call."""

    name: str
    type: str | None = None
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class LegacySpec:
    """The calls of a module that uses ``Parse-Args``."""

    options: tuple[LegacyOption, ...] = ()
    check_mode: bool = False


@dataclass(frozen=True)
class NoSpec:
    """A script in which neither was found."""

    reason: str = field(default="")


@lru_cache(maxsize=128)
def spec_of(script: str) -> BasicSpec | LegacySpec | NoSpec:
    """The spec of a module's script."""
    if found := _CREATE.search(script):
        return _basic(script, found)
    if found := _PARSE_ARGS.search(script):
        return LegacySpec(tuple(_legacy_options(script)), check_mode=found[1] is not None)
    return NoSpec("neither AnsibleModule::Create nor Parse-Args")


def _basic(script: str, found: re.Match[str]) -> BasicSpec | NoSpec:
    if found[1] == "@{":
        table = literal_at(script, found.start(1))
    else:
        wanted = re.compile(re.escape(found[1]) + r"\s*=\s*", re.I)
        assigned = [each.end() for each in wanted.finditer(script, 0, found.start())]
        table = literal_at(script, assigned[0]) if assigned else OPAQUE
    if not isinstance(table, dict) or not isinstance(table.get("options", {}), dict):
        return NoSpec("the spec is computed")
    return BasicSpec(table, found[2] or "", takes_anything=_OPEN in script)


def _legacy_options(script: str) -> list[LegacyOption]:
    options: dict[str, LegacyOption] = {}
    for call in _GET_PARAM.finditer(script):
        text = " " + call[1].replace("`\r\n", " ").replace("`\n", " ")
        given = {each[1].lower(): argument_at(text, each.end()) for each in _SWITCH.finditer(text)}
        if found := _BY_POSITION.match(text):
            given.setdefault("name", found[1])
        name = given.get("name")
        if isinstance(name, str) and not name.startswith("_ansible_"):
            options.setdefault(name, _legacy_option(name, given))
    return list(options.values())


def _legacy_option(name: str, given: Mapping[str, Any]) -> LegacyOption:
    kind = given.get("type")
    return LegacyOption(
        name,
        type=kind if isinstance(kind, str) else None,
        default=given.get("default"),
        required=given.get("failifempty") is True,
        choices=_words(given.get("validateset")),
        aliases=_words(given.get("aliases")),
    )


def _words(value: Any) -> tuple[str, ...]:
    if value is None or value is OPAQUE:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)
