"""Command tables in which words may be shortened, as at the prompt of IOS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


class CommandError(Exception):
    """What the device prints instead of doing anything."""


@dataclass(frozen=True, slots=True)
class Command:
    """``words``: literals, ``<one>`` for any word, ``<rest…>`` for the remaining text."""

    words: tuple[str, ...]
    run: Callable[..., str | None]

    def fits(self, given: Sequence[str]) -> bool:
        """Whether the words given so far could begin this command."""
        for position, word in enumerate(given):
            if position >= len(self.words):
                return self.words[-1].endswith("…>")
            wanted = self.words[position]
            if wanted.endswith("…>"):
                return True
            if not wanted.startswith("<") and not wanted.startswith(word.lower()):
                return False
        return True


def command(text: str, run: Callable[..., str | None]) -> Command:
    return Command(tuple(text.split(" ")), run)


def find(table: Sequence[Command], line: str) -> tuple[Command, list[str]]:
    """The command that a line means, and its arguments; a CommandError says what IOS would."""
    given = line.split()
    fitting = list(table)
    for count in range(1, len(given) + 1):
        narrowed = _exact(fitting, given, count)
        if not narrowed:
            raise CommandError(f"{' ' * _column(line, count)}^\n% Invalid input detected at '^' marker.\n")
        fitting = narrowed
    whole = [each for each in fitting if _is_whole(each, given)]
    if not whole:
        raise CommandError("% Incomplete command.\n")
    if len(whole) > 1:
        raise CommandError(f'% Ambiguous command:  "{line.strip()}"\n')
    return whole[0], _arguments(whole[0], line)


def next_words(table: Sequence[Command], line: str) -> list[str]:
    """What could come next: the answer to a question mark."""
    given = line.split()
    whole, part = (given, "") if not line or line.endswith(" ") else (given[:-1], given[-1])
    found = {
        each.words[len(whole)]
        for each in table
        if len(each.words) > len(whole) and each.fits(whole) and each.words[len(whole)].startswith(part)
    }
    return sorted(found)


def _exact(fitting: Sequence[Command], given: Sequence[str], count: int) -> list[Command]:
    """Those that fit ``count`` words; a word spelled in full wins over those that it shortens."""
    narrowed = [each for each in fitting if each.fits(given[:count])]
    word = given[count - 1].lower()
    full = [each for each in narrowed if len(each.words) >= count and each.words[count - 1] == word]
    return full or narrowed


def _is_whole(each: Command, given: Sequence[str]) -> bool:
    if each.words[-1].endswith("…>"):
        return len(given) >= len(each.words)
    return len(given) == len(each.words)


def _arguments(found: Command, line: str) -> list[str]:
    if not found.words[-1].endswith("…>"):
        given = line.split()
    else:
        given = line.split(maxsplit=len(found.words) - 1)
    return [word for wanted, word in zip(found.words, given, strict=False) if wanted.startswith("<")]


def _column(line: str, count: int) -> int:
    """Where the word of that number begins."""
    at = 0
    for word in line.split()[:count]:
        at = line.index(word, at) + len(word)
    return at - len(line.split()[count - 1])
