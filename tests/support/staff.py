"""Sixty people in seven departments, and what the first of April does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from unyo.core.person import Department, Person, Post, Roster, Standing

DEPARTMENTS = {
    department.code: department
    for department in (
        Department("0100", "総務部"),
        Department("0101", "総務課", "0100"),
        Department("0102", "会計課", "0100"),
        Department("0200", "消費者政策部"),
        Department("0201", "企画課", "0200"),
        Department("0202", "調査, 分析室", "0200"),
        Department("0300", "臨時対策室"),
    )
}
_FAMILIES = "佐藤サトウ 鈴木スズキ 髙橋タカハシ 田中タナカ 井上イノウエ 山﨑ヤマザキ 大野オオノ 長谷川ハセガワ 五十嵐イガラシ 渡邊ワタナベ"
_GIVENS = "健一ケンイチ 美咲ミサキ 翔太ショウタ さくらサクラ 学マナブ 優子ユウコ"
_CODES = ("0101", "0102", "0201", "0202", "0300")
_TITLES = ("課長", "係長", "主査", "")


def _split(text: str) -> list[tuple[str, str]]:
    found = []
    for word in text.split():
        cut = next(i for i, sign in enumerate(word) if "ァ" <= sign <= "ヺ")
        found.append((word[:cut], word[cut:]))
    return found


def person(number: int, code: str = "", title: str = "") -> Person:
    """The person with this number; names repeat after sixty."""
    families, givens = _split(_FAMILIES), _split(_GIVENS)
    family, given = families[number % 10], givens[number // 10 % 6]
    post = Post(code or _CODES[number % 5], title or _TITLES[number % 4])
    return Person(f"{number:06}", family[0], given[0], family[1], given[1], (post,))


def last_year() -> Roster:
    """60 people on 1 April 2025; numbers 0 and 60 have the same name and work in the same department."""
    people = [person(number) for number in range(55)] + [person(number) for number in range(60, 65)]
    return Roster(date(2025, 4, 1), {each.staff_number: each for each in people}, DEPARTMENTS)


def this_year() -> Roster:
    """1 April 2026: every kind of move, a department renamed and moved, one new and one closed."""
    people = dict(last_year().people)

    def change(number: int, **fields: object) -> None:
        people[f"{number:06}"] = replace(people[f"{number:06}"], **fields)  # type: ignore[arg-type]

    for number in (4, 9, 14, 19, 24, 29, 34, 39, 44, 49, 54, 64):
        change(number, posts=(Post("0301", "主査"),))
    change(1, posts=(Post("0101", "課長"),), handover_until=date(2026, 4, 30))
    change(2, family_name="中村", family_kana="ナカムラ")
    change(3, standing=Standing.SECONDED_OUT)
    change(5, standing=Standing.ON_LEAVE)
    change(6, posts=(people["000006"].main_post, Post("0201", "")))
    for number in (7, 8, 10, 60):
        change(number, standing=Standing.LEFT)
    for number in (101, 102, 103, 160):
        people[f"{number:06}"] = person(number, "0101")
    people["000104"] = replace(person(104, "0202"), standing=Standing.SECONDED_IN)
    departments = dict(DEPARTMENTS)
    del departments["0300"]
    departments["0301"] = Department("0301", "デジタル室", "0200")
    departments["0102"] = Department("0102", "財務課", "0200")
    return Roster(date(2026, 4, 1), people, departments)
