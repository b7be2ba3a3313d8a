"""Persons out of rows: one main post each, concurrent posts after it, contradictions refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from unyo.core.person import Person, Post, Standing
from unyo.core.text import Text
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.rows import PersonRow
from unyo.ledger.intake.words import PostKind


def find_persons(
    rows: Sequence[PersonRow], columns: Columns, notes: Notes
) -> tuple[dict[str, Person], list[BadRow]]:
    """Persons by staff number, without those whose rows contradict each other."""
    grouped: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        grouped[row.staff_number].append(row)
    persons: dict[str, Person] = {}
    faults: list[BadRow] = []
    for number, own in grouped.items():
        main, wrong = _main_row(own, columns)
        if main is not None and len(own) > 1:
            wrong += _contradictions(main, own, columns)
        faults += wrong
        if main is not None and not wrong:
            persons[number] = _person(main, own, notes)
    _tell_twins(persons, notes)
    return persons, faults


def _main_row(own: Sequence[PersonRow], columns: Columns) -> tuple[PersonRow | None, list[BadRow]]:
    marked = [row for row in own if row.kind is PostKind.MAIN]
    unmarked = [row for row in own if row.kind is None]
    mains = marked or unmarked
    if len(mains) == 1 and not (marked and unmarked):
        return mains[0], []
    right = Text("one main row (本務), the others concurrent (兼務)", "本務は 1 行、ほかは兼務")
    if not mains:
        what = Text("no main row for this staff number", "この職員番号に本務の行がありません")
        return None, [_bad(own[0], columns, "post_kind", _written(own[0]), what, right)]
    what = Text("a second main row for this staff number", "この職員番号に本務の行が複数あります")
    others = [row for row in (*marked, *unmarked) if row is not mains[0]]
    field = "post_kind" if "post_kind" in columns.at else "staff_number"
    number = own[0].staff_number if field == "staff_number" else ""
    return mains[0], [_bad(row, columns, field, number or _written(row), what, right) for row in others]


def _written(row: PersonRow) -> str:
    words = {PostKind.MAIN: "本務", PostKind.CONCURRENT: "兼務", PostKind.RELEASED: "兼務解除"}
    return words[row.kind] if row.kind else ""


def _contradictions(main: PersonRow, own: Sequence[PersonRow], columns: Columns) -> list[BadRow]:
    faults = []
    departments = {main.department_code}
    name_field = "family_name" if "family_name" in columns.at else "name"
    for row in own:
        if row is main:
            continue
        ours, theirs = _identity(row), _identity(main)
        if ours != theirs:
            what = Text(
                f"line {main.line} names somebody else: {theirs}",
                f"{main.line} 行目の氏名「{theirs}」と異なります",
            )
            right = Text("one name for one staff number", "1 つの職員番号に 1 つの氏名")
            faults.append(_bad(row, columns, name_field, ours, what, right))
        if (row.standing is Standing.LEFT) != (main.standing is Standing.LEFT):
            what = Text(
                f"left here or in line {main.line}, not in both", f"{main.line} 行目と退職の有無が異なります"
            )
            right = Text("the same standing in all rows of a person", "同一職員の全行で同じ在籍区分")
            faults.append(_bad(row, columns, "standing", row.standing.value, what, right))
        if row.kind is PostKind.RELEASED or not row.department_code:
            continue
        if row.department_code in departments:
            what = Text("the same department twice for this person", "同じ職員に同じ所属が 2 回あります")
            right = Text("each department once", "所属ごとに 1 行")
            faults.append(_bad(row, columns, "department_code", row.department_code, what, right))
        departments.add(row.department_code)
    return faults


def _person(main: PersonRow, own: Sequence[PersonRow], notes: Notes) -> Person:
    others = [row for row in own if row is not main]
    held = [main, *(row for row in others if row.kind is not PostKind.RELEASED)]
    for row in others:
        if row.effective is not None and row.effective != main.effective:
            text = Text(
                "the concurrent post's own time is not kept apart; the main row's counts",
                "兼務の行の適用日時は使わず、本務の行の日時で処理します",
            )
            notes.odd("person.own_time", text, f"line {row.line}")
    roman = next((row for row in own if row.family_roman or row.given_roman), main)
    until = [row.handover_until for row in own if row.handover_until is not None]
    return Person(
        main.staff_number,
        main.name.family,
        main.name.given,
        main.name.family_kana,
        main.name.given_kana,
        tuple(Post(row.department_code, row.title) for row in held if row.department_code),
        main.standing,
        roman.family_roman,
        roman.given_roman,
        main.employment,
        main.order,
        main.effective,
        max(until, default=None),
        main.line,
    )


def _tell_twins(persons: dict[str, Person], notes: Notes) -> None:
    """The same name in the same department under two numbers may be one person entered twice."""
    seen: dict[tuple[str, str, str], Person] = {}
    for person in persons.values():
        if person.standing is Standing.LEFT or not person.posts:
            continue
        key = (person.name, f"{person.family_kana} {person.given_kana}", person.posts[0].department_code)
        twin = seen.setdefault(key, person)
        if twin is not person:
            notes.odd(
                "person.twice",
                Text(
                    f"{person.name} is in the same department under {twin.staff_number} and {person.staff_number}",
                    f"同じ所属に同姓同名がいます: {person.name} ({twin.staff_number} と {person.staff_number})",
                ),
                f"line {person.line}",
            )


def _identity(row: PersonRow) -> str:
    name = row.name
    return f"{name.family} {name.given} / {name.family_kana} {name.given_kana}"


def _bad(row: PersonRow, columns: Columns, field: str, value: str, what: Text, right: Text) -> BadRow:
    return BadRow(row.line, columns.heading(field), value, what, right, row.staff_number)
