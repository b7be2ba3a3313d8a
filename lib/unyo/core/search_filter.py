"""Search filters as tests on an entry held in memory: and, or, not, presence, equality (RFC 4515)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Held = Mapping[str, tuple[str, ...]]
"""An entry's attributes by lower-case name."""

Test = Callable[[Held], bool]

_ESCAPED = re.compile(r"\\([0-9a-fA-F]{2})")


def parse_filter(text: str) -> Test:
    """The test that a filter stands for; ValueError for kinds that unyo itself never writes."""
    if not (text.startswith("(") and text.endswith(")")):
        raise ValueError(f"not a filter: {text!r}")
    inner = text[1:-1]
    if inner[:1] in ("&", "|", "!"):
        return _joined(inner[0], _split(inner[1:]))
    name, sign, value = inner.partition("=")
    if not sign or name[-1:] in ("<", ">", "~", ":") or (value != "*" and "*" in value):
        raise ValueError(f"a filter that cannot be tried in memory: {text!r}")
    return _present(name.lower()) if value == "*" else _equal(name.lower(), [_plain(value)])


def _joined(sign: str, parts: list[str]) -> Test:
    if sign == "|":
        one_of = _one_of(parts)
        if one_of is not None:
            return one_of
    tests = [parse_filter(part) for part in parts]
    if sign == "!":
        return lambda held: not tests[0](held)
    join = all if sign == "&" else any
    return lambda held: join(test(held) for test in tests)


def _one_of(parts: list[str]) -> Test | None:
    """Many values of one attribute as one look into a set: batches ask for a hundred names at once."""
    pairs = [part[1:-1].partition("=") for part in parts]
    names = {name.lower() for name, _, _ in pairs}
    if len(names) != 1 or any(part[1:2] in ("&", "|", "!") for part in parts):
        return None
    if any("*" in value for _, _, value in pairs):
        return None
    return _equal(names.pop(), [_plain(value) for _, _, value in pairs])


def _present(name: str) -> Test:
    return lambda held: bool(held.get(name))


def _equal(name: str, values: list[str]) -> Test:
    wanted = set(values)
    if name == "objectcategory":
        return lambda held: any(_category(value) in wanted for value in held.get(name, ()))
    return lambda held: any(value.casefold() in wanted for value in held.get(name, ()))


def _category(value: str) -> str:
    """The short form under which a category's DN may be asked for."""
    return value.casefold().removeprefix("cn=").partition(",")[0]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).casefold()


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            parts.append(text[start : place + 1])
            start = place + 1
    return parts
