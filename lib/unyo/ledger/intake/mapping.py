"""The mapping file: what a site says about one of its files where detection should not decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from unyo.core.errors import BadInput
from unyo.core.person import Standing
from unyo.core.text import Text
from unyo.ledger.intake.characters import fold
from unyo.ledger.intake.decoding import known_encoding
from unyo.ledger.intake.headings import FIELDS
from unyo.ledger.intake.words import PostKind

NameOrder = Literal["family_first", "given_first"]
_DELIMITERS = {"comma": ",", ",": ",", "tab": "\t", "\t": "\t", "semicolon": ";", ";": ";"}
_ORDERS: Mapping[str, NameOrder] = {"family_first": "family_first", "given_first": "given_first"}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Everything may be left out; what is given wins over detection.

    ``columns`` maps a field to its heading, to its position (1 = first column), or to None for "do not
    use". ``digits`` gives the width to which all-digit codes are padded; 0 leaves them as they are.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str | int | None] = field(default_factory=dict)
    name_order: NameOrder | None = None
    kana_order: NameOrder | None = None
    standing_words: Mapping[str, Standing | None] = field(default_factory=dict)
    order_words: Mapping[str, Standing | None] = field(default_factory=dict)
    post_words: Mapping[str, PostKind] = field(default_factory=dict)
    characters: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the mapped file is about: its fields with their usual headings, and the example of a mapping."""

    fields: Mapping[str, tuple[str, ...]]
    example: str


PEOPLE = Subject(FIELDS, "inventory/people/columns.example.yml")


def load_mapping(path: Path, subject: Subject = PEOPLE) -> ColumnMapping:
    """Read a mapping file (YAML, UTF-8); every wrong key or value raises BadInput that names it."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split())
        what = Text("the mapping file cannot be read", "対応表を読み取れません")
        raise _wrong(str(path), what, [], subject, problem) from None
    return mapping_from(data or {}, str(path), subject)


def mapping_from(data: object, where: str, subject: Subject = PEOPLE) -> ColumnMapping:
    """Validate what a mapping file holds."""
    if not isinstance(data, dict):
        what = Text("not a table of settings", "設定の表になっていません")
        raise _wrong(where, what, sorted(_READERS), subject)
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in _READERS:
            what = Text(f"unknown setting {key!r}", f"不明な設定 {key!r} があります")
            raise _wrong(where, what, sorted(_READERS), subject)
        reader, allowed = _READERS[key]
        if key == "columns":
            allowed = [f"{name}: {words[0]}" for name, words in subject.fields.items()]
        try:
            values[key] = None if value is None else reader(value)
            if key == "columns" and value is not None:
                _refuse_unknown_fields(value, subject)
        except (ValueError, TypeError, KeyError, AttributeError):
            what = Text(f"{key}: {value!r} cannot be used", f"{key}: {value!r} は使えません")
            raise _wrong(where, what, allowed, subject) from None
    return ColumnMapping(**{key: value for key, value in values.items() if value is not None})


def _encoding(value: Any) -> str:
    known = known_encoding(str(value))
    if known is None:
        raise ValueError(value)
    return known


def _columns(value: Any) -> dict[str, str | int | None]:
    for name, heading in value.items():
        if isinstance(heading, bool) or not isinstance(heading, str | int | None):
            raise ValueError(name)
        if isinstance(heading, int) and heading < 1:
            raise ValueError(name)
    return dict(value)


def _refuse_unknown_fields(columns: Mapping[str, Any], subject: Subject) -> None:
    for name in columns:
        if name not in subject.fields:
            raise ValueError(name)


def _standings(value: Any) -> dict[str, Standing]:
    return {fold(str(word)): Standing(meaning) for word, meaning in value.items()}


def _order_words(value: Any) -> dict[str, Standing | None]:
    return {
        fold(str(word)): None if meaning in (None, "none") else Standing(meaning)
        for word, meaning in value.items()
    }


def _post_words(value: Any) -> dict[str, PostKind]:
    return {fold(str(word)): PostKind(meaning) for word, meaning in value.items()}


def _characters(value: Any) -> dict[str, str]:
    if not all(isinstance(character, str) and len(character) == 1 for character in value):
        raise ValueError(value)
    return {character: character if new == "keep" else str(new or "") for character, new in value.items()}


def _digits(value: Any) -> dict[str, int]:
    codes = ("staff_number", "department_code", "parent_code")
    if not all(name in codes and type(width) is int and 0 <= width <= 20 for name, width in value.items()):
        raise ValueError(value)
    return dict(value)


def _row(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


_STANDING_NAMES = [standing.value for standing in Standing]
_READERS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "encoding": (_encoding, ["cp932", "utf-8", "utf-16-le", "utf-16-be", "euc_jp", "iso2022_jp"]),
    "delimiter": (lambda value: _DELIMITERS[value], ["comma", "tab", "semicolon"]),
    "sheet": (str, ["職員一覧"]),
    "header_row": (_row, ["1", "2", "3"]),
    "columns": (_columns, []),
    "name_order": (lambda value: _ORDERS[value], list(_ORDERS)),
    "kana_order": (lambda value: _ORDERS[value], list(_ORDERS)),
    "standing_words": (_standings, [f"WORD: {name}" for name in _STANDING_NAMES]),
    "order_words": (_order_words, [f"WORD: {name}" for name in [*_STANDING_NAMES, "none"]]),
    "post_words": (_post_words, [f"WORD: {kind.value}" for kind in PostKind]),
    "characters": (_characters, ["①: (1)", "髙: keep"]),
    "digits": (_digits, ["staff_number: 6", "department_code: 5", "parent_code: 5"]),
}


def _wrong(
    where: str, what: Text, allowed: list[str], subject: Subject, detail: str | None = None
) -> BadInput:
    listed = ", ".join(allowed) or "columns:\n  staff_number: 職員番号"
    return BadInput(
        "people.mapping",
        what,
        Text(
            f"allowed are: {listed} (example: {subject.example})",
            f"使えるもの: {listed} (記入例: {subject.example})",
        ),
        target=where,
        detail=detail,
    )
