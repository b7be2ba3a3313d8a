"""Site rules kept as data: YAML files, the site's own before the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.settings import shipped


class PolicyFiles:
    """The Policies tool: ``inventory/policies/NAME.yml`` of the site, else the one that came with unyo."""

    def __init__(self, site: Path) -> None:
        self._places = (site / "policies", shipped("inventory") / "policies")
        self._read: dict[Path, tuple[int, Mapping[str, Any]]] = {}

    def path(self, name: str) -> Path:
        for place in self._places:
            if (place / f"{name}.yml").is_file():
                return place / f"{name}.yml"
        raise _bad(
            name, "there is no such policy file", "そのポリシーファイルがありません", str(self._places[0])
        )

    def load(self, name: str) -> Mapping[str, Any]:
        """Parsed once for as long as the file stays as it is."""
        path = self.path(name)
        changed = path.stat().st_mtime_ns
        known = self._read.get(path)
        if known is None or known[0] != changed:
            known = self._read[path] = (changed, _parsed(path))
        return known[1]


def _parsed(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad(str(path), "cannot be read", "読めません", str(error)) from error
    if not isinstance(loaded, dict):
        raise _bad(str(path), "is not a mapping", "キーと値の形式ではありません", type(loaded).__name__)
    return loaded


def _bad(target: str, en: str, ja: str, detail: str) -> BadSetting:
    return BadSetting(
        "policy.file",
        Text(en, ja),
        Text(
            "mend the file, or remove it to use the shipped one", "ファイルを直すか、削除して標準のものを使う"
        ),
        target=target,
        detail=detail,
    )
