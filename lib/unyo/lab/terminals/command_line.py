"""Command lines as cmd.exe and Windows programs take them apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLAIN, _QUOTED, _SLASHES = (re.compile(text) for text in (r'[^\\" \t]+', r'[^\\"]+', r"\\*"))


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a cmd line and what joined it to the one before: ``&``, ``&&``, ``||`` or nothing."""

    joined: str
    text: str


def steps(line: str) -> list[Step]:
    """The commands of a line; quoted text and text behind ^ joins nothing."""
    found: list[Step] = []
    joined, start, at, quoted = "", 0, 0, False
    while at < len(line):
        sign = line[at]
        if sign == '"':
            quoted = not quoted
        elif sign == "^" and not quoted:
            at += 1
        elif not quoted and (mark := _mark(line, at)):
            found.append(Step(joined, line[start:at].lstrip()))
            joined, at, start = mark, at + len(mark) - 1, at + len(mark)
        at += 1
    return [*found, Step(joined, line[start:].lstrip())]


def pipes_or_redirects(text: str) -> bool:
    """Whether a command has ``|``, ``<`` or ``>`` outside of quotes."""
    return any(sign in "|<>" for sign in re.sub(r'"[^"]*"|\^.', "", text))


def words(text: str) -> list[str]:
    """A command's words as the C runtime gives them to a program."""
    found: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at] in " \t":
            at += 1
        if at >= len(text):
            return found
        word, at = _word(text, at)
        found.append(word)


def _mark(line: str, at: int) -> str:
    if line.startswith(("&&", "||"), at):
        return line[at : at + 2]
    return "&" if line[at] == "&" and (at == 0 or line[at - 1] not in "<>") else ""


def _word(text: str, at: int) -> tuple[str, int]:
    word, quoted = "", False
    while at < len(text) and (quoted or text[at] not in " \t"):
        plain = (_QUOTED if quoted else _PLAIN).match(text, at)
        if plain is not None:
            word += plain.group()
            at = plain.end()
            continue
        slashes = _SLASHES.match(text, at).end() - at  # type: ignore[union-attr]
        if text[at + slashes : at + slashes + 1] == '"' and slashes:
            word += "\\" * (slashes // 2) + ('"' if slashes % 2 else "")
            at += slashes + slashes % 2
        elif slashes:
            word += "\\" * slashes
            at += slashes
        else:
            quoted = not quoted
            at += 1
    return word, at
