"""Codes, kana, dates and characters: one spelling inside, every change told."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read, read_rows, said, sheet
from unyo.core.errors import BadInput
from unyo.core.text import Language
from unyo.ledger.intake import BadRows


def test_full_width_codes_become_half_width_with_their_zeros() -> None:
    intake = read_rows({**GOOD, "職員番号": "００１００１", "所属コード": " ０１０１０ "})
    assert intake.roster.people["001001"].main_post.department_code == "01010"
    assert "職員番号: ００１００１ を 001001 として読取り" in said(intake, "code.spelling")[0]


@pytest.mark.parametrize("written", ['="001001"', "'001001", "001001 ", "001 001"])
def test_ways_of_forcing_text_in_a_spreadsheet_are_undone(written: str) -> None:
    assert list(read_rows({**GOOD, "職員番号": written}).roster.people) == ["001001"]


def test_a_shorter_staff_number_is_padded_to_the_majority_and_said() -> None:
    intake = read_rows(GOOD, HANAKO, {**ICHIRO, "職員番号": "1003"})
    assert "001003" in intake.roster.people
    assert said(intake, "code.padded") == ["line 4 職員番号: 1003 を 001003 として読取り"]


def test_the_mapping_file_fixes_or_forbids_padding() -> None:
    short = {**GOOD, "職員番号": "1001"}
    assert list(read_rows(short, digits={"staff_number": 8}).roster.people) == ["00001001"]
    mixed = read_rows(GOOD, HANAKO, {**ICHIRO, "職員番号": "1003"}, digits={"staff_number": 0})
    assert "1003" in mixed.roster.people


def test_hierarchical_department_codes_are_not_padded() -> None:
    intake = read_rows(
        {**GOOD, "所属コード": "10010"},
        {**HANAKO, "所属コード": "10020", "所属名": "人事課"},
        {**ICHIRO, "所属コード": "100", "所属名": "管理部"},
    )
    assert set(intake.roster.departments) == {"10010", "10020", "100"}
    assert "3, 5" in said(intake, "code.widths")[0]


def test_a_code_damaged_by_a_spreadsheet_is_a_bad_row() -> None:
    with pytest.raises(BadRows, match="number with an exponent"):
        read_rows({**GOOD, "職員番号": "1.23E+11"})


def test_half_width_kana_become_full_width_with_joined_voicing_marks() -> None:
    intake = read_rows({**GOOD, "氏名": "山﨑　譲二", "氏名カナ": "ﾔﾏｻﾞｷ ｼﾞｮｰｼﾞ"})
    person = intake.roster.people["001001"]
    assert (person.family_kana, person.given_kana) == ("ヤマザキ", "ジョージ")
    assert said(intake, "kana.half_kana") == ["line 2 氏名カナ: ﾔﾏｻﾞｷ ｼﾞｮｰｼﾞ を ヤマザキ ジョージ として読取り"]


@pytest.mark.parametrize(
    "written", ["さとう ゆうこ", "サトウ ユウコ", "サトウ　　ユウコ", "さとう\u3000ゆうこ"]
)
def test_hiragana_and_any_blank_are_accepted_in_kana(written: str) -> None:
    person = read(sheet({**GOOD, "氏名カナ": written}, encoding="utf-8")).roster.people["001001"]
    assert (person.family_kana, person.given_kana) == ("サトウ", "ユウコ")


@pytest.mark.parametrize("stroke", ["-", "−", "―", "‐"])
def test_dashes_typed_for_a_long_vowel_become_one(stroke: str) -> None:
    row = {**GOOD, "氏名": "スミス　ジョージ", "氏名カナ": f"スミス　ジョ{stroke}ジ"}
    assert read(sheet(row, encoding="utf-8")).roster.people["001001"].given_kana == "ジョージ"


def test_variant_characters_in_names_are_kept_and_listed_with_code_point_and_treatment() -> None:
    intake = read_rows({**GOOD, "氏名": "髙﨑　裕子", "氏名カナ": "タカサキ ユウコ", "役職": "主査①(㈱担当)"})
    assert intake.roster.people["001001"].name == "髙﨑 裕子"
    assert intake.roster.people["001001"].main_post.title == "主査①(㈱担当)"
    assert said(intake, "character.ibm") == [
        "line 2 氏名: 髙 (U+9AD9) IBM 拡張文字: 原文のまま使用",
        "line 2 氏名: 﨑 (U+FA11) IBM 拡張文字: 原文のまま使用",
    ]
    assert said(intake, "character.nec") == [
        "line 2 役職: ① (U+2460) NEC 特殊文字: 原文のまま使用",
        "line 2 役職: ㈱ (U+3231) NEC 特殊文字: 原文のまま使用",
    ]


def test_compatibility_ideographs_are_not_folded_away() -> None:
    intake = read(sheet({**GOOD, "氏名": "神田\u3000\ufa19子"}, encoding="utf-8"))
    assert intake.roster.people["001001"].given_name == "\ufa19子"
    assert said(intake, "character.ibm") == ["line 2 氏名: \ufa19 (U+FA19) IBM 拡張文字: 原文のまま使用"]


def test_other_letters_are_kept_and_told() -> None:
    intake = read(sheet({**GOOD, "氏名": "André\u3000直美", "氏名カナ": "アンドレ ナオミ"}, encoding="utf-8"))
    assert intake.roster.people["001001"].family_name == "André"
    assert said(intake, "character.outside") == ["line 2 氏名: é (U+00E9) CP932 にない文字: 原文のまま使用"]


def test_wave_dash_is_mapped_to_what_windows_has_and_said() -> None:
    intake = read(sheet({**GOOD, "役職": "担当(東\u301c西)"}, encoding="utf-8"))
    assert intake.roster.people["001001"].main_post.title == "担当(東\uff5e西)"
    assert said(intake, "character.other_spelling") == [
        "line 2 役職: \u301c (U+301C) 同じ JIS 文字の別の符号位置: \uff5e (U+FF5E) に置換"
    ]
    assert said(read_rows({**GOOD, "役職": "東\uff5e西"}), "character.windows") != []


def test_characters_outside_cp932_are_kept_and_marked_odd() -> None:
    intake = read(sheet({**GOOD, "氏名": "𠮷田　裕子", "氏名カナ": "ヨシダ ユウコ"}, encoding="utf-8"))
    assert intake.roster.people["001001"].family_name == "𠮷田"
    assert said(intake, "character.outside") == ["line 2 氏名: 𠮷 (U+20BB7) CP932 にない文字: 原文のまま使用"]


def test_separate_voicing_marks_and_invisible_characters_are_repaired() -> None:
    row = {**GOOD, "氏名": "山た\u3099　裕\u200b子", "氏名カナ": "ヤマタ\u3099　ユウコ"}
    intake = read(sheet(row, encoding="utf-8"))
    assert intake.roster.people["001001"].name == "山だ 裕子"
    assert intake.roster.people["001001"].family_kana == "ヤマダ"
    assert said(intake, "character.invisible") == ["line 2 氏名:  (U+200B) 不可視文字: 削除"]


def test_user_defined_characters_are_bad_until_the_mapping_file_gives_a_replacement() -> None:
    row = {**GOOD, "氏名": "\ue000田　裕子", "氏名カナ": "ヨシダ ユウコ"}
    with pytest.raises(BadRows, match=r"user-defined character U\+E000"):
        read_rows(row)
    assert read_rows(row, characters={"\ue000": "吉"}).roster.people["001001"].family_name == "吉田"


def test_the_mapping_file_can_replace_a_character() -> None:
    intake = read_rows({**GOOD, "役職": "㈱担当"}, characters={"㈱": "(株)"})
    assert intake.roster.people["001001"].main_post.title == "(株)担当"


@pytest.mark.parametrize(
    "written",
    [
        "令和8年4月30日",
        "R8.4.30",
        "令和八年四月三十日",
        "2026/4/30",
        "20260430",
        "2026-04-30",
        "2026/4/30 0:00:00",
    ],
)
def test_dates_are_read_in_era_and_western_forms(written: str) -> None:
    intake = read_rows({**GOOD, "引継期限": written})
    assert intake.roster.people["001001"].handover_until == date(2026, 4, 30)


def test_an_impossible_date_is_named() -> None:
    with pytest.raises(BadRows) as refused:
        read_rows({**GOOD, "発令日": "平成28年11月31日"})
    message = refused.value.in_language(Language.JA)
    assert "2 行目(職員番号 001001) 発令日「平成28年11月31日」" in message
    assert "11月31日は" in message
    assert "正しくは: 2026-04-01 または令和8年4月1日" in message


@pytest.mark.parametrize(
    "written",
    ["二三十四", "十十", "4/31", "0001-01-01 00:00", "99999999", "令和0年1月1日", "2026-04-01T99:00"],
)
def test_other_impossible_dates_are_bad_rows_and_nothing_worse(written: str) -> None:
    with pytest.raises(BadInput):
        read_rows({**GOOD, "適用日時": written})


def test_a_row_may_have_its_own_time_in_japan() -> None:
    person = read_rows({**GOOD, "適用日時": "2026/4/15 9:00"}).roster.people["001001"]
    assert person.effective == datetime(2026, 4, 15, tzinfo=timezone.utc)


def test_a_later_order_date_counts_as_the_rows_time_and_an_earlier_one_does_not() -> None:
    intake = read_rows(
        {**GOOD, "発令区分": "異動", "発令日": "令和8年4月16日"},
        {**HANAKO, "発令区分": "採用", "発令日": "平成30年4月1日"},
    )
    assert intake.roster.people["001001"].effective == datetime(2026, 4, 15, 15, tzinfo=timezone.utc)
    assert intake.roster.people["001002"].effective is None
    assert "1 行" in said(intake, "order.old")[0]


def test_a_handover_that_ends_before_the_file_begins_is_bad() -> None:
    with pytest.raises(BadRows, match="handover ends before it begins"):
        read_rows({**GOOD, "引継期限": "2026-03-31"})


def test_roman_letters_are_kept_as_the_person_writes_them() -> None:
    person = read_rows({**GOOD, "ローマ字姓": "ＯＨＮＯ", "ローマ字名": "Yuko"}).roster.people["001001"]
    assert (person.family_roman, person.given_roman) == ("OHNO", "Yuko")


def test_numbers_without_a_majority_width_are_left_as_they_are() -> None:
    rows = [{**HANAKO, "職員番号": number} for number in ("1", "22", "333", "4444", "5555")]
    intake = read_rows(*rows)
    assert list(intake.roster.people) == ["1", "22", "333", "4444", "5555"]
    assert len(said(intake, "code.widths")) == 1


def test_after_three_hundred_repetitions_only_their_number_is_told() -> None:
    rows = [{**GOOD, "職員番号": f"{i:06d}", "役職": "主査①"} for i in range(1, 321)]
    intake = read_rows(*rows)
    assert len([f for f in intake.findings if f.code == "character.nec"]) == 301
    assert said(intake, "character.nec")[-1] == "同様の指摘がほかに 20 件 役職 U+2460"
