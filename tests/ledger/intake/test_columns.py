"""Headings are matched whatever their spelling; doubts are refused with what was seen."""

from __future__ import annotations

import pytest

from support.personnel_sheet import GOOD, HANAKO, read, read_rows, said, sheet
from unyo.core.errors import BadInput
from unyo.core.text import Language


def renamed(row: dict[str, str], **headings: str) -> dict[str, str]:
    return {headings.get(heading, heading): value for heading, value in row.items()}


def test_headings_match_in_any_width_with_blanks_and_brackets() -> None:
    intake = read_rows(
        renamed(GOOD, 職員番号="社員 Ｎｏ．", 氏名="氏名（漢字）", 氏名カナ="ﾌﾘｶﾞﾅ", 役職="役　職（官職）")
    )
    assert intake.columns["staff_number"] == "社員 Ｎｏ．"
    assert intake.roster.people["001001"].main_post.title == "係長"


def test_names_in_two_columns_are_read() -> None:
    row = {
        "職員番号": "001001",
        "姓": "佐藤",
        "名": "裕子",
        "セイ": "サトウ",
        "メイ": "ユウコ",
        "所属コード": "01010",
        "所属名": "総務課",
    }
    person = read_rows(row).roster.people["001001"]
    assert (person.family_name, person.given_name, person.family_kana) == ("佐藤", "裕子", "サトウ")


def test_a_missing_column_is_named_with_the_headings_seen_and_a_mapping_example() -> None:
    with pytest.raises(BadInput) as refused:
        read_rows(renamed(GOOD, 職員番号="整理番号"))
    message = refused.value.in_language(Language.JA)
    assert "職員番号 (staff_number) の列がありません" in message
    assert "整理番号, 氏名, 氏名カナ" in message
    assert "staff_number: 職員番号" in message


def test_an_ambiguous_needed_column_is_refused_until_the_mapping_file_decides() -> None:
    both = {**GOOD, "社員番号": "900001"}
    with pytest.raises(BadInput, match="more than one column for staff_number"):
        read_rows(both)
    intake = read_rows(both, columns={"staff_number": "社員番号"})
    assert list(intake.roster.people) == ["900001"]


def test_the_mapping_file_can_name_a_column_by_position_or_switch_it_off() -> None:
    intake = read_rows(renamed(GOOD, 職員番号="ID1"), columns={"staff_number": 1, "title": None})
    assert intake.roster.people["001001"].main_post.title == ""


def test_a_mapped_heading_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="'整理番号' for staff_number; it is not there"):
        read_rows(GOOD, columns={"staff_number": "整理番号"})


def test_two_title_columns_are_settled_by_preference_and_said() -> None:
    intake = read_rows({**GOOD, "職名": "事務官"})
    assert intake.roster.people["001001"].main_post.title == "係長"
    assert said(intake, "column.several") == ["「役職」を使用し、「職名」は使用しません"]


def test_titles_above_and_totals_and_remarks_below_are_set_aside_and_told() -> None:
    data = "人事異動 職員一覧,,,,,\r\n\r\n".encode("cp932") + sheet(GOOD, HANAKO)
    data += "合計,2名,,,,\r\n※休職者を含む,,,,,\r\n".encode("cp932")
    intake = read(data)
    assert intake.header_line == 3
    assert intake.rows_read == 2
    assert said(intake, "row.title") == ["line 1 見出しより上の行: 人事異動 職員一覧"]
    assert len(said(intake, "row.set_aside")) == 2


def test_headings_repeated_on_every_printed_page_are_skipped() -> None:
    page = sheet(HANAKO)
    assert list(read(sheet(GOOD) + page).roster.people) == ["001001", "001002"]


def test_a_total_that_does_not_agree_with_the_rows_is_refused() -> None:
    with pytest.raises(BadInput, match="line 4 states a total of 3, but there are 2 rows of 2 people"):
        read(sheet(GOOD, HANAKO) + "合計,3名,,,,\r\n".encode("cp932"))


def test_a_title_with_another_date_is_pointed_out() -> None:
    intake = read("令和7年4月1日付 一覧,,,,,\r\n".encode("cp932") + sheet(GOOD))
    assert said(intake, "file.other_date") == [
        "line 1 表題の日付は 2025-04-01、取込みの基準日は 2026-04-01 です"
    ]


def test_my_number_is_never_read_nor_shown() -> None:
    intake = read_rows({**GOOD, "個人番号": "123456789012"})
    assert "個人番号" in said(intake, "column.my_number")[0]
    assert "123456789012" not in str(intake)


def test_personal_columns_are_not_kept_and_unknown_ones_named() -> None:
    intake = read_rows({**GOOD, "生年月日": "平成元年1月8日", "内線番号": "1234"})
    assert said(intake, "column.personal") == ["不要な個人情報のため保存しない列: 生年月日"]
    assert said(intake, "column.unknown") == ["読み取らない列: 内線番号"]


def test_the_sample_shows_the_first_rows_as_they_stand_in_the_file() -> None:
    assert read_rows(GOOD).sample[0]["氏名"] == "佐藤　裕子"


def test_a_file_without_people_is_refused() -> None:
    with pytest.raises(BadInput, match="no row below the headings"):
        read(b",".join(heading.encode("cp932") for heading in GOOD) + b"\r\n")


def test_a_file_without_headings_is_refused() -> None:
    with pytest.raises(BadInput, match="no row with headings"):
        read("001001,佐藤　裕子,サトウ　ユウコ,01010,総務課\r\n".encode("cp932"))


def test_a_total_may_count_rows_or_people() -> None:
    main, second = (
        {**GOOD, "兼務区分": "本務"},
        {**GOOD, "所属コード": "01020", "所属名": "人事課", "兼務区分": "兼務"},
    )
    for total in (1, 2):
        assert read(sheet(main, second) + f"合計,{total}名,,,,,\r\n".encode("cp932")).rows_read == 2
