"""A person's name as four parts, split only where the kana make it safe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from unyo.core.text import Text
from unyo.ledger.intake.surnames import SURNAMES, is_read

_KANA = re.compile("[ァ-ヺー・ヽヾ＝ ]+")
_NAME_SIGNS = frozenset(" 〇ー・･'’-‐=＝.ゝゞヽヾ々〆")
_MOST = 40


@dataclass(frozen=True, slots=True)
class FullName:
    """Family and given name with their kana; ``doubt`` says how an unclear split was decided."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    doubt: Text | None = None


@lru_cache(maxsize=65536)
def is_kana(text: str) -> bool:
    return _KANA.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def is_name(text: str) -> bool:
    """Letters of any script and the few signs that names have; no digits, brackets or symbols."""
    return len(text) <= _MOST * 2 and all(c.isalpha() or c in _NAME_SIGNS or _is_selector(c) for c in text)


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def full_name(name: list[str], kana: list[str], given_first: bool, kana_given_first: bool) -> FullName | None:
    """The four parts out of the words of name and kana; None where the split is not certain."""
    if given_first:
        name = name[::-1]
    if kana_given_first:
        kana = kana[::-1]
    if len(name) == 2 and len(kana) == 2:
        return FullName(name[0], name[1], kana[0], kana[1])
    if len(name) == 1 and len(kana) == 2:
        return _split_name(name[0], kana)
    if len(name) == 2 and len(kana) == 1:
        return _split_kana(name, kana[0])
    if len(name) == len(kana) and len(name) in (3, 4):
        doubt = Text(
            "the first word is taken as the family name, the rest as the given name",
            "最初の語を姓、残りを名として扱いました",
        )
        return FullName(name[0], " ".join(name[1:]), kana[0], " ".join(kana[1:]), doubt)
    return None


def _split_name(name: str, kana: list[str]) -> FullName | None:
    places = [i for i in range(1, len(name)) if is_read(name[:i], kana[0])]
    if not places and len(name) == 2:
        places = [1]
    if len(places) != 1:
        return None
    family, given = name[: places[0]], name[places[0] :]
    return FullName(family, given, kana[0], kana[1], _split_at(family, given))


def _split_kana(name: list[str], kana: str) -> FullName | None:
    readings = [r for r in SURNAMES.get(name[0], ()) if kana.startswith(r) and len(kana) > len(r)]
    if len(readings) != 1:
        return None
    family, given = readings[0], kana[len(readings[0]) :]
    return FullName(name[0], name[1], family, given, _split_at(family, given))


def _split_at(family: str, given: str) -> Text:
    return Text(
        f"there was no blank; split as {family} / {given}",
        f"空白がないため「{family}」「{given}」に分割しました",
    )


def order_doubt(name: FullName) -> str:
    """How the order looks wrong: ``crossed`` (name and kana disagree), ``reversed`` (both), or nothing."""
    if is_read(name.family, name.family_kana):
        return ""
    if name.family_kana != name.given_kana and (
        is_read(name.given, name.family_kana) or is_read(name.family, name.given_kana)
    ):
        return "crossed"
    return "reversed" if is_read(name.given, name.given_kana) else ""


def is_decidable(name: FullName) -> bool:
    """The dictionary can say something about the order."""
    return is_read(name.family, name.family_kana) or bool(order_doubt(name))
