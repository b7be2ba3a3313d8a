"""Reads a policy's keys one by one and names the first wrong one by its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.distribution import Value
from unyo.core.errors import BadSetting, NotFound
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class Reader:
    """One mapping of a policy; ``place`` is where it stands (``distribution.yml systems[2].columns[1]``)."""

    mapped: Mapping[str, Any]
    place: str

    def has(self, key: str) -> bool:
        return self.mapped.get(key) is not None

    def only(self, *keys: str) -> None:
        for key in self.mapped:
            if key not in keys:
                known = ", ".join(keys)
                raise self.wrong(
                    key, f"there is no such key; known: {known}", f"不明なキーです(使用可: {known})"
                )

    def text(self, key: str, usual: str | None = None) -> str:
        value = self.mapped.get(key)
        if value is None and usual is not None:
            return usual
        return self._text(key, value)

    def texts(self, key: str, usual: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.mapped.get(key)
        if value is None and usual is not None:
            return usual
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list", "一覧形式で指定します")
        return tuple(self._text(key, item) for item in value)

    def texts_by_key(self, key: str) -> dict[str, str]:
        return {self._text(key, k): self._text(key, v, True) for k, v in self._mapping(key).items()}

    def mapping(self, key: str) -> dict[str, Value]:
        inner = self.inner(key)
        return {name: inner.value(name) for name in inner.mapped}

    def is_mapping(self, key: str) -> bool:
        return isinstance(self.mapped.get(key), Mapping)

    def value(self, key: str) -> Value:
        value = self.mapped.get(key)
        return value if value is None or isinstance(value, bool) else self._text(key, value, True)

    def choice(self, key: str, allowed: Sequence[str], usual: str | None = None) -> str:
        return self.one_of(key, self.text(key, usual), allowed)

    def one_of(self, key: str, value: str, allowed: Sequence[str]) -> str:
        if value not in allowed:
            listed = ", ".join(allowed)
            raise self.wrong(
                key, f"{value!r} is none of: {listed}", f"「{value}」は使えません(使用可: {listed})"
            )
        return value

    def truth(self, key: str, usual: bool) -> bool:
        value = self.mapped.get(key, usual)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false", "true か false を指定します")
        return value

    def number(self, key: str, usual: float) -> float:
        value = self.mapped.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.wrong(key, "must be a number, 0 or more", "0 以上の数値を指定します")
        return float(value)

    def inner(self, key: str) -> Reader:
        return Reader(self._mapping(key), f"{self.place}.{key}")

    def items(self, key: str) -> list[Reader]:
        value = self.mapped.get(key)
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.wrong(key, "must be a list of mappings", "項目(キーと値)の一覧を指定します")
        return [Reader(item, f"{self.place} {key}[{i}]") for i, item in enumerate(value, 1)]

    def distinct(self, key: str, names: Sequence[str]) -> None:
        for name in names:
            if names.count(name) > 1:
                raise self.wrong(key, f"{name!r} stands there twice", f"「{name}」が重複しています")

    def wrong(self, key: str, en: str, ja: str) -> BadSetting:
        return BadSetting(
            "distribution.policy",
            Text(f"{key}: {en}", f"{key}: {ja}"),
            Text(
                "mend distribution.yml (docs/distribution.md)",
                "distribution.yml を修正する(docs/distribution.ja.md)",
            ),
            target=self.place,
        )

    def no_system(self, name: str, known: Sequence[str]) -> NotFound:
        listed = ", ".join(known)
        return NotFound(
            "distribution.no_system",
            Text(f"no system is called {name!r}", f"「{name}」というシステムは登録されていません"),
            Text(f"choose one of: {listed}", f"次から選ぶ: {listed}"),
            target=self.place,
        )

    def _mapping(self, key: str) -> Mapping[str, Any]:
        value = self.mapped.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.wrong(key, "must be a mapping", "キーと値で指定します")
        return value

    def _text(self, key: str, value: object, may_be_empty: bool = False) -> str:
        if isinstance(value, str) and (value or may_be_empty):
            return value
        if value is None or value == "":
            raise self.wrong(key, "a value is missing", "値がありません")
        # YAML turns 0123 into a number and yes into true: only quotes keep what was written.
        raise self.wrong(key, f"write {value!r} in quotes", f"{value!r} は引用符で囲みます")
