"""Rule packs and exceptions as YAML files, the site's own before the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from unyo.core.baseline import Exemption, Kind, Pack, Rule, Setting
from unyo.core.baseline_file import parse_exemptions, parse_pack
from unyo.core.errors import BadSetting, NotFound
from unyo.core.text import Text
from unyo.settings import shipped

_EXCEPTIONS = "exceptions"
_SHIPPED = "shipped/"


class BaselineFiles:
    """The Baselines tool: ``inventory/baselines/NAME.yml`` of the site, else the one that came with unyo.

    A file includes ``shipped/NAME`` where it means the shipped pack of the same name. The scripts of rules of
    kind script lie beside, ``scripts/NAME.read.ps1`` and ``scripts/NAME.write.ps1``. Everything is read again once
    any file has changed.
    """

    def __init__(self, site: Path) -> None:
        self._site = site / "baselines"
        self._shipped = shipped("inventory") / "baselines"
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._packs: dict[str, Pack] = {}
        self._rules: dict[str, Rule] | None = None

    def names(self) -> Sequence[str]:
        found = {path.stem for place in (self._shipped, self._site) for path in place.glob("*.yml")}
        return sorted(name for name in found if not name.startswith(_EXCEPTIONS))

    def pack(self, name: str) -> Pack:
        self._forget_if_changed()
        return self._load(name, ())

    def exceptions(self) -> Sequence[Exemption]:
        path = self._site / f"{_EXCEPTIONS}.yml"
        return parse_exemptions(_parsed(path), self.rules(), str(path)) if path.is_file() else ()

    def rules(self) -> Mapping[str, Rule]:
        self._forget_if_changed()
        if self._rules is None:
            self._rules = _one_meaning([self._load(name, ()) for name in self.names()])
        return self._rules

    def _load(self, name: str, waiting: tuple[str, ...]) -> Pack:
        if name not in self._packs:
            path = self._path(name)
            if name in waiting:
                raise _bad(str(path), f"includes itself: {' → '.join((*waiting, name))}")
            pack = parse_pack(name, _parsed(path), lambda other: self._load(other, (*waiting, name)))
            rules = tuple(_with_scripts(rule, path.parent / "scripts") for rule in pack.rules)
            self._packs[name] = replace(pack, rules=rules)
        return self._packs[name]

    def _path(self, name: str) -> Path:
        plain = name.removeprefix(_SHIPPED)
        places = (self._shipped,) if name.startswith(_SHIPPED) else (self._site, self._shipped)
        known = [path.stem for place in places for path in place.glob("*.yml")]
        if plain not in known or plain.startswith(_EXCEPTIONS):
            listed = ", ".join(self.names())
            raise NotFound(
                "baseline.unknown",
                Text("there is no such rule pack", "そのルールパックはありません"),
                Text(f"packs: {listed}", f"使えるパック: {listed}"),
                target=name,
            )
        return next(place / f"{plain}.yml" for place in places if (place / f"{plain}.yml").is_file())

    def _forget_if_changed(self) -> None:
        places = [
            (place, kind) for place in (self._site, self._shipped) for kind in ("*.yml", "scripts/*.ps1")
        ]
        files = sorted(path for place, kind in places for path in place.glob(kind))
        stamp = tuple((str(path), path.stat().st_mtime_ns) for path in files)
        if stamp != self._stamp:
            self._stamp, self._packs, self._rules = stamp, {}, None


def _with_scripts(rule: Rule, place: Path) -> Rule:
    """A rule of kind script with its scripts' texts in the place of their name; the texts are what it means."""
    if rule.setting.kind is not Kind.SCRIPT or "write" in dict(rule.setting.address):
        return rule
    name = rule.setting["read"]
    address = (
        ("read", _script(place / f"{name}.read.ps1")),
        ("write", _script(place / f"{name}.write.ps1")),
    )
    return replace(rule, setting=Setting(Kind.SCRIPT, address))


def _script(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(str(path), type(error).__name__) from error


def _one_meaning(packs: Sequence[Pack]) -> dict[str, Rule]:
    """All rules by id; an id that means two settings would let an undo write to the wrong one."""
    found: dict[str, tuple[Rule, str]] = {}
    for pack in packs:
        for rule in pack.rules:
            first, where = found.setdefault(rule.id, (rule, pack.name))
            if first.setting != rule.setting:
                raise _bad(f"{pack.name} {rule.id}", f"is another setting than in the pack {where}")
    return {identity: rule for identity, (rule, _) in found.items()}


def _parsed(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        # The parser in C: a pack has thousands of lines, and every plan reads it.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
        loaded = loader.get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad(str(path), str(error)) from error
    if not isinstance(loaded, dict):
        raise _bad(str(path), "is not a mapping")
    return loaded


def _bad(target: str, detail: str) -> BadSetting:
    return BadSetting(
        "baseline.file",
        Text("the rule pack cannot be used", "ルールパックを使用できません"),
        Text("mend the file as the answer says", "応答の内容に従ってファイルを直す"),
        target=target,
        detail=detail,
    )
