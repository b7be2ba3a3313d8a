"""People, their posts and their departments, as the personnel department's file states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from unyo.core.plan import Finding


class Standing(StrEnum):
    """Where a person stands towards the organisation, as the file says."""

    ACTIVE = "active"
    SECONDED_OUT = "seconded_out"
    SECONDED_IN = "seconded_in"
    ON_LEAVE = "on_leave"
    LEFT = "left"


class Move(StrEnum):
    """What happens to a person between two rosters and the directory."""

    JOINER = "joiner"
    MOVER = "mover"
    LEAVER = "leaver"
    RENAME = "rename"
    CONCURRENT = "concurrent"
    SECONDED_OUT = "seconded_out"
    SECONDED_IN = "seconded_in"
    ON_LEAVE = "on_leave"
    RETURN = "return"
    CORRECTION = "correction"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, order=True)
class Department:
    """An organisational unit; ``code`` is its key and keeps leading zeros."""

    code: str
    name: str
    parent_code: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A person's place in one department; the first of a person's posts is the main one (本務)."""

    department_code: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One person by staff number (職員番号), the only key that never changes.

    Kana are full-width katakana. ``family_roman``/``given_roman`` are given by some files and may be
    empty. ``effective`` is the row's own instant (UTC) where the file has one; ``handover_until`` is
    the last day on which the former post's access stays; ``employment`` is free text such as 常勤.
    ``line`` is the line of the file that the main post came from, for messages.
    """

    staff_number: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    posts: tuple[Post, ...]
    standing: Standing = Standing.ACTIVE
    family_roman: str = ""
    given_roman: str = ""
    employment: str = ""
    order: str = ""
    effective: datetime | None = None
    handover_until: date | None = None
    line: int = 0

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def main_post(self) -> Post:
        """The first post; one without department where a leaver or a seconded person has none left."""
        return self.posts[0] if self.posts else Post("")

    def as_json(self) -> dict[str, Any]:
        """Without ``line``, so that the same person from another file is equal."""
        value: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "line"}
        value["posts"] = [[post.department_code, post.title] for post in self.posts]
        value["effective"] = self.effective.isoformat() if self.effective else None
        value["handover_until"] = self.handover_until.isoformat() if self.handover_until else None
        return value

    @staticmethod
    def from_json(value: Mapping[str, Any], line: int = 0) -> Person:
        data = dict(value)
        data["posts"] = tuple(Post(code, title) for code, title in value["posts"])
        data["standing"] = Standing(value["standing"])
        data["effective"] = datetime.fromisoformat(value["effective"]) if value["effective"] else None
        until = value["handover_until"]
        data["handover_until"] = date.fromisoformat(until) if until else None
        return Person(**data, line=line)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody the personnel department knows on one date: one good file, or several merged.

    ``effective`` is the date (JST) from which it holds. ``people`` is keyed by staff number,
    ``departments`` by code.
    """

    effective: date
    people: Mapping[str, Person]
    departments: Mapping[str, Department]
    findings: tuple[Finding, ...] = field(default=())
