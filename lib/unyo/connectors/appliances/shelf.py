"""Finds a plug-in by its name: in the site's directories first, then among the shipped ones."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from unyo.connectors.appliances.plugin import Appliance
from unyo.core.errors import BadSetting
from unyo.core.text import Text

_SHIPPED = Path(__file__).with_name("plugins")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Shelf:
    """Plug-ins by name; each file is loaded once."""

    def __init__(self, places: Sequence[Path] = ()) -> None:
        self._places = (*places, _SHIPPED)
        self._loaded: dict[str, Appliance] = {}

    def names(self) -> list[str]:
        files = (file for place in self._places for file in place.glob("*.py"))
        return sorted({file.stem for file in files if _NAME.fullmatch(file.stem)})

    def take(self, name: str) -> Appliance:
        """BadSetting where there is no such plug-in, or its file is none."""
        if name not in self._loaded:
            self._loaded[name] = _made(self._file(name))
        return self._loaded[name]

    def _file(self, name: str) -> Path:
        if _NAME.fullmatch(name):
            for place in self._places:
                if (file := place / f"{name}.py").is_file():
                    return file
        known = ", ".join(self.names())
        raise BadSetting(
            "appliances.plugin",
            Text("there is no plug-in of this name", "この名前のプラグインはありません"),
            Text(
                f"known: {known}; writing one: docs/passwords.md",
                f"利用可能: {known}。作り方: docs/passwords.ja.md",
            ),
            target=name,
        )


def _made(file: Path) -> Appliance:
    module = _load(file)
    found = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Appliance) and kind.__module__ == module.__name__ and not inspect.isabstract(kind)
    ]
    if len(found) != 1 or not getattr(found[0], "by", ""):
        raise _bad(file, f"{len(found)} Appliance")
    made: Appliance = found[0]()
    return made


def _load(file: Path) -> ModuleType:
    if file.parent == _SHIPPED:
        return importlib.import_module(f"unyo.connectors.appliances.plugins.{file.stem}")
    name = f"unyo_appliance_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise _bad(file, "ImportError")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    # Whatever a site's own file does while it is read.
    except Exception as error:
        del sys.modules[name]
        raise _bad(file, type(error).__name__) from None
    return module


def _bad(file: Path, detail: str) -> BadSetting:
    return BadSetting(
        "appliances.plugin_file",
        Text(
            "the file is no plug-in: it must define one Appliance with `by`, `set` and `accepts`",
            "プラグインとして読めません(by・set・accepts を持つ Appliance を1つ定義する)",
        ),
        Text("compare it with the example in docs/passwords.md", "docs/passwords.ja.md の例と比べる"),
        target=str(file),
        detail=detail,
    )
