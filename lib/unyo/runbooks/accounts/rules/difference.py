"""The three-way difference: file now, file last, directory now; what happens to whom, and what is odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unyo.core.person import Move, Person, Post, Roster, Standing
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.wanted import is_suspended


@dataclass(frozen=True, slots=True)
class Case:
    """One person's case: what happens, and what the reader should look at."""

    move: Move
    findings: tuple[Finding, ...] = ()


def with_absentees(roster: Roster, last: Roster | None) -> tuple[Roster, list[Finding]]:
    """The roster in which people who stood in the last file but not in this one count as left, each named.

    People whose rows were bad (withheld) are the caller's business: they must still stand in the roster.
    """
    if last is None:
        return roster, []
    gone = {
        number: replace(person, standing=Standing.LEFT, effective=None, handover_until=None)
        for number, person in last.people.items()
        if number not in roster.people and person.standing is not Standing.LEFT
    }
    findings = [
        _finding(
            "people.absent",
            Weight.ODD,
            person,
            "stands in the last file, not in this one; treated as having left",
            "前回の名簿にあり今回ありません。退職として扱います",
        )
        for person in gone.values()
    ]
    people = dict(sorted({**roster.people, **gone}.items()))
    return replace(roster, people=people), findings


def case_of(
    person: Person, before: Person | None, now: Mapping[str, Any] | None, want: Mapping[str, Any] | None
) -> Case:
    """Classify one person; ``now`` and ``want`` are the account's states (None: no account)."""
    oddities = _oddities(person, before, now)
    if want is None:
        return Case(Move.UNCHANGED, oddities)
    if now is None:
        move = Move.SECONDED_IN if person.standing is Standing.SECONDED_IN else Move.JOINER
        return Case(move, oddities)
    if not want["enabled"] and not is_suspended(now):
        move = _GOING.get(person.standing, Move.SECONDED_OUT)
        return Case(move if _differs(now, want) else Move.UNCHANGED, oddities)
    if not now["enabled"] and want["enabled"]:
        return Case(Move.RETURN, oddities)
    return Case(_among_the_active(person, before, now, want), oddities)


_GOING = {Standing.LEFT: Move.LEAVER, Standing.ON_LEAVE: Move.ON_LEAVE}


def _among_the_active(
    person: Person, before: Person | None, now: Mapping[str, Any], want: Mapping[str, Any]
) -> Move:
    if not _differs(now, want):
        return Move.UNCHANGED
    if now["family"] != want["family"] or now["given"] != want["given"]:
        return Move.RENAME
    if now["department_code"] != want["department_code"]:
        return Move.MOVER
    if before is not None and _other_posts(before) != _other_posts(person):
        return Move.CONCURRENT
    if before is not None and before.main_post != person.main_post:
        return Move.MOVER
    return Move.CORRECTION


def _other_posts(person: Person) -> set[Post]:
    return set(person.posts[1:])


def _differs(now: Mapping[str, Any], want: Mapping[str, Any]) -> bool:
    return any(now.get(key) != value for key, value in want.items())


def _oddities(person: Person, before: Person | None, now: Mapping[str, Any] | None) -> tuple[Finding, ...]:
    found = []
    if now is not None and person.standing is Standing.LEFT and not now["enabled"] and before is not None:
        found.append(
            _finding(
                "accounts.already_disabled",
                Weight.NOTE,
                person,
                "is disabled already",
                "すでに無効化されています",
            )
        )
    if now is not None and is_suspended(now) and person.standing is not Standing.LEFT:
        found.append(
            _finding(
                "accounts.suspended",
                Weight.ODD,
                person,
                "is suspended and stays so; accounts.restore enables it",
                "停止中のアカウントです。停止のままとします(解除は accounts.restore)",
            )
        )
    if before is None and now is not None:
        found.append(
            _finding(
                "accounts.not_in_last_file",
                Weight.ODD,
                person,
                "has an account but did not stand in the last file (return, or a wrong staff number?)",
                "アカウントがありますが前回の名簿にありません(復帰、または職員番号の誤り)",
            )
        )
    if before is not None and now is None and before.standing is Standing.ACTIVE:
        found.append(
            _finding(
                "accounts.missing",
                Weight.ODD,
                person,
                "stood in the last file but has no account",
                "前回の名簿にありますがアカウントがありません",
            )
        )
    if (
        before is not None
        and before.family_name != person.family_name
        and before.given_name != person.given_name
    ):
        found.append(
            _finding(
                "people.other_name",
                Weight.ODD,
                person,
                f"was {before.name}: family and given name both changed; another person's number?",
                f"旧氏名 {before.name}: 姓と名の両方が変わっています(職員番号の誤りの可能性)",
            )
        )
    return tuple(found)


def strangers(roster: Roster, last: Roster | None, now: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Accounts with a staff number that neither file knows: named, never touched."""
    known = set(roster.people) | (set(last.people) if last else set())
    return [
        Finding(
            "accounts.stranger",
            Weight.NOTE if not state["enabled"] else Weight.ODD,
            Text(
                f"account {state['sam']} is in no file; it is left alone",
                f"アカウント {state['sam']} はどの名簿にもありません。変更しません",
            ),
            number,
        )
        for number, state in sorted(now.items())
        if number not in known
    ]


def _finding(code: str, weight: Weight, person: Person, en: str, ja: str) -> Finding:
    where = f"{person.staff_number} {person.name}"
    return Finding(code, weight, Text(en, ja), where)
