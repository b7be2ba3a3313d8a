"""Several rows make one person; standings and orders are read; every contradiction is named."""

from __future__ import annotations

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read, read_rows, said, sheet
from unyo.core.errors import BadInput
from unyo.core.person import Post, Standing
from unyo.core.text import Language
from unyo.ledger.intake import BadRows

MAIN = {**GOOD, "兼務区分": "本務"}
SECOND = {**MAIN, "兼務区分": "兼務", "所属コード": "01020", "所属名": "人事課", "役職": "併任"}


def test_concurrent_posts_follow_the_main_one_whatever_their_order_in_the_file() -> None:
    for rows in ((MAIN, SECOND), (SECOND, MAIN)):
        person = read_rows(*rows).roster.people["001001"]
        assert person.posts == (Post("01010", "係長"), Post("01020", "併任"))


def test_the_line_is_that_of_the_main_post() -> None:
    assert read_rows(SECOND, MAIN).roster.people["001001"].line == 3


def test_a_released_concurrent_post_is_not_held_any_more() -> None:
    released = {**SECOND, "兼務区分": "兼務解除"}
    assert read_rows(MAIN, released).roster.people["001001"].posts == (Post("01010", "係長"),)


def test_only_the_concurrent_rows_need_be_marked() -> None:
    assert len(read_rows({**MAIN, "兼務区分": ""}, SECOND).roster.people["001001"].posts) == 2


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ({"兼務区分": "本務"}, "a second main row"),
        ({"所属コード": "01010", "所属名": "総務課"}, "the same department twice"),
        ({"氏名": "佐藤　優子"}, "line 2 names somebody else"),
        ({"氏名カナ": "サトウ　ヒロコ"}, "line 2 names somebody else"),
        ({"兼務区分": "応援"}, "neither main nor concurrent"),
    ],
)
def test_rows_that_contradict_each_other_are_bad(second: dict[str, str], complaint: str) -> None:
    with pytest.raises(BadRows, match=complaint) as refused:
        read_rows(MAIN, {**SECOND, **second}, {**HANAKO, "兼務区分": "本務"})
    assert {row.line for row in refused.value.rows} == {3}


def test_a_concurrent_post_without_main_one_is_bad() -> None:
    with pytest.raises(BadRows, match="no main row"):
        read_rows(SECOND, {**HANAKO, "兼務区分": "本務"})


def test_the_same_number_twice_without_marks_is_bad() -> None:
    with pytest.raises(BadRows, match="a second main row"):
        read_rows(GOOD, {**GOOD, "所属コード": "01020", "所属名": "人事課"})


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("在職", Standing.ACTIVE),
        ("出向中", Standing.SECONDED_OUT),
        ("派遣", Standing.SECONDED_OUT),
        ("出向受入", Standing.SECONDED_IN),
        ("受入", Standing.SECONDED_IN),
        ("休職", Standing.ON_LEAVE),
        ("育休", Standing.ON_LEAVE),
        ("退職", Standing.LEFT),
        ("離職", Standing.LEFT),
        ("復帰", Standing.ACTIVE),
        ("復職", Standing.ACTIVE),
        ("", Standing.ACTIVE),
    ],
)
def test_standing_words(word: str, standing: Standing) -> None:
    assert read_rows({**GOOD, "在籍区分": word}).roster.people["001001"].standing is standing


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("採用", Standing.ACTIVE),
        ("再雇用", Standing.ACTIVE),
        ("異動", Standing.ACTIVE),
        ("昇任", Standing.ACTIVE),
        ("配置換", Standing.ACTIVE),
        ("改姓", Standing.ACTIVE),
        ("氏名変更", Standing.ACTIVE),
        ("出向", Standing.SECONDED_OUT),
        ("復帰", Standing.ACTIVE),
        ("退職", Standing.LEFT),
    ],
)
def test_order_words_lead_to_a_standing_where_no_column_states_it(word: str, standing: Standing) -> None:
    intake = read_rows({**GOOD, "発令区分": word})
    assert intake.roster.people["001001"].standing is standing
    assert intake.roster.people["001001"].order == word
    assert said(intake, "order.unknown") == []


def test_an_order_of_a_concurrent_post_alone_does_not_replace_the_main_post() -> None:
    with pytest.raises(BadRows, match="no main row"):
        read_rows({**GOOD, "発令区分": "兼務"})


def test_an_unknown_standing_is_bad_until_the_mapping_file_explains_it() -> None:
    row = {**GOOD, "在籍区分": "長期研修"}
    with pytest.raises(BadRows, match="unknown standing"):
        read_rows(row)
    intake = read_rows(row, standing_words={"長期研修": "seconded_out"})
    assert intake.roster.people["001001"].standing is Standing.SECONDED_OUT


def test_an_unknown_order_changes_nothing_and_is_told() -> None:
    intake = read_rows({**GOOD, "発令区分": "特命"})
    assert said(intake, "order.unknown") == ["line 2 不明な発令区分「特命」は処理に影響させません"]


def test_leaving_against_being_present_is_a_bad_row() -> None:
    row = {**GOOD, "在籍区分": "在職", "発令区分": "退職", "発令日": "2026-04-01"}
    with pytest.raises(BadRows, match="contradicts the order 退職"):
        read_rows(row)


def test_an_order_that_lies_ahead_wins_over_the_present_standing() -> None:
    row = {**GOOD, "在籍区分": "在職", "発令区分": "退職", "発令日": "2026-04-30"}
    assert read_rows(row).roster.people["001001"].standing is Standing.LEFT


def test_an_order_from_the_past_does_not_win_over_the_present_standing() -> None:
    row = {**GOOD, "在籍区分": "退職", "発令区分": "採用", "発令日": "2001-04-01"}
    assert read_rows(row).roster.people["001001"].standing is Standing.LEFT


def test_leavers_and_the_seconded_need_no_department() -> None:
    away = {"所属コード": "", "所属名": "", "役職": ""}
    intake = read_rows({**GOOD, **away, "在籍区分": "退職"}, {**HANAKO, **away, "在籍区分": "出向中"})
    assert intake.roster.people["001001"].posts == ()
    assert intake.roster.people["001002"].main_post == Post("")


def test_one_person_under_two_numbers_in_one_department_is_pointed_out() -> None:
    intake = read_rows(GOOD, {**GOOD, "職員番号": "001009"})
    assert "001001 と 001009" in said(intake, "person.twice")[0]


def test_every_bad_row_is_named_by_line_heading_value_and_what_is_right() -> None:
    rows = (
        {**GOOD, "氏名カナ": "佐藤裕子"},
        HANAKO,
        {**ICHIRO, "所属コード": ""},
        {**GOOD, "職員番号": "山"},
    )
    with pytest.raises(BadRows) as refused:
        read_rows(*rows)
    named = [(bad.line, bad.heading, bad.value, bad.staff_number) for bad in refused.value.rows]
    assert named == [
        (2, "氏名カナ", "佐藤裕子", "001001"),
        (4, "所属コード", "", "001003"),
        (5, "職員番号", "山", ""),
    ]
    message = refused.value.in_language(Language.JA)
    assert "4 行のうち 3 行が使えません" in message
    assert "正しくは: カタカナ (例: ヤマダ タロウ)" in message


def test_people_of_bad_rows_are_left_out_and_withheld_on_demand() -> None:
    rows = (GOOD, {**HANAKO, "氏名カナ": "?"}, {**ICHIRO, "職員番号": "?"})
    intake = read_rows(*rows, skip_bad_rows=True)
    assert list(intake.roster.people) == ["001001"]
    assert intake.withheld == frozenset({"001002"})
    assert intake.nameless == 1
    assert len(said(intake, "row.withheld")) == 2


def test_one_bad_row_withholds_the_whole_person() -> None:
    intake = read_rows(MAIN, {**SECOND, "所属コード": "?"}, {**HANAKO, "兼務区分": ""}, skip_bad_rows=True)
    assert list(intake.roster.people) == ["001002"]
    assert intake.withheld == frozenset({"001001"})


def test_a_cut_row_and_a_row_with_an_unquoted_comma_are_bad() -> None:
    data = sheet(
        GOOD
    ) + "001002,鈴木　直美,スズキ　ナ\r\n001003,田中　健,タナカ　ケン,01010,総務課,係長,主査\r\n".encode(
        "cp932"
    )
    with pytest.raises(BadRows) as refused:
        read(data)
    assert [(bad.line, bad.staff_number) for bad in refused.value.rows] == [(3, "001002"), (4, "001003")]


def test_an_open_quotation_mark_is_named_by_its_line() -> None:
    with pytest.raises(BadInput, match="row that begins at line 3"):
        read(
            sheet(GOOD)
            + '001002,"鈴木　直美,スズキ　ナオミ,01010,総務課,係長\r\n'.encode("cp932")
            + sheet(HANAKO)
        )


def test_lines_are_counted_over_cells_of_several_lines() -> None:
    intake = read_rows({**GOOD, "役職": "係長\n兼 主査"}, HANAKO)
    assert intake.roster.people["001002"].line == 4
    assert intake.roster.people["001001"].main_post.title == "係長 兼 主査"


def test_the_same_concurrent_department_twice_is_bad_but_released_and_taken_up_again_is_not() -> None:
    with pytest.raises(BadRows, match="the same department twice"):
        read_rows(MAIN, SECOND, {**SECOND, "役職": "室長"})
    again = read_rows(MAIN, {**SECOND, "兼務区分": "兼務解除"}, SECOND)
    assert again.roster.people["001001"].posts == (Post("01010", "係長"), Post("01020", "併任"))
