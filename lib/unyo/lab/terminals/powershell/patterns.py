"""Regular expressions and wildcards: .NET's and PowerShell's, as Python patterns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from unyo.lab.terminals.powershell.errors import Beyond
from unyo.lab.terminals.powershell.values import Table

NAMED_GROUP = re.compile(r"\(\?<([A-Za-z_]\w*)>")
CLASSES = {
    r"\p{L}": r"[^\W\d_]",
    r"\p{Lu}": "[A-Z]",
    r"\p{N}": r"\d",
    r"\z": r"\Z",
    r"\Z": r"(?=\n?\Z)",
    r"\h": r"\h",
}
ESCAPED = re.compile(r"\\(?:p\{\w+\}|.)", re.DOTALL)
REPLACEMENT = re.compile(r"\$(?:(\$)|(&)|(\d+)|\{(\w+)\})")


@lru_cache(maxsize=2000)
def regex(pattern: str, ignore_case: bool = True) -> re.Pattern[str]:
    """A .NET pattern for Python."""
    translated = NAMED_GROUP.sub(r"(?P<\1>", pattern)
    translated = ESCAPED.sub(lambda found: CLASSES.get(found.group(), found.group()), translated)
    try:
        return re.compile(translated, re.IGNORECASE if ignore_case else 0)
    except re.error as problem:
        raise Beyond(f"regular expression {pattern}: {problem}") from None


def matches_of(found: re.Match[str]) -> Table:
    """$Matches: the whole, the groups that took part; .NET numbers those without a name first."""
    named = {number: name for name, number in found.re.groupindex.items()}
    unnamed = [number for number in range(1, found.re.groups + 1) if number not in named]
    entries: dict[Any, Any] = {
        at: found[number] for at, number in enumerate(unnamed, 1) if found[number] is not None
    }
    entries |= {name: found[number] for number, name in named.items() if found[number] is not None}
    return Table({**entries, 0: found.group()})


def replace(pattern: re.Pattern[str], text: str, replacement: str) -> str:
    """-replace with .NET's $1, ${name}, $& and $$."""

    def expand(found: re.Match[str]) -> str:
        def one(token: re.Match[str]) -> str:
            dollar, whole, number, name = token.groups()
            if dollar:
                return "$"
            if whole:
                return found.group()
            try:
                return found.group(int(number) if number else int(name) if name.isdigit() else name) or ""
            except (IndexError, KeyError):
                return token.group()

        return REPLACEMENT.sub(one, replacement)

    return pattern.sub(expand, text)


@lru_cache(maxsize=2000)
def wildcard(pattern: str, ignore_case: bool = True) -> re.Pattern[str]:
    """A -like pattern: * ? [a-z] and ` before a literal character."""
    pieces = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        close = pattern.find("]", at + 2)
        if character == "`" and at + 1 < len(pattern):
            at += 1
            pieces.append(re.escape(pattern[at]))
        elif character == "*":
            pieces.append(".*")
        elif character == "?":
            pieces.append(".")
        elif character == "[" and close > 0:
            pieces.append("[" + pattern[at + 1 : close].replace("\\", "\\\\").replace("^", r"\^") + "]")
            at = close
        else:
            pieces.append(re.escape(character))
        at += 1
    return re.compile("".join(pieces) + r"\Z", (re.IGNORECASE if ignore_case else 0) | re.DOTALL)


def like(text: str, pattern: str) -> bool:
    """Whether a wildcard pattern covers the whole text, without case."""
    return wildcard(pattern).match(text) is not None


def is_wildcard(pattern: str) -> bool:
    """Whether the text has a wildcard in it."""
    return any(character in pattern for character in "*?[")
