"""Asking only for what is not so yet: Samba ignores the permissive control for links such as members."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from unyo.core.directory import Entry, Modify
from unyo.core.dn import fold_dn

_NO_SUCH_VALUE, _VALUE_EXISTS, _UNWILLING, _EXISTS = 16, 20, 53, 68
_LINK = re.compile(r"(already exists|already deleted|doesn't exist) for target GUID")

Read = Callable[[str, list[str]], Entry | None]


def too_wide(write: Modify, result: Mapping[str, Any]) -> bool:
    """True if the refusal (nothing was changed) may only mean that a part of the change is there already."""
    if not write.add and not write.remove:
        return False
    code = result["result"]
    if code in (_UNWILLING, _EXISTS):
        return _LINK.search(str(result.get("message"))) is not None
    return code in (_NO_SUCH_VALUE, _VALUE_EXISTS)


def narrowed(write: Modify, read: Read) -> Modify:
    """The same change without added values that are there and removed ones that are not."""
    names = [*write.add, *write.remove]
    entry = read(write.dn, names)
    if entry is None:
        return write
    held = {name: {_folded(value) for value in entry.attributes.get(name, ())} for name in names}
    add = {
        name: tuple(value for value in values if _folded(value) not in held[name])
        for name, values in write.add.items()
    }
    remove = {
        name: tuple(value for value in values if _folded(value) in held[name])
        for name, values in write.remove.items()
    }
    return replace(write, add=add, remove=remove)


def _folded(value: str) -> str:
    return fold_dn(value) if "=" in value else value.casefold()
