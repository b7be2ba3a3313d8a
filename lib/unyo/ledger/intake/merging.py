"""Late rows into a roster, and people of bad rows carried over as they were."""

from __future__ import annotations

from dataclasses import replace

from unyo.core.person import Department, Person, Roster, Standing
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.ledger.intake.reading import Intake


def merge_late_rows(roster: Roster, intake: Intake) -> Roster:
    """The roster with the intake's people added or replaced; nobody leaves it. Findings say who changed."""
    people = dict(roster.people)
    findings = [*roster.findings, *intake.findings]
    for number, person in intake.roster.people.items():
        former = people.get(number)
        if former is None:
            findings.append(_said("late.added", person, Text("added by a late row", "追加分で新規登録")))
        elif former.as_json() != person.as_json():
            findings.append(_said("late.replaced", person, _difference(former, person)))
        people[number] = person
    departments = dict(roster.departments)
    for code, department in intake.roster.departments.items():
        known = departments.get(code)
        departments[code] = _kept(known, department)
        if known is not None and departments[code] != known:
            text = Text(
                f"{code} {known.name} became {department.name}",
                f"{code}「{known.name}」を「{department.name}」に変更",
            )
            findings.append(Finding("late.department", Weight.ODD, text, code))
    return Roster(roster.effective, people, departments, tuple(findings))


def carry_withheld(intake: Intake, last_good: Roster) -> Roster:
    """The intake's roster with everybody whose row could not be read kept as in the last good roster.

    Where a bad row's staff number is unreadable, everybody absent may be meant: all of them are kept.
    """
    people, findings = dict(intake.roster.people), list(intake.roster.findings)
    departments = dict(intake.roster.departments)
    for number, person in last_good.people.items():
        absent = number not in people and person.standing is not Standing.LEFT
        if not absent or not (number in intake.withheld or intake.nameless):
            continue
        # An order of the last file is done with; carrying it would look like a new one.
        people[number] = replace(person, order="", effective=None, handover_until=None)
        text = Text(
            "kept as in the last file: the row could not be read", "行を読み取れないため前回のまま据置き"
        )
        findings.append(_said("person.kept", person, text))
        for post in person.posts:
            if post.department_code in last_good.departments:
                _carry_department(post.department_code, departments, last_good)
    return Roster(intake.roster.effective, people, departments, tuple(findings))


def _carry_department(code: str, departments: dict[str, Department], last_good: Roster) -> None:
    while code and code not in departments and code in last_good.departments:
        departments[code] = last_good.departments[code]
        code = departments[code].parent_code


def _kept(known: Department | None, late: Department) -> Department:
    """A partial file may leave the parent out; that does not take the parent away."""
    if known is not None and not late.parent_code:
        return replace(late, parent_code=known.parent_code)
    return late


def _said(code: str, person: Person, text: Text) -> Finding:
    named = f"{person.staff_number} {person.name}"
    return Finding(code, Weight.ODD, Text(f"{named}: {text.en}", f"{named}: {text.ja}"), person.staff_number)


def _difference(former: Person, late: Person) -> Text:
    before, after = former.as_json(), late.as_json()
    changed = ", ".join(f"{key}: {before[key]} → {after[key]}" for key in after if before[key] != after[key])
    return Text(f"replaced by a late row ({changed})", f"追加分で置換 ({changed})")
