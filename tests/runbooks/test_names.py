"""Names: kana to Latin letters, log-on names from templates, entry names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.staff import person
from unyo.core.directory import DirectoryFacts
from unyo.core.errors import BadInput
from unyo.policies import PolicyFiles
from unyo.runbooks.accounts.rules.naming import NameBook, entry_names, fitted, logon_name
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy
from unyo.runbooks.accounts.rules.romaji import romaji

PASSPORT = {
    "サトウ": "sato",
    "オオノ": "ono",
    "イノウエ": "inoue",
    "コウノ": "kono",
    "イイダ": "iida",
    "ユウコ": "yuko",
    "シンイチ": "shinichi",
    "ジュンイチロウ": "junichiro",
    "ホンマ": "homma",
    "ナンバ": "namba",
    "テッペイ": "teppei",
    "ハッチョウ": "hatcho",
    "セノオ": "senoo",
    "カワウチ": "kawauchi",
    "リョウヘイ": "ryohei",
    "チヅル": "chizuru",
    "ジョージ": "joji",
    "ティナ": "tina",
    "ﾀｶﾊｼ": "takahashi",
    "すずき": "suzuki",
}


@pytest.fixture
def policy() -> AccountPolicy:
    """The shipped policy in the domain lab.unyo.test."""

    class Facts:
        policies = PolicyFiles(Path("/nowhere"))

        @property
        def directory(self) -> Facts:
            return self

        def facts(self) -> DirectoryFacts:
            return DirectoryFacts("dc1", "DC=lab,DC=unyo,DC=test", "lab.unyo.test", "unyo", True, False, ())

    return account_policy(Facts())  # type: ignore[arg-type]


def book(held: Mapping[str, str] | None = None, reserved: Mapping[str, Any] | None = None) -> NameBook:
    return NameBook(held or {}, reserved or {}, date(2026, 4, 1))


@pytest.mark.parametrize(("kana", "latin"), PASSPORT.items())
def test_kana_are_spelled_as_on_a_passport(kana: str, latin: str) -> None:
    assert romaji(kana) == latin


def test_a_reading_in_the_policy_wins(policy: AccountPolicy) -> None:
    assert romaji("マツウラ") == "matsura"
    assert romaji("マツウラ", policy.readings) == "matsuura"


def test_the_first_free_template_gives_the_name(policy: AccountPolicy) -> None:
    sato = person(0)
    taken: list[str] = []
    for _ in range(5):
        taken.append(logon_name(sato, policy, lambda name: name not in taken))
    assert taken == ["sato.kenichi", "sato.k", "k.sato", "sato.kenichi2", "sato.kenichi3"]


def test_letters_in_the_file_win_over_kana(policy: AccountPolicy) -> None:
    george = replace(person(0), family_roman="O'Neil", given_roman="George")
    assert logon_name(george, policy, lambda name: True) == "oneil.george"


def test_a_long_name_is_cut_to_twenty_characters_and_keeps_its_number() -> None:
    assert fitted("{family}.{given}", "teshigawara", "kentarou", 0) == "teshigawara.kentarou"
    assert fitted("{family}.{given}{n}", "teshigawara", "kentarou", 12) == "teshigawara.kentar12"
    assert len(fitted("{family}.{given}{n}", "teshigawara", "kentarou", 12)) == 20


def test_a_name_without_a_reading_is_refused_by_name(policy: AccountPolicy) -> None:
    with pytest.raises(BadInput) as caught:
        logon_name(replace(person(0), family_kana="", given_kana=""), policy, lambda name: True)
    assert caught.value.code == "accounts.no_latin_name"
    assert caught.value.target == "000000 佐藤 健一"


def test_a_reserved_word_is_nobodys_name(policy: AccountPolicy) -> None:
    assert not book().is_free_for("administrator", "000001", policy)


def test_a_released_name_stays_unused_for_the_policys_years(policy: AccountPolicy) -> None:
    released = {"sato.k": ("000001", date(2022, 4, 1)), "ono.s": ("000002", date(2020, 4, 1))}
    assert not book(reserved=released).is_free_for("sato.k", "000003", policy)
    assert book(reserved=released).is_free_for("sato.k", "000001", policy)
    assert book(reserved=released).is_free_for("ono.s", "000003", policy)


def test_a_name_in_the_directory_belongs_to_its_holder_only(policy: AccountPolicy) -> None:
    held = book(held={"sato.k": "000001", "printer1": ""})
    assert held.is_free_for("sato.k", "000001", policy)
    assert not held.is_free_for("sato.k", "000002", policy)
    assert not held.is_free_for("printer1", "000002", policy)


def test_a_newcomer_with_the_name_of_somebody_there_gets_the_number_behind_it() -> None:
    there, newcomer = person(0), person(60)
    taken = {("0101", "佐藤 健一"): "000000"}
    assert entry_names([(there, "0101"), (newcomer, "0101")], taken) == {
        "000000": "佐藤 健一",
        "000060": "佐藤 健一 (000060)",
    }
    assert entry_names([(newcomer, "0102")], taken) == {"000060": "佐藤 健一"}


def test_an_entry_name_never_passes_64_characters() -> None:
    long = replace(person(0), family_name="長" * 70)
    (name,) = entry_names([(long, "0101")], {}).values()
    assert len(name) == 64
    assert name.endswith(" (000000)")
