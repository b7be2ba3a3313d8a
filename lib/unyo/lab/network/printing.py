"""How an emulated switch prints configurations, and what stands behind a pipe."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unyo.lab.network.grammar import CommandError


def listing(lines: Sequence[str], head: str = "Building configuration...") -> str:
    text = "\n".join(lines) + "\n"
    first = (
        f"{head} {len(text)} out of 2097152 bytes" if head == "Using" else f"{head}\n\nCurrent configuration"
    )
    return f"{first} : {len(text)} bytes\n!\n{text}"


def piped(printed: str, pipe: str) -> str:
    word, _, wanted = pipe.partition(" ")
    lines = printed.splitlines(keepends=True)
    wanted = wanted.strip()
    if word and "include".startswith(word):
        return "".join(line for line in lines if re.search(wanted, line))
    if word and "exclude".startswith(word):
        return "".join(line for line in lines if not re.search(wanted, line))
    raise CommandError("% Invalid input detected at '^' marker.\n")
