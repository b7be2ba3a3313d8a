"""Which of the known passwords of an account may be the one that works, likeliest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.credential import Credential
from unyo.core.password_books import Standing
from unyo.core.secret import SecretRef
from unyo.core.secret_state import SecretState

FIRST = 0
"""Stands for the password an account came with, which has no version of its own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One password that may be in force; ``number`` is its version, or FIRST."""

    number: int
    ref: SecretRef


def candidates(credential: Credential, standing: Standing) -> list[Candidate]:
    """What is left to be tried: open versions, the one in force, then history, then the first password.

    What was refused since the last proof is left out. The newest open version has a second turn after the
    one in force: a change that was still under way at its first may have come between the two. Of a torn
    account, all of which were refused, everything has one more turn: a person asks for that.
    """
    order, refused = _numbers(credential, standing), Counter(standing.refused)
    turns = 1 + _turns_had(order, refused) if is_torn(credential, standing) else 1
    left = []
    for number in order * turns:
        if refused[number]:
            refused[number] -= 1
        else:
            left.append(_candidate(credential, number))
    return left


def needs_a_look(credential: Credential, standing: Standing) -> bool:
    """Whether the books do not know which password is in force."""
    if standing.open:
        return True
    if standing.in_force is not None:
        return standing.in_force.number in standing.refused
    if credential.initial is not None:
        return FIRST in standing.refused
    return any(version.state is SecretState.RETIRED for version in standing.versions)


def is_torn(credential: Credential, standing: Standing) -> bool:
    """Whether everything that the books know was refused."""
    if standing.in_force is not None:
        return False
    if any(version.state is SecretState.TORN for version in standing.versions):
        return True
    order = _numbers(credential, standing)
    return bool(order) and _turns_had(order, Counter(standing.refused)) > 0


def _numbers(credential: Credential, standing: Standing) -> list[int]:
    """The row in which versions are tried; the newest open one stands in it twice."""
    by_state: dict[SecretState, list[int]] = defaultdict(list)
    for version in standing.versions:
        by_state[version.state].append(version.number)
    proven = {version.number for version in standing.versions if version.verified_at is not None}
    history = sorted(by_state[SecretState.RETIRED], key=lambda number: (number not in proven, -number))
    first = [FIRST] if credential.initial is not None else []
    opened = [version.number for version in standing.open]
    held = by_state[SecretState.VERIFIED][:1] or by_state[SecretState.TORN] or first
    return [*opened, *held, *(opened[:1] if held else []), *history, *(first if held != first else [])]


def _turns_had(order: Sequence[int], refused: Mapping[int, int]) -> int:
    """How often the whole row has been gone through in vain."""
    return min((refused[number] // order.count(number) for number in order), default=0)


def _candidate(credential: Credential, number: int) -> Candidate:
    if number == FIRST:
        assert credential.initial is not None
        return Candidate(FIRST, credential.initial)
    return Candidate(number, credential.ref.at(number))
