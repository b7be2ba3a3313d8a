"""The made-up staff and its transfer hold everything that the importer and the road must cope with."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timezone

import pytest

from unyo.core.person import Standing
from unyo.lab.personnel import as_csv, as_xlsx, staff, transfer

LAST = staff(seed=7)
NOW = transfer(LAST, seed=7)
ORDERS = Counter(person.order for person in NOW.people.values())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    again = transfer(staff(seed=7), seed=7)
    assert as_csv(again) == as_csv(NOW)
    assert as_csv(staff(seed=8)) != as_csv(LAST)


def test_last_year_has_the_size_and_the_offices_asked_for() -> None:
    assert len(LAST.people) == 300
    assert LAST.effective == date(2025, 4, 1)
    below = [office for office in LAST.departments.values() if office.parent_code]
    assert len(below) == 12
    assert {office.parent_code for office in below} == {"01000", "02000"}
    assert all(code.startswith("0") for code in LAST.departments)


def test_last_year_has_namesakes_homophones_and_variant_characters() -> None:
    names = Counter(person.name for person in LAST.people.values())
    sounds = {(p.family_kana, p.given_kana, p.family_name) for p in LAST.people.values()}
    assert names["佐藤 裕子"] >= 2
    assert {("タカハシ", "ケンイチ", "高橋"), ("タカハシ", "ケンイチ", "髙橋")} <= sounds
    assert any("﨑" in name for name in names)
    assert any("邊" in name for name in names)


def test_last_year_has_people_out_in_on_leave_and_with_two_posts() -> None:
    standings = Counter(person.standing for person in LAST.people.values())
    assert standings[Standing.SECONDED_OUT] == 3
    assert standings[Standing.SECONDED_IN] == 3
    assert standings[Standing.ON_LEAVE] == 3
    assert sum(len(person.posts) > 1 for person in LAST.people.values()) == 5


@pytest.mark.parametrize(
    "order",
    [
        "採用",
        "退職",
        "異動",
        "昇任",
        "配置換",
        "改姓",
        "兼務",
        "兼務解除",
        "出向",
        "受入",
        "復帰",
        "育休",
        "復職",
    ],
)
def test_the_transfer_has_every_kind_of_order(order: str) -> None:
    assert ORDERS[order] >= 1


def test_the_transfer_is_of_the_next_first_of_april() -> None:
    assert NOW.effective == date(2026, 4, 1)


def test_one_person_disappears_without_an_order() -> None:
    (gone,) = LAST.people.keys() - NOW.people.keys()
    assert LAST.people[gone].standing is Standing.SECONDED_IN


def test_those_who_come_back_were_out_before() -> None:
    back = [number for number, person in NOW.people.items() if person.order == "復帰"]
    assert [LAST.people[number].standing for number in back] == [Standing.SECONDED_OUT] * 2


def test_those_who_marry_keep_their_number_and_get_another_surname() -> None:
    married = [number for number, person in NOW.people.items() if person.order == "改姓"]
    assert all(NOW.people[n].family_name != LAST.people[n].family_name for n in married)
    assert all(NOW.people[n].given_name == LAST.people[n].given_name for n in married)


def test_one_office_is_closed_one_opened_and_one_renamed() -> None:
    before, after = LAST.departments, NOW.departments
    assert len(before.keys() - after.keys()) == 1
    assert [after[code].name for code in after.keys() - before.keys()] == ["デジタル推進室"]
    assert [after[c].name for c in before.keys() & after.keys() if after[c].name != before[c].name] == [
        "会計支援課"
    ]


def test_one_mover_has_an_own_time_and_a_third_a_handover() -> None:
    own = [person.effective for person in NOW.people.values() if person.effective]
    assert own == [datetime(2026, 4, 15, tzinfo=timezone.utc)]
    until = Counter(person.handover_until for person in NOW.people.values())
    assert until[date(2026, 4, 30)] == 18


def test_nobody_moves_to_where_he_was() -> None:
    movers = [number for number, person in NOW.people.items() if person.order in ("異動", "昇任", "配置換")]
    assert all(
        NOW.people[n].main_post.department_code != LAST.people[n].main_post.department_code for n in movers
    )


def test_new_people_get_numbers_nobody_had() -> None:
    new = NOW.people.keys() - LAST.people.keys()
    assert min(new) > max(LAST.people)
    assert {NOW.people[number].order for number in new} == {"採用", "受入"}


def test_the_file_looks_like_an_office_made_it() -> None:
    text = as_csv(NOW).decode("cp932")
    lines = text.split("\r\n")
    assert lines[0].startswith("令和8年4月1日付 職員一覧")
    assert lines[1].startswith("職員番号,氏名,氏名カナ,部コード")
    assert lines[-2].startswith(f"合計,{len(NOW.people)}名")
    assert all(
        oddity in text for oddity in ("㈱", "①", "Ⅱ", "～", "髙", "﨑", "ﾞ", "０", "R8.4.1", "令和8年4月1日")
    )


@pytest.mark.parametrize("size", [1, 2, 5, 19, 20, 99, 100])
def test_any_size_works(size: int) -> None:
    made = transfer(staff(seed=1, size=size), seed=1)
    assert len(made.people) >= size
    assert as_xlsx(made).startswith(b"PK")


def test_many_people_in_many_offices() -> None:
    big = staff(seed=2, size=10_000, departments=200)
    assert len(big.people) == 10_000
    assert len(big.departments) == 202
    assert len(transfer(big, seed=2).people) > 10_000
