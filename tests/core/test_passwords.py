"""Made passwords are accepted by a domain, readable on paper and free of names; others are told why not."""

from __future__ import annotations

import math
import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.directory import PasswordPolicy
from unyo.core.passwords import (
    CLASSES,
    DIGITS,
    LOOK_ALIKES,
    LOWER,
    SYMBOLS,
    UPPER,
    PasswordRules,
    bits_of,
    faults_of,
    make_password,
    name_parts,
)
from unyo.core.secret import Secret

TANAKA = ("tanaka.ken", "田中 健", "Tanaka", "Ken")
STRICT = PasswordPolicy(16, True, 24, timedelta(days=1), None, 5)
SIMPLE = PasswordPolicy(4, False, 0, timedelta(0), None, 0)

LENGTHS = st.integers(min_value=8, max_value=40)


@given(LENGTHS)
def test_a_made_password_has_its_length_and_every_class(length: int) -> None:
    made = make_password(PasswordRules(length)).reveal()
    assert len(made) == length
    assert set(made) & set(UPPER)
    assert set(made) & set(LOWER)
    assert set(made) & set(DIGITS)
    assert set(made) & set(SYMBOLS)
    assert set(made) <= set(UPPER + LOWER + DIGITS + SYMBOLS)


@given(LENGTHS)
def test_a_made_password_can_be_read_from_paper_and_is_no_formula(length: int) -> None:
    made = make_password(PasswordRules(length)).reveal()
    assert not set(made) & set("0Oo1lI|")
    assert made[0].isalpha()


@given(st.sampled_from([*(UPPER + LOWER + DIGITS)]))
def test_a_made_password_never_holds_a_part_of_the_name(letter: str) -> None:
    made = make_password(PasswordRules(8, (letter * 3, "abc", "tanaka.ken"))).reveal().lower()
    assert letter.lower() * 3 not in made
    assert "abc" not in made


def test_a_thousand_made_passwords_differ() -> None:
    assert len({make_password(PasswordRules()).reveal() for _ in range(1000)}) == 1000


def test_every_character_is_used() -> None:
    used = set("".join(make_password(PasswordRules(40)).reveal() for _ in range(500)))
    assert used == set(UPPER + LOWER + DIGITS + SYMBOLS)


def test_a_made_password_is_never_too_short_to_be_worth_it() -> None:
    with pytest.raises(ValueError, match="8 characters"):
        make_password(PasswordRules(7))


def test_a_good_password_has_no_faults() -> None:
    assert faults_of(Secret("Xy7!kmnp#Qrs9tuv"), PasswordRules(14, TANAKA), STRICT) == []


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Xy7!kmnp", "16 文字未満"),
        ("xykmnpqrstuvwxyz", "文字種"),
        ("XYKMNPQRSTuvwxyz", "文字種"),
        ("Xy7!Tanaka#Qrs9tuv", "氏名"),
        ("Xy7!TANAKA.KEN#Qrs", "氏名"),
        ("Xy7!ken#mnpQrs9tuv", "氏名"),
        ("Xy7!kmnp#Qrs9tu0", "見分けにくい"),
        ("Xy7!kmnp#Qrs9tul", "見分けにくい"),
    ],
)
def test_a_bad_password_is_told_why_and_never_quoted(password: str, fault: str) -> None:
    faults = faults_of(Secret(password), PasswordRules(14, TANAKA), STRICT)
    assert [each for each in faults if fault in each.ja]
    assert password not in str(faults)


def test_without_complexity_the_domain_asks_for_length_only() -> None:
    rules = PasswordRules(0, readable=False)
    assert faults_of(Secret("aaaa"), rules, SIMPLE) == []
    assert [fault.ja for fault in faults_of(Secret("aaa"), rules, SIMPLE)] == ["4 文字未満です"]


def test_kana_are_a_kind_of_their_own_as_in_windows() -> None:
    assert faults_of(Secret("パスワードab23"), PasswordRules(8)) == []


def test_look_alikes_matter_on_paper_only() -> None:
    typed = Secret("Xy7!kmnp#Qrs0tul")
    assert faults_of(typed, PasswordRules(14, readable=False)) == []
    assert len(faults_of(typed, PasswordRules(14))) == 1
    assert set("0Oo1lI|") <= set(LOOK_ALIKES)


def test_names_are_taken_whole_and_in_parts_of_three_letters() -> None:
    assert name_parts(["tanaka.ken", "田中 健", "Ｙａｍａｄａ-Li"]) == [
        "ken",
        "tanaka",
        "tanaka.ken",
        "yamada",
        "yamada-li",
        "田中 健",
    ]


def test_a_short_log_on_name_counts_whole() -> None:
    assert "a.b" in name_parts(["a.b"])
    assert name_parts(["li"]) == []


class TestAccounts:
    """Passwords that unyo sets and nobody types, and passphrases for those that somebody must."""

    def test_every_class_appears_and_nothing_excluded(self) -> None:
        rules = PasswordRules(16, readable=False, classes=("lower", "digit", "sign"), exclude="abc123!?")
        for _ in range(200):
            made = make_password(rules)
            assert faults_of(made, rules) == []
            assert not set(made.reveal()) & set(string.ascii_uppercase + "abc123!?")
            assert all(set(made.reveal()) & set(some) for some in (string.ascii_lowercase, string.digits))

    def test_a_passphrase_has_its_words_and_the_classes_asked_for(self) -> None:
        rules = PasswordRules(12, readable=False, classes=CLASSES, words=5)
        *words, digit = make_password(rules).reveal().split("-")
        assert len(words) == 5
        assert all(word.istitle() and 4 <= len(word) <= 8 for word in words)
        assert digit.isdigit()
        assert bits_of(rules) == pytest.approx(5 * 10 + math.log2(10))

    def test_a_passphrase_is_never_shorter_than_its_least_length(self) -> None:
        rules = PasswordRules(24, readable=False, classes=("lower",), words=3)
        assert all(len(make_password(rules).reveal()) >= 24 for _ in range(5))

    def test_a_passphrase_of_excluded_letters_is_made_of_the_words_that_are_left(self) -> None:
        rules = PasswordRules(8, readable=False, classes=("lower",), words=8, exclude="ao")
        assert not set(make_password(rules).reveal()) & set("ao")
        assert bits_of(rules) < 8 * 9

    def test_what_breaks_the_rules_is_said_without_quoting_it(self) -> None:
        rules = PasswordRules(8, readable=False, classes=("lower", "digit"), exclude="x")
        assert [fault.en for fault in faults_of(Secret("xxxxxxxx"), rules)] == [
            "characters that are excluded",
            "a class of characters is missing",
        ]

    def test_rules_that_nothing_can_fulfil_are_an_error_not_a_loop(self) -> None:
        every = tuple(str(number) for number in range(100, 1000))
        numbers = PasswordRules(8, readable=False, classes=("digit",), exclude="0", names=every)
        with pytest.raises(ValueError, match="no password can fulfil"):
            make_password(numbers)

    def test_bits_grow_with_length_and_alphabet(self) -> None:
        few = PasswordRules(10, readable=False, classes=("digit",))
        assert bits_of(few) == pytest.approx(10 * math.log2(10))
        assert bits_of(PasswordRules(14)) == pytest.approx(83, abs=1)
