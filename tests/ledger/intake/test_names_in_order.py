"""Family and given names, names and kana, stand where they belong, or somebody is asked."""

from __future__ import annotations

from typing import Any

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read_rows, said
from unyo.core.errors import BadInput
from unyo.ledger.intake import BadRows

KEN = {**GOOD, "職員番号": "001004", "氏名": "田中　健", "氏名カナ": "タナカ　ケン"}


def named(row: dict[str, str], name: str, kana: str) -> dict[str, str]:
    return {**row, "氏名": name, "氏名カナ": kana}


def test_a_name_without_blank_is_split_where_the_kana_make_it_safe() -> None:
    intake = read_rows(named(GOOD, "佐々木裕子", "ササキ ユウコ"), named(HANAKO, "森愛", "モリ アイ"))
    assert intake.roster.people["001001"].family_name == "佐々木"
    assert intake.roster.people["001002"].given_name == "愛"
    assert len(said(intake, "name.split")) == 2


def test_kana_without_blank_are_split_by_the_surname() -> None:
    intake = read_rows(named(GOOD, "佐藤　裕子", "サトウユウコ"))
    assert intake.roster.people["001001"].given_kana == "ユウコ"


@pytest.mark.parametrize(
    ("name", "kana"),
    [
        ("小鳥遊裕子", "タカナシ ユウコ"),
        ("佐藤裕子", "サトウユウコ"),
        ("佐 藤 裕 子", "サトウ ユウコ"),
        ("佐藤", "サトウ"),
    ],
)
def test_an_unsafe_split_is_a_bad_row(name: str, kana: str) -> None:
    with pytest.raises(BadRows, match="where the family name ends is not certain"):
        read_rows(named(GOOD, name, kana))


@pytest.mark.parametrize("name", ["山田（佐藤） 裕子", "佐藤 裕子1", "佐藤 裕子☆"])
def test_characters_that_no_name_has_are_bad(name: str) -> None:
    with pytest.raises(BadRows, match="characters that no name has"):
        read_rows(named(GOOD, name, "サトウ ユウコ"))


def test_a_name_in_three_words_is_decided_and_said() -> None:
    intake = read_rows(named(GOOD, "スミス ジョン ポール", "スミス ジョン ポール"))
    assert intake.roster.people["001001"].given_name == "ジョン ポール"
    assert len(said(intake, "name.split")) == 1


REVERSED = [
    named(GOOD, "裕子 佐藤", "ユウコ サトウ"),
    named(HANAKO, "直美 鈴木", "ナオミ スズキ"),
    named(ICHIRO, "一郎 髙橋", "イチロウ タカハシ"),
]


def test_a_whole_file_with_given_names_first_is_refused_until_the_mapping_file_says_so() -> None:
    with pytest.raises(BadInput) as refused:
        read_rows(*REVERSED)
    assert refused.value.code == "people.file.name_order"
    people = read_rows(*REVERSED, name_order="given_first", kana_order="given_first").roster.people
    assert people["001003"].name == "髙橋 一郎"
    assert people["001003"].given_kana == "イチロウ"


def test_a_whole_file_with_names_and_kana_in_opposite_order_is_refused_too() -> None:
    crossed = [named(GOOD, "裕子 佐藤", "サトウ ユウコ"), named(HANAKO, "直美 鈴木", "スズキ ナオミ")]
    with pytest.raises(BadInput) as refused:
        read_rows(*crossed)
    assert refused.value.code == "people.file.name_order"
    assert read_rows(*crossed, name_order="given_first").roster.people["001001"].name == "佐藤 裕子"


def test_one_crossed_row_is_a_bad_row_that_shows_what_is_right() -> None:
    with pytest.raises(BadRows, match="name and kana stand in opposite order"):
        read_rows(named(GOOD, "裕子 佐藤", "サトウ ユウコ"), HANAKO, ICHIRO, KEN)


def test_one_reversed_row_is_a_finding_because_it_may_be_a_rare_surname() -> None:
    intake = read_rows(named(GOOD, "小鳥遊 泉", "タカナシ イズミ"), HANAKO, ICHIRO, KEN)
    assert said(intake, "name.order") == ["line 2 姓と名が逆の可能性があります: 小鳥遊 泉 / タカナシ イズミ"]


def test_an_unusual_reading_of_a_common_surname_is_noted() -> None:
    intake = read_rows(named(GOOD, "田中 裕子", "タチュウ ユウコ"))
    assert said(intake, "name.reading") == ["line 2 「田中」の読みが タチュウ です (通常: タナカ)"]


def test_one_row_with_kana_and_name_exchanged_is_a_bad_row() -> None:
    with pytest.raises(BadRows, match="the columns look swapped"):
        read_rows(named(GOOD, "サトウ ユウコ", "佐藤 裕子"), HANAKO, ICHIRO)


def test_a_whole_file_with_the_columns_exchanged_is_refused_until_the_mapping_file_says_so() -> None:
    swapped: list[dict[str, Any]] = [
        named(row, row["氏名カナ"], row["氏名"]) for row in (GOOD, HANAKO, ICHIRO)
    ]
    with pytest.raises(BadInput) as refused:
        read_rows(*swapped)
    assert refused.value.code == "people.file.swapped_columns"
    people = read_rows(*swapped, columns={"name": "氏名カナ", "name_kana": "氏名"}).roster.people
    assert people["001002"].name == "鈴木 直美"


def test_names_that_really_are_kana_are_no_exchange() -> None:
    people = read_rows(named(GOOD, "スミス ジョン", "スミス ジョン"), HANAKO).roster.people
    assert people["001001"].family_name == "スミス"


def test_two_reversed_rows_among_many_do_not_refuse_the_file() -> None:
    rows = [named(GOOD, "小鳥遊 泉", "タカナシ イズミ"), named(HANAKO, "一番合戦 南", "イチマカセ ミナミ")]
    numbered = [{**KEN, "職員番号": f"00200{i}"} for i in range(4)]
    assert len(said(read_rows(*rows, *numbered), "name.order")) == 2
