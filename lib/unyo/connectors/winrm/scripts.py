"""The scripts as they are sent: found, completed by what they include, and whether they may be repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from unyo.core.errors import BadSetting, NotFound
from unyo.core.text import Text

_INCLUDE = re.compile(r"^#include ([a-z_]+)\.ps1$", re.MULTILINE)
_REPEATABLE = re.compile(r"^# Repeatable: (.+)$", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Script:
    """``repeatable`` are the modes in which it only reads; ``always`` where it never writes."""

    name: str
    text: str
    repeatable: frozenset[str]

    def may_repeat(self, parameters: Mapping[str, Any]) -> bool:
        """Whether running it twice for these parameters does no harm."""
        return "always" in self.repeatable or str(parameters.get("mode")) in self.repeatable


class ScriptShelf:
    """Scripts by name, out of the folders in order."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._scripts: dict[str, Script] = {}

    def take(self, name: str) -> Script:
        """The script ``name``; read once. NotFound where no folder has it."""
        if name not in self._scripts:
            text = self._read(name)
            found = _REPEATABLE.search(text)
            modes = frozenset(re.split(r",\s*", found.group(1).strip())) if found else frozenset()
            self._scripts[name] = Script(name, text, modes)
        return self._scripts[name]

    def _read(self, name: str) -> str:
        places = [folder / f"{name}.ps1" for folder in self._folders] if _NAME.fullmatch(name) else []
        place = next((place for place in places if place.is_file()), None)
        if place is None:
            raise NotFound(
                "terminals.script.unknown",
                Text(f"there is no script {name} for terminals", f"端末用スクリプト {name} がありません"),
                Text("check scripts/windows", "scripts/windows を確認する"),
                target=name,
            )
        try:
            text = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                "terminals.script.unreadable",
                Text("a script for terminals cannot be read", "端末用スクリプトを読めません"),
                Text("it must be a readable UTF-8 file", "読取り可能な UTF-8 ファイルにする"),
                target=str(place),
                detail=type(error).__name__,
            ) from None
        return _INCLUDE.sub(lambda match: self._included(match.group(1)), text)

    def _included(self, name: str) -> str:
        """A script that stands in a single-quoted here-string of another; nothing in it may end that."""
        text = self._read(name)
        if "\n'@" in text:
            raise BadSetting(
                "terminals.script.include",
                Text(f"{name} cannot be included", f"{name} は埋め込めません"),
                Text("begin no line of it with '@", "行頭に '@ を置かない"),
                target=name,
            )
        return text.rstrip("\n")


@cache
def bootstrap() -> str:
    """What runs first on the terminal and unpacks the envelope."""
    text = (Path(__file__).parent / "bootstrap.ps1").read_text(encoding="utf-8")
    return re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
