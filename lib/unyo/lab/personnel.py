"""Made-up staff and their 1 April transfer, the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from unyo.core.person import Person, Post, Roster, Standing
from unyo.lab.names import Name, draw_names, homophone
from unyo.lab.offices import in_use, organisation
from unyo.lab.personnel_file import as_csv, as_xlsx
from unyo.lab.transfer import transfer

__all__ = ["as_csv", "as_xlsx", "staff", "transfer"]

# People whom every made-up office has: variant characters, namesakes, homophones, an own spelling.
_CAST = (
    Name("髙橋", "健一", "タカハシ", "ケンイチ"),
    Name("高橋", "賢一", "タカハシ", "ケンイチ"),
    Name("山﨑", "裕子", "ヤマザキ", "ユウコ"),
    Name("山崎", "優子", "ヤマザキ", "ユウコ"),
    Name("渡邊", "浩", "ワタナベ", "ヒロシ"),
    Name("渡部", "博", "ワタナベ", "ヒロシ"),
    Name("佐藤", "裕子", "サトウ", "ユウコ"),
    Name("佐藤", "裕子", "サトウ", "ユウコ"),
    Name("佐藤", "祐子", "サトウ", "ユウコ"),
    Name("伊藤", "純", "イトウ", "ジュン"),
    Name("伊東", "淳", "イトウ", "ジュン"),
    Name("大野", "健", "オオノ", "ケン"),
    Name("スミス", "ジョン", "スミス", "ジョン"),
    Name("東海林", "さくら", "トウカイリン", "サクラ"),
)
_ROMAN = {"大野 健": ("OHNO", "KEN"), "スミス ジョン": ("SMITH", "JOHN")}
_TITLES = ("課長", "課長補佐", "課長補佐", "係長", "係長", "係長", "主査", "主査")
_ODD_TITLES = ("主査①", "㈱連携担当主査", "相談員(東～関)", "主任Ⅱ")


def staff(seed: int, size: int = 300, departments: int = 12) -> Roster:
    """Last year's state: ``size`` people in ``departments`` sections below two parents, on 2025-04-01.

    Some are seconded out or in, on leave, or hold concurrent posts; from 100 people on the whole cast
    of awkward names is there.
    """
    rng = Random(f"staff {seed}")
    offices = organisation(departments)
    sections = [code for code, office in offices.items() if office.parent_code] or list(offices)
    names = _names(rng, size)
    places = [sections[i % len(sections)] for i in range(size)]
    people: list[Person] = []
    number = 100
    for i, (name, place) in enumerate(zip(names, places, strict=True)):
        number += rng.randint(1, 4)
        rank = i // len(sections)
        title = _TITLES[rank] if rank < len(_TITLES) else "係員"
        people.append(_person(rng, f"{number:06d}", name, Post(place, title)))
    people = _with_heads(people, [code for code, office in offices.items() if not office.parent_code])
    people = _with_standings(rng, _with_concurrent_posts(rng, _with_odd_titles(people), sections))
    return Roster(date(2025, 4, 1), {p.staff_number: p for p in people}, in_use(offices, people))


def _names(rng: Random, size: int) -> list[Name]:
    names = draw_names(rng, size)
    if size >= 100:
        for i, name in enumerate(_CAST):
            names[20 + 5 * i] = name
        names[-1] = homophone(names[30], rng)
    return names


def _person(rng: Random, number: str, name: Name, post: Post) -> Person:
    roman = _ROMAN.get(f"{name.family} {name.given}", ("", ""))
    employment = rng.choices(("常勤", "任期付", "非常勤"), (85, 10, 5))[0]
    return Person(
        number,
        name.family,
        name.given,
        name.family_kana,
        name.given_kana,
        (post,),
        family_roman=roman[0],
        given_roman=roman[1],
        employment=employment,
    )


def _with_heads(people: list[Person], parents: list[str]) -> list[Person]:
    """The first people head the two departments, directly below no section."""
    if len(people) < 20:
        return people
    heads = [
        replace(person, posts=(Post(code, "部長"),)) for person, code in zip(people, parents, strict=False)
    ]
    return heads + people[len(heads) :]


def _with_odd_titles(people: list[Person]) -> list[Person]:
    odd = dict(zip(range(60, 100, 10), _ODD_TITLES, strict=True)) if len(people) >= 100 else {}
    return [
        replace(person, posts=(Post(person.main_post.department_code, odd[i]),)) if i in odd else person
        for i, person in enumerate(people)
    ]


def _with_concurrent_posts(rng: Random, people: list[Person], sections: list[str]) -> list[Person]:
    made = list(people)
    for i in rng.sample(range(len(people)), len(people) // 60) if len(sections) > 1 else []:
        others = [code for code in sections if code != people[i].main_post.department_code]
        made[i] = replace(people[i], posts=(*people[i].posts, Post(rng.choice(others), "併任")))
    return made


def _with_standings(rng: Random, people: list[Person]) -> list[Person]:
    if len(people) < 20:
        return people
    away = max(1, len(people) // 100)
    wanted = [Standing.SECONDED_OUT] * away + [Standing.SECONDED_IN] * away + [Standing.ON_LEAVE] * away
    chosen = dict(zip(rng.sample(range(2, len(people)), len(wanted)), wanted, strict=True))
    return [replace(person, standing=chosen.get(i, person.standing)) for i, person in enumerate(people)]
