"""WQL: the conditions of -Filter and the queries of -Query."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.powershell.values import Item

Condition = Callable[[Item], bool]
_TOKENS = re.compile(
    r"\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([A-Za-z_][\w]*)|(-?\d+(?:\.\d+)?)|(<=|>=|<>|!=|=|<|>|\(|\)))"
)
_QUERY = re.compile(r"\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+))?\s*\Z", re.I | re.S)


class BadQuery(ValueError):
    """Not WQL, or beyond what is understood here."""


def parse_query(text: str) -> tuple[str, list[str], str]:
    """Class, properties (empty: all) and condition of a query."""
    found = _QUERY.match(text)
    if found is None:
        raise BadQuery(text)
    names = [] if found[1].strip() == "*" else [name.strip() for name in found[1].split(",")]
    return found[2], names, found[3] or ""


def condition(text: str) -> Condition:
    """A condition as a function of an instance."""
    parser = _Parser(text)
    made = parser.either()
    if parser.at < len(parser.tokens):
        raise BadQuery(text)
    return made


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.text = text
        place = 0
        while place < len(text.rstrip()):
            found = _TOKENS.match(text, place)
            if found is None:
                raise BadQuery(text)
            kinds = ("text", "text", "word", "number", "sign")
            kind, value = next((k, v) for k, v in zip(kinds, found.groups(), strict=True) if v is not None)
            self.tokens.append((kind, re.sub(r"\\(.)", r"\1", value) if kind == "text" else value))
            place = found.end()

    def _next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise BadQuery(self.text)
        self.at += 1
        return self.tokens[self.at - 1]

    def _word(self, word: str) -> bool:
        if (
            self.at < len(self.tokens)
            and self.tokens[self.at][0] == "word"
            and self.tokens[self.at][1].lower() == word
        ):
            self.at += 1
            return True
        return False

    def either(self) -> Condition:
        left = self.both()
        while self._word("or"):
            left = _or(left, self.both())
        return left

    def both(self) -> Condition:
        left = self.single()
        while self._word("and"):
            left = _and(left, self.single())
        return left

    def single(self) -> Condition:
        if self._word("not"):
            inner = self.single()
            return lambda item: not inner(item)
        kind, name = self._next()
        if (kind, name) == ("sign", "("):
            inner = self.either()
            if self._next() != ("sign", ")"):
                raise BadQuery(self.text)
            return inner
        if kind != "word":
            raise BadQuery(self.text)
        _, sign = self._next()
        negated = False
        if sign.lower() == "is":
            negated = self._word("not")
            sign = "is"
        return _comparison(name, sign.lower(), self._next(), negated, self.text)


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item: left(item) and right(item)


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item: left(item) or right(item)


def _comparison(name: str, sign: str, token: tuple[str, str], negated: bool, text: str) -> Condition:
    wanted = _literal(*token)

    def holds(item: Item) -> bool:
        if name not in item:
            raise BadQuery(text)
        value = item[name]
        if sign == "is":
            return (value is None) != negated
        if value is None or wanted is None:
            return sign in ("!=", "<>") and value is not wanted
        if sign == "like":
            pattern = str(wanted).lower().replace("%", "*").replace("_", "?")
            return fnmatchcase(str(value).lower(), pattern)
        return _compare(sign, value, wanted, text)

    return holds


def _literal(kind: str, value: str) -> Any:
    if kind == "sign":
        raise BadQuery(value)
    if kind == "number":
        return float(value) if "." in value else int(value)
    if kind == "word":
        known = {"true": True, "false": False, "null": None}
        if value.lower() not in known:
            raise BadQuery(value)
        return known[value.lower()]
    return value


def _compare(sign: str, value: Any, wanted: Any, text: str) -> bool:
    left: Any = value.lower() if isinstance(value, str) else value
    right: Any = wanted.lower() if isinstance(wanted, str) else wanted
    if isinstance(left, str) != isinstance(right, str):
        left, right = str(left).lower(), str(right).lower()
    match sign:
        case "=":
            return bool(left == right)
        case "!=" | "<>":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case ">":
            return bool(left > right)
        case "<=":
            return bool(left <= right)
        case ">=":
            return bool(left >= right)
    raise BadQuery(text)
