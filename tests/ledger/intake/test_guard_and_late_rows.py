"""A short file is refused; late rows replace and add; people of bad rows stay as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read_rows
from unyo.core.errors import Refused
from unyo.core.person import Roster, Standing
from unyo.lab.personnel import staff
from unyo.ledger.intake import carry_withheld, check_length, merge_late_rows

LAST = staff(seed=1, size=100)


def without(roster: Roster, count: int) -> Roster:
    kept = dict(list(roster.people.items())[count:])
    return replace(roster, people=kept)


def test_a_file_with_ten_percent_missing_passes_and_one_more_does_not() -> None:
    check_length(without(LAST, 10), LAST)
    first = next(iter(LAST.people.values()))
    with pytest.raises(Refused) as refused:
        check_length(without(LAST, 11), LAST)
    assert "11 of 100 people" in str(refused.value)
    assert "11.0%, allowed 10.0%" in str(refused.value)
    assert f"{first.staff_number} {first.name}" in str(refused.value)


def test_the_share_can_be_raised_for_one_import() -> None:
    check_length(without(LAST, 50), LAST, most_missing_share=0.5)


def test_people_who_had_left_before_and_people_of_bad_rows_are_not_missing() -> None:
    left = {n: replace(p, standing=Standing.LEFT) for n, p in list(LAST.people.items())[:50]}
    check_length(without(LAST, 50), replace(LAST, people={**LAST.people, **left}))
    check_length(without(LAST, 50), LAST, withheld=frozenset(left))


def test_lost_leading_zeros_are_recognised_and_the_way_out_is_told() -> None:
    bare = {number.lstrip("0"): person for number, person in LAST.people.items()}
    with pytest.raises(Refused, match=r"digits: \{staff_number: 6\}"):
        check_length(replace(LAST, people=bare), LAST)


def test_an_empty_last_roster_refuses_nothing() -> None:
    check_length(LAST, replace(LAST, people={}))


def test_late_rows_replace_and_add_and_say_whom() -> None:
    first = read_rows(GOOD, HANAKO)
    late = read_rows({**HANAKO, "役職": "主査"}, ICHIRO)
    merged = merge_late_rows(first.roster, late)
    assert sorted(merged.people) == ["001001", "001002", "001003"]
    assert merged.people["001002"].main_post.title == "主査"
    told = {(f.code, f.where) for f in merged.findings if f.code.startswith("late.")}
    assert told == {("late.replaced", "001002"), ("late.added", "001003")}


def test_late_rows_that_change_nothing_say_nothing() -> None:
    first = read_rows(GOOD, HANAKO)
    merged = merge_late_rows(first.roster, read_rows(HANAKO))
    assert merged.people["001001"] == first.roster.people["001001"]
    assert [f for f in merged.findings if f.code.startswith("late.")] == []


def test_late_rows_without_parents_do_not_take_the_parents_away() -> None:
    first = read_rows({**GOOD, "部コード": "01000", "部名": "管理部"})
    merged = merge_late_rows(first.roster, read_rows(HANAKO))
    assert merged.departments["01010"].parent_code == "01000"


def test_people_of_bad_rows_are_kept_as_they_were_and_others_are_not() -> None:
    last = read_rows(GOOD, HANAKO, ICHIRO).roster
    intake = read_rows(GOOD, {**HANAKO, "所属コード": "?"}, skip_bad_rows=True)
    roster = carry_withheld(intake, last)
    assert roster.people["001002"].main_post == last.people["001002"].main_post
    assert "001003" not in roster.people
    assert [f.where for f in roster.findings if f.code == "person.kept"] == ["001002"]


def test_a_bad_row_without_readable_number_keeps_everybody_who_is_absent() -> None:
    last = read_rows(GOOD, HANAKO, {**ICHIRO, "所属コード": "02010", "所属名": "制度課"}).roster
    intake = read_rows(GOOD, {**HANAKO, "職員番号": "?"}, skip_bad_rows=True)
    roster = carry_withheld(intake, last)
    assert sorted(roster.people) == ["001001", "001002", "001003"]
    assert roster.departments["02010"].name == "制度課"


def test_without_bad_rows_nobody_is_carried_over() -> None:
    last = read_rows(GOOD, HANAKO).roster
    assert list(carry_withheld(read_rows(GOOD), last).people) == ["001001"]


def test_the_last_files_order_is_not_carried_over_with_the_person() -> None:
    moved = {**HANAKO, "発令区分": "異動", "発令日": "2026-04-15", "引継期限": "2026-05-31"}
    last = read_rows(moved).roster
    intake = read_rows(GOOD, {**HANAKO, "所属コード": "?"}, skip_bad_rows=True)
    kept = carry_withheld(intake, last).people["001002"]
    assert (kept.order, kept.effective, kept.handover_until) == ("", None, None)
