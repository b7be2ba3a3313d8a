"""One name and one parent a department; variants are told, contradictions are bad rows."""

from __future__ import annotations

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read_rows, said
from unyo.core.person import Department
from unyo.ledger.intake import BadRows

KEN = {**GOOD, "職員番号": "001004", "氏名": "田中　健", "氏名カナ": "タナカ　ケン"}
ABOVE = {"部コード": "01000", "部名": "管理部"}


def test_parents_become_departments_and_a_head_belongs_to_the_parent_itself() -> None:
    head = {**HANAKO, **ABOVE, "所属コード": "01000", "所属名": "管理部"}
    intake = read_rows({**GOOD, **ABOVE}, head)
    assert intake.roster.departments == {
        "01000": Department("01000", "管理部"),
        "01010": Department("01010", "総務課", "01000"),
    }


@pytest.mark.parametrize("variant", ["総務課 ", "総務 課", "総務\u3000課"])
def test_blanks_do_not_make_another_department(variant: str) -> None:
    assert read_rows(GOOD, HANAKO, {**ICHIRO, "所属名": variant}).roster.departments["01010"].name == "総務課"


def test_width_variants_of_a_name_are_unified_and_told() -> None:
    rows = [{**row, "所属名": "IT課"} for row in (GOOD, HANAKO)]
    intake = read_rows(*rows, {**ICHIRO, "所属名": "ＩＴ課"})
    assert intake.roster.departments["01010"].name == "IT課"
    assert said(intake, "department.spelling") == ["line 4 01010: 「ＩＴ課」を「IT課」に統一"]


def test_the_same_code_with_another_name_is_a_bad_row_of_the_minority() -> None:
    with pytest.raises(BadRows, match="code 01010 is 総務課 elsewhere") as refused:
        read_rows(GOOD, HANAKO, {**ICHIRO, "所属名": "人事課"})
    assert [bad.line for bad in refused.value.rows] == [4]


def test_the_same_name_under_two_codes_is_told() -> None:
    intake = read_rows(GOOD, {**HANAKO, "所属コード": "01020"})
    assert said(intake, "department.same_name") == ["「総務課」に複数のコードがあります: 01010, 01020"]


def test_an_unknown_parent_is_a_bad_row() -> None:
    with pytest.raises(BadRows, match="no department has this code"):
        read_rows({**GOOD, "部コード": "01000"})


def test_a_parent_that_is_itself_a_department_of_the_file_needs_no_name() -> None:
    head = {**HANAKO, "所属コード": "01000", "所属名": "管理部", "部コード": ""}
    intake = read_rows({**GOOD, "部コード": "01000"}, head)
    assert intake.roster.departments["01010"].parent_code == "01000"


def test_two_parents_for_one_department_are_a_bad_row() -> None:
    other = {**ICHIRO, "部コード": "02000", "部名": "政策部"}
    with pytest.raises(BadRows, match="01010 lies below 01000 elsewhere"):
        read_rows({**GOOD, **ABOVE}, {**HANAKO, **ABOVE}, other)


def test_departments_in_a_circle_are_bad_rows() -> None:
    with pytest.raises(BadRows, match="in a circle"):
        read_rows(
            {**GOOD, "部コード": "01020", "部名": "人事課"},
            {**HANAKO, "所属コード": "01020", "所属名": "人事課", "部コード": "01010", "部名": "総務課"},
        )


def test_departments_of_bad_rows_only_are_left_out_with_their_people() -> None:
    circle = (
        {**GOOD, "部コード": "01020", "部名": "人事課"},
        {**HANAKO, "所属コード": "01020", "所属名": "人事課", "部コード": "01010", "部名": "総務課"},
        {**KEN, "所属コード": "01030", "所属名": "会計課", "部コード": "01010", "部名": "総務課"},
    )
    sound = {**ICHIRO, "所属コード": "02010", "所属名": "制度課", "部コード": "02000", "部名": "政策部"}
    intake = read_rows(*circle, sound, skip_bad_rows=True)
    assert list(intake.roster.people) == ["001003"]
    assert sorted(intake.roster.departments) == ["02000", "02010"]
    assert intake.withheld == frozenset({"001001", "001002", "001004"})
