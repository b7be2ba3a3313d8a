"""Test-Path over many drives: each provider says whether something is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Exists = Callable[[Any, str, str], bool]
EXISTS: dict[str, Exists] = {}
FILE_SYSTEM = "filesystem"


def path_test(*drives: str) -> Callable[[Exists], Exists]:
    """Register `exists(machine, path, kind)` for drives ("hklm", "cert") or FILE_SYSTEM; kind: any, container, leaf."""

    def register(work: Exists) -> Exists:
        for drive in drives:
            EXISTS[drive.lower()] = work
        return work

    return register


def find_test(path: str) -> Exists | None:
    """The provider of a path: by its drive or its provider's prefix (Registry::…), else the file system."""
    head = path.split("::", 1)[0] if "::" in path else path.split(":", 1)[0] if ":" in path else ""
    head = head.rsplit("\\", 1)[-1].lower()
    return EXISTS.get(head) or EXISTS.get(FILE_SYSTEM)
