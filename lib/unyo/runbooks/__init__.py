"""The work: one file, one runbook, named by its place (``accounts.provision``)."""

from __future__ import annotations

import difflib
import importlib
import inspect
from pathlib import Path
from typing import Any

from unyo.core.errors import BadSetting, NotFound
from unyo.core.runbook import Runbook
from unyo.core.text import Text


def add_runbook_directory(place: Path) -> None:
    """Look for runbooks below another directory too: ``place/<domain>/<verb>.py``."""
    if not place.is_dir():
        raise BadSetting(
            "runbooks.directory",
            Text("the runbook directory does not exist", "作業手順のフォルダがありません"),
            Text("mend runbook_directories in the settings", "設定 runbook_directories を直す"),
            target=str(place),
        )
    if str(place) not in __path__:
        __path__.append(str(place))


def runbook_names() -> list[str]:
    """All runbooks by the names of their files; none is loaded."""
    names = set()
    for root in __path__:
        for file in Path(root).glob("*/*.py"):
            if not file.stem.startswith("_") and not file.parent.name.startswith("_"):
                names.add(f"{file.parent.name}.{file.stem}")
    return sorted(names)


def load(name: str) -> Runbook[Any]:
    """The runbook of that name; NotFound with what is near, BadSetting where its file is no runbook."""
    names = runbook_names()
    if name not in names:
        near = ", ".join(difflib.get_close_matches(name, names, 3, 0.4) or names)
        raise NotFound(
            "runbook.unknown",
            Text("there is no such runbook", "その名前の作業手順はありません"),
            Text(f"near: {near}", f"近い名前: {near}"),
            target=name,
        )
    _extend_domain(name.partition(".")[0])
    module = importlib.import_module(f"{__name__}.{name}")
    found = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Runbook) and kind.__module__ == module.__name__ and not inspect.isabstract(kind)
    ]
    if len(found) != 1:
        raise BadSetting(
            "runbook.file",
            Text(
                f"the file defines {len(found)} runbooks, not one",
                f"ファイルに作業手順が {len(found)} 個あります(1個にする)",
            ),
            Text("one file is one runbook", "1ファイルに1つの作業手順を書く"),
            target=str(module.__file__),
        )
    made: Runbook[Any] = found[0]()
    return made


def _extend_domain(domain: str) -> None:
    """Let a site add runbooks to a domain that unyo ships."""
    package = importlib.import_module(f"{__name__}.{domain}")
    for root in __path__:
        place = str(Path(root) / domain)
        if Path(place).is_dir() and place not in package.__path__:
            package.__path__.append(place)
