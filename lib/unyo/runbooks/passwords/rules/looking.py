"""Finding out which known password of an account works, with few enough tries that nobody is locked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from unyo.core.credential import AccountKind, Credential, Scope
from unyo.core.directory import Logon
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.hand import Hand, Trial, Tried
from unyo.core.password_books import Standing
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import troubles
from unyo.runbooks.passwords.rules.behind import behind_others
from unyo.runbooks.passwords.rules.budget import free_again, policy_of, tries_left
from unyo.runbooks.passwords.rules.candidates import Candidate, candidates

Q = TypeVar("Q")
A = TypeVar("A")

RIGHT = {Logon.ACCEPTED, Logon.MUST_CHANGE, Logon.PASSWORD_EXPIRED}
"""Answers that only the right password gets."""


@dataclass(frozen=True, slots=True)
class Found:
    """The version that works and how that showed, or why none is known to.

    ``unsaved``: a device would forget it with its next start.
    """

    number: int | None = None
    by: str = ""
    error: UnyoError | None = None
    unsaved: bool = False


@dataclass
class _Look:
    """One account under way: what is left to be tried, and how many tries may still fail."""

    credential: Credential
    standing: Standing
    left: list[Candidate]
    budget: int


def look(
    accounts: Mapping[str, tuple[Credential, Standing]], seen_there: Mapping[str, int], tools: Tools
) -> dict[str, Found]:
    """Try candidates one after the other, all accounts side by side; nothing is changed at any target.

    ``seen_there``: path → bad log-ons as the system itself counts them. Each try is noted in the books
    before it is made, each refusal after it.
    """
    now = tools.clock.now()
    accounts = _with_neighbours(accounts, tools)
    looks = {
        path: _Look(
            credential,
            standing,
            candidates(credential, standing),
            tries_left(standing, now, seen_there.get(path)),
        )
        for path, (credential, standing) in accounts.items()
    }
    found: dict[str, Found] = {}
    while True:
        for path in looks.keys() - found.keys():
            error = _end_of(looks[path], tools)
            if error is not None:
                found[path] = Found(error=error)
        under_way = [path for path in looks if path not in found]
        if not under_way:
            return found
        _try_next({path: looks[path] for path in under_way}, found, tools)


def _with_neighbours(
    accounts: Mapping[str, tuple[Credential, Standing]], tools: Tools
) -> Mapping[str, tuple[Credential, Standing]]:
    """A network device counts the bad log-ons of all its accounts together, so the books must too."""
    systems = {each.system for each, _ in accounts.values() if each.kind is AccountKind.NETWORK}
    if not systems:
        return accounts
    scope = Scope(kind=(AccountKind.NETWORK,), system=tuple(sorted(systems)))
    neighbours = {each.path: each.system for each in tools.credentials.select(scope)}
    tries: dict[str, list[datetime]] = defaultdict(list)
    for path, standing in tools.credentials.standing(list(neighbours)).items():
        tries[neighbours[path]] += standing.bad_logons
    return {
        path: (
            each,
            replace(known, bad_logons=tuple(tries[each.system])) if each.system in systems else known,
        )
        for path, (each, known) in accounts.items()
    }


def _end_of(each: _Look, tools: Tools) -> UnyoError | None:
    if not each.left:
        return troubles.torn(each.credential)
    if each.budget > 0:
        return None
    policy = policy_of(each.standing)
    if policy.spare == 0:
        return troubles.no_room(each.credential, policy.threshold)
    return troubles.waits(each.credential, free_again(each.standing, tools.clock.now()))


def _try_next(looks: Mapping[str, _Look], found: dict[str, Found], tools: Tools) -> None:
    tools.credentials.note_tries(list(looks))
    trials = [Trial(each.credential, each.left[0].ref) for each in looks.values()]
    answers = attempts(trials, tools)
    refused: dict[str, int] = {}
    untried: list[str] = []
    for (path, each), answer in zip(looks.items(), answers, strict=True):
        number = each.left[0].number
        if isinstance(answer, UnyoError):
            untried.append(path)
            found[path] = Found(error=answer)
        elif answer.logon in RIGHT:
            found[path] = Found(number, shown(answer), unsaved=answer.unsaved)
        elif answer.logon is Logon.WRONG:
            refused[path] = number
            each.left.pop(0)
            each.budget -= 1
        elif answer.logon is not None:
            found[path] = Found(error=troubles.blocked(each.credential, answer.logon))
        else:
            untried.append(path)
            found[path] = Found(error=answer.error or _silent(each.credential))
    if refused or untried:
        tools.credentials.note_answers(refused, untried)


def attempts(trials: Sequence[Trial], tools: Tools) -> list[Tried | UnyoError]:
    """One log-on each, by the hand of its kind; the error where there is no such hand."""
    trials = behind_others(trials, tools)
    return by_kind(trials, lambda trial: trial.credential.kind, lambda hand, some: hand.attempt(some), tools)


def by_kind(
    questions: Sequence[Q],
    kind_of: Callable[[Q], AccountKind],
    ask: Callable[[Hand, Sequence[Q]], Sequence[A | UnyoError]],
    tools: Tools,
) -> list[A | UnyoError]:
    """Each kind's hand is asked once; the answers come in the order of the questions."""
    groups: dict[AccountKind, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        groups[kind_of(question)].append(place)
    answers: dict[int, A | UnyoError] = {}
    for kind, places in groups.items():
        try:
            told = ask(tools.hands.of(kind), [questions[place] for place in places])
        except UnyoError as error:
            told = [error for _ in places]
        answers |= dict(zip(places, told, strict=True))
    return [answers[place] for place in range(len(questions))]


def shown(answer: Tried) -> str:
    """How a log-on proved a password; what the account must do next stands with it."""
    return answer.by if answer.logon is Logon.ACCEPTED else f"{answer.by} ({answer.logon})"


def _silent(credential: Credential) -> UnyoError:
    return troubles.unproven(credential, "", None)


def is_away(error: UnyoError | None) -> bool:
    return isinstance(error, Unreachable)
