"""Which of the known passwords of an account may be the one that works, likeliest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unyo.core.credential import Credential, SecretState, Standing, Version
from unyo.core.secret import SecretRef

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
    order = [version.number for version in _in_order(standing)] + [FIRST] * (credential.initial is not None)
    refused = Counter(standing.refused)
    turns = 1 + min((refused[number] // order.count(number) for number in order), default=0)
    left = []
    for number in order * (turns if is_torn(standing) else 1):
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


def is_torn(standing: Standing) -> bool:
    return standing.in_force is None and any(each.state is SecretState.TORN for each in standing.versions)


def _in_order(standing: Standing) -> Sequence[Version]:
    retired = [version for version in standing.versions if version.state is SecretState.RETIRED]
    proven = [version for version in retired if version.verified_at is not None]
    never_proven = [version for version in retired if version.verified_at is None]
    torn = [version for version in standing.versions if version.state is SecretState.TORN]
    in_force = [standing.in_force] if standing.in_force else torn
    again = standing.open[:1] if in_force else ()
    return [*standing.open, *in_force, *again, *proven, *never_proven]


def _candidate(credential: Credential, number: int) -> Candidate:
    if number == FIRST:
        assert credential.initial is not None
        return Candidate(FIRST, credential.initial)
    return Candidate(number, credential.ref.at(number))
