"""Read PowerShell literals: hashtables, arrays, strings, numbers, booleans; anything else is `OPAQUE`."""

from __future__ import annotations

import re
from typing import Any, Final


class Opaque:
    """An expression that is not a literal."""

    def __repr__(self) -> str:
        return "OPAQUE"


OPAQUE: Final = Opaque()

_SKIP = re.compile(r"(?:[\s;]|`\r?\n|<#.*?#>|#[^\n]*)+", re.S)
_BLANK = re.compile(r"(?:[ \t]|`\r?\n)+")
_STRING = re.compile(r"'((?:[^']|'')*)'|\"([^\"$`]*)\"")
_KEY = re.compile(r"[A-Za-z_][\w-]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\b")
_CONSTANT = re.compile(r"\$(true|false|null)\b", re.I)
_CAST = re.compile(r"\[[\w.]+(?:\[\])?\]")
_CONSTANTS = {"true": True, "false": False, "null": None}
_PAIRS = {"(": ")", "{": "}", "[": "]"}


class Reader:
    """A cursor over script text."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def _skip(self, pattern: re.Pattern[str] = _SKIP) -> None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()

    def _take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def value(self) -> Any:
        """One expression: a single literal or several with commas between."""
        found = self.argument()
        if not self._ended():
            self._leave_expression()
            return OPAQUE
        return found

    def argument(self) -> Any:
        """The same as a command's argument, which other words may follow."""
        first = self._single()
        items = [first]
        while True:
            mark = self.at
            self._skip(_BLANK)
            if not self._take(","):
                self.at = mark
                break
            self._skip()
            items.append(self._single())
        return items if len(items) > 1 else first

    def _ended(self) -> bool:
        mark = self.at
        self._skip(_BLANK)
        ended = self.at >= len(self.text) or self.text[self.at] in "\r\n;})#"
        self.at = mark
        return ended

    def _single(self) -> Any:
        self._skip(_BLANK)
        if self._take("@{"):
            return self._table()
        if self._take("@("):
            return self._array()
        if found := _STRING.match(self.text, self.at):
            self.at = found.end()
            return found[1].replace("''", "'") if found[1] is not None else found[2]
        if found := _CONSTANT.match(self.text, self.at):
            self.at = found.end()
            return _CONSTANTS[found[1].lower()]
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            return float(found[0]) if "." in found[0] else int(found[0])
        if found := _CAST.match(self.text, self.at):
            mark, self.at = self.at, found.end()
            if self.text[self.at : self.at + 1] in "@'\"$":
                return self._single()
            self.at = mark
        if self._take("("):
            return self._bracketed()
        self._leave_expression()
        return OPAQUE

    def _bracketed(self) -> Any:
        self._skip()
        found = self.value()
        self._skip()
        if not self._take(")"):
            self._leave_expression()
            return OPAQUE
        return found

    def _table(self) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while True:
            self._skip()
            if self._take("}") or self.at >= len(self.text):
                return table
            key = _STRING.match(self.text, self.at) or _KEY.match(self.text, self.at)
            if key is None:
                self._leave_expression()
                continue
            self.at = key.end()
            self._skip()
            self._take("=")
            self._skip()
            table[key[0].strip("'\"")] = self.value()

    def _array(self) -> list[Any]:
        items: list[Any] = []
        while True:
            self._skip()
            if self._take(")") or self.at >= len(self.text):
                return items
            if self._take(","):
                # A leading comma wraps what follows; between elements it only separates.
                continue
            found = self.value()
            several = isinstance(found, list) and not self._was_one_array(found)
            items.extend(found) if several else items.append(found)

    def _was_one_array(self, found: list[Any]) -> bool:
        """Whether the list came from one nested ``@( … )`` and so is an element itself."""
        return self.text[self.at - 1] == ")" and not any(isinstance(item, list) for item in found)

    def _leave_expression(self) -> None:
        """Go to the end of an expression that is not a literal, over brackets and strings."""
        closing: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            if not closing and letter in "\r\n;})":
                return
            if letter in "'\"":
                quote = self.text.find(letter, self.at + 1)
                self.at = len(self.text) if quote < 0 else quote
            elif letter in _PAIRS:
                closing.append(_PAIRS[letter])
            elif closing and letter == closing[-1]:
                closing.pop()
            self.at += 1


def literal_at(text: str, at: int) -> Any:
    """The literal that begins at this position."""
    return Reader(text, at).value()


def argument_at(text: str, at: int) -> Any:
    """The literal argument of a command that begins at this position."""
    return Reader(text, at).argument()
