"""Tables of what a freshly installed Windows has."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from unyo.lab.terminals.machine.identity import Locale


def lines(name: str) -> Iterator[str]:
    """The lines of a table; those that begin with # are comments."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from (line for line in text.splitlines() if line and not line.startswith("#"))


def rows(name: str) -> Iterator[list[str]]:
    """The cells of each line."""
    for line in lines(name):
        yield [cell.strip() for cell in line.split("|")]


def worded(english: str, japanese: str, locale: Locale) -> str:
    """The Japanese text on Japanese machines where there is one."""
    return japanese if locale == "ja-JP" and japanese else english
