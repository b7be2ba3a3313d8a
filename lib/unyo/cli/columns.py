"""How wide the columns of a table are: dates, names and numbers are not cut where the screen allows it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

LONGEST_WORD = 20
"""Longer words (paths, digests) are folded rather than let them push the others aside."""
_WORD = re.compile(r"[\x21-\x7e]+")


def widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """One width per column, its heading among its cells; None where they fit anyway, or never can.

    The widest gives way first, down to its longest word. Japanese may be broken anywhere.
    """
    wanted = [max(map(_longest_line, cells)) for cells in columns]
    least = [max(map(_longest_word, cells)) for cells in columns]
    if sum(wanted) <= room or sum(least) > room:
        return None
    while sum(wanted) > room:
        widest = max(range(len(wanted)), key=lambda at: (wanted[at] > least[at], wanted[at]))
        wanted[widest] -= 1
    return wanted


def _longest_line(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _longest_word(text: str) -> int:
    words = [min(len(word), LONGEST_WORD) for word in _WORD.findall(text)]
    # Two cells hold one character of Japanese.
    return max([*words, min(2, cell_len(text))])
