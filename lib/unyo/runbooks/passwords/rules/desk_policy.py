"""The site's rules for resets at the desk: the section ``reset`` of passwords.yml, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.desk import Way
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.tools import Policies

_NUMBERS: Mapping[str, tuple[int, int]] = {
    "length": (8, 127),
    "code_minutes": (1, 60),
    "code_tries": (1, 10),
    "verified_minutes": (1, 240),
    "per_person_a_day": (1, 100),
    "per_operator_an_hour": (1, 1000),
}


@dataclass(frozen=True, slots=True)
class DeskPolicy:
    """``contact`` are attributes that hold a person's address outside; names are compared without case."""

    ways: tuple[Way, ...]
    questions_asked: int
    questions_right: int
    contact: tuple[str, ...]
    length: int
    code_minutes: int
    code_tries: int
    verified_minutes: int
    per_person_a_day: int
    per_operator_an_hour: int
    privileged_accounts: frozenset[str]
    privileged_groups: frozenset[str]


def desk_policy(policies: Policies) -> DeskPolicy:
    """BadSetting names the key that is wrong."""
    loaded = policies.load("passwords").get("reset")
    if not isinstance(loaded, Mapping):
        raise _bad("reset", "the section is missing", "reset の項がありません")
    numbers = {name: _number(loaded, name, *span) for name, span in _NUMBERS.items()}
    questions = _mapping(loaded, "questions")
    privileged = _mapping(loaded, "privileged")
    asked, right = (_number(questions, name, 1, 20, "questions.") for name in ("ask", "right"))
    if right > asked:
        raise _bad("questions.right", "more than are asked", "質問数を超えています")
    return DeskPolicy(
        ways=_ways(loaded),
        questions_asked=asked,
        questions_right=right,
        contact=_words(loaded, "contact"),
        privileged_accounts=frozenset(map(str.casefold, _words(privileged, "accounts", "privileged."))),
        privileged_groups=frozenset(map(str.casefold, _words(privileged, "groups", "privileged."))),
        **numbers,
    )


def _ways(loaded: Mapping[str, Any]) -> tuple[Way, ...]:
    words = _words(loaded, "ways")
    if not words or not set(words) <= set(Way):
        listed = ", ".join(Way)
        raise _bad("ways", f"give some of: {listed}", f"次から選んでください: {listed}")
    return tuple(Way(word) for word in words)


def _number(values: Mapping[str, Any], name: str, least: int, most: int, where: str = "") -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _bad(
            f"{where}{name}",
            f"not a number from {least} to {most}",
            f"{least}〜{most} の数で指定してください",
        )
    return value


def _words(values: Mapping[str, Any], name: str, where: str = "") -> tuple[str, ...]:
    value = values.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _bad(f"{where}{name}", "not a list of words", "語の一覧で指定してください")
    return tuple(value)


def _mapping(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = values.get(name)
    if not isinstance(value, Mapping):
        raise _bad(name, "not a mapping", "キーと値の形式ではありません")
    return value


def _bad(where: str, en: str, ja: str) -> BadSetting:
    return BadSetting(
        "passwords.policy",
        Text(f"reset.{where}: {en}", f"reset.{where}: {ja}"),
        Text(
            "mend inventory/policies/passwords.yml, or remove it to use the shipped one",
            "inventory/policies/passwords.yml を直すか、削除して標準のものを使う",
        ),
        target="passwords.yml",
    )
