"""What a terminal must be like before a person gets it: the policy ``preparation``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.terminal import Place
from unyo.core.text import Text
from unyo.core.tools import Tools


@dataclass(frozen=True, slots=True)
class Program:
    """One program; ``name`` is what the list of installed programs shows."""

    name: str
    path: str
    arguments: str = ""
    product_id: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "path": self.path,
            "arguments": self.arguments,
            "product_id": self.product_id,
        }


@dataclass(frozen=True, slots=True)
class Queue:
    """One printer queue and the place whose terminals have it; an empty part of the place is any."""

    name: str
    address: str
    driver: str
    place: Place

    def stands_in(self, place: Place) -> bool:
        mine = (self.place.site, self.place.floor, self.place.room)
        return all(
            not own or own == other
            for own, other in zip(mine, (place.site, place.floor, place.room), strict=True)
        )


@dataclass(frozen=True, slots=True)
class PreparationPolicy:
    """The site's policy."""

    domain: str
    ou: str
    join_user: str
    join_secret: str
    keep_sids: tuple[str, ...]
    shared_folders: tuple[str, ...]
    software: tuple[Program, ...]
    printers: tuple[Queue, ...]


def preparation_policy(tools: Tools) -> PreparationPolicy:
    """BadSetting names what in the file cannot be used."""
    values = tools.policies.load("preparation")
    try:
        found = PreparationPolicy(
            domain=str(values.get("domain") or ""),
            ou=str(values.get("ou") or ""),
            join_user=str(values.get("join_user") or ""),
            join_secret=str(values.get("join_secret") or "terminals/join"),
            keep_sids=tuple(str(sid) for sid in values.get("keep_sids") or ()),
            shared_folders=tuple(str(folder) for folder in values.get("shared_folders") or ()),
            software=tuple(_program(item) for item in values.get("software") or ()),
            printers=tuple(_queue(item) for item in values.get("printers") or ()),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _bad(f"a value is missing or misplaced: {error}", f"値の不足または誤り: {error}") from error
    if found.domain and not found.join_user:
        raise _bad("domain needs join_user", "domain には join_user が必要です")
    return found


def _program(item: Mapping[str, Any]) -> Program:
    return Program(
        str(item["name"]), str(item["path"]), str(item.get("arguments", "")), str(item.get("product_id", ""))
    )


def _queue(item: Mapping[str, Any]) -> Queue:
    place = Place(str(item.get("site", "")), str(item.get("floor", "")), str(item.get("room", "")))
    return Queue(str(item["name"]), str(item["address"]), str(item["driver"]), place)


def _bad(en: str, ja: str) -> BadSetting:
    return BadSetting(
        "preparation.policy",
        Text(en, ja),
        Text("mend it; the shipped file shows every item", "修正する。付属のファイルに全項目の例があります"),
        target="inventory/policies/preparation.yml",
    )
