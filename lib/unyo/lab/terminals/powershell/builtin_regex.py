"""[Regex]: its static methods, its instances, its matches."""

from __future__ import annotations

import re
from typing import Any

from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.dotnet import (
    constructor,
    method,
    property_of,
    static,
)
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.patterns import regex, replace
from unyo.lab.terminals.powershell.values import Item, ScriptBlock


def _match_item(found: re.Match[str] | None) -> Item:
    if found is None:
        return Item(
            "System.Text.RegularExpressions.Match",
            {"Success": False, "Value": "", "Index": 0, "Length": 0},
            text="",
        )
    groups = Item("System.Text.RegularExpressions.GroupCollection", {"Count": len(found.groups()) + 1})

    def group(key: Any) -> Item:
        try:
            text = found.group(int(key) if isinstance(key, int) else to_text(key))
        except IndexError:
            text = None
        return Item(
            "System.Text.RegularExpressions.Group",
            {"Success": text is not None, "Value": text or ""},
            text=text or "",
        )

    groups.methods["get_Item"] = group
    return Item(
        "System.Text.RegularExpressions.Match",
        {
            "Success": True,
            "Value": found.group(),
            "Index": found.start(),
            "Length": len(found.group()),
            "Groups": groups,
        },
        text=found.group(),
    )


def _pattern(pattern: Any, options: Any = None) -> re.Pattern[str]:
    if isinstance(pattern, re.Pattern):
        return pattern
    wanted = to_text(options).lower() if options is not None else ""
    compiled = regex(to_text(pattern), "ignorecase" in wanted)
    extra = (re.MULTILINE if "multiline" in wanted else 0) | (re.DOTALL if "singleline" in wanted else 0)
    return re.compile(compiled.pattern, compiled.flags | extra) if extra else compiled


@static("System.Text.RegularExpressions.Regex", "IsMatch")
def regex_is_match(text: Any, pattern: Any, options: Any = None) -> bool:
    return _pattern(pattern, options).search(to_text(text)) is not None


@static("System.Text.RegularExpressions.Regex", "Match")
def regex_match(text: Any, pattern: Any, options: Any = None) -> Item:
    return _match_item(_pattern(pattern, options).search(to_text(text)))


@static("System.Text.RegularExpressions.Regex", "Matches")
def regex_matches(text: Any, pattern: Any, options: Any = None) -> list[Item]:
    return [_match_item(found) for found in _pattern(pattern, options).finditer(to_text(text))]


@static("System.Text.RegularExpressions.Regex", "Replace", session=True)
def regex_replace(session: Session, text: Any, pattern: Any, replacement: Any, options: Any = None) -> str:
    compiled = _pattern(pattern, options)
    if isinstance(replacement, ScriptBlock):
        block = replacement

        def swap(found: re.Match[str]) -> str:
            out = block.code.run_here
            values: list[Any] = []
            out(session.globals, _match_item(found), [_match_item(found)], values)
            return "".join(to_text(each) for each in values)

        return compiled.sub(swap, to_text(text))
    return replace(compiled, to_text(text), to_text(replacement))


@static("System.Text.RegularExpressions.Regex", "Split")
def regex_split(text: Any, pattern: Any) -> list[str]:
    return [part for part in _pattern(pattern).split(to_text(text)) if part is not None]


@static("System.Text.RegularExpressions.Regex", "Escape")
def regex_escape(text: Any) -> str:
    return re.sub(r"[\\*+?|{\[()^$.# ]", lambda found: "\\" + found.group(), to_text(text))


@constructor("System.Text.RegularExpressions.Regex")
def new_regex(pattern: Any, options: Any = None) -> re.Pattern[str]:
    return _pattern(pattern, options)


@method(re.Pattern, "IsMatch")
def pattern_is_match(pattern: re.Pattern[str], text: Any) -> bool:
    return regex_is_match(text, pattern)


@method(re.Pattern, "Match")
def pattern_match(pattern: re.Pattern[str], text: Any) -> Item:
    return regex_match(text, pattern)


@method(re.Pattern, "Matches")
def pattern_matches(pattern: re.Pattern[str], text: Any) -> list[Item]:
    return regex_matches(text, pattern)


@method(re.Pattern, "Replace", session=True)
def pattern_replace(session: Session, pattern: re.Pattern[str], text: Any, replacement: Any) -> str:
    return regex_replace(session, text, pattern, replacement)


@method(re.Pattern, "Split")
def pattern_split(pattern: re.Pattern[str], text: Any) -> list[str]:
    return regex_split(text, pattern)


@property_of(re.Pattern, "Options")
def pattern_options(pattern: re.Pattern[str]) -> str:
    return "IgnoreCase" if pattern.flags & re.IGNORECASE else "None"
