"""What all books of passwords do: those in the ledger, and those in memory that tests of the rotation use."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from support.books import NOON, Books
from support.boxes import SetClock
from support.memory_books import MemoryBooks
from unyo.core.errors import Refused, Unreachable, UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.password_books import Credentials, Move, Standing
from unyo.core.secret import Secret
from unyo.core.secret_state import SecretState
from unyo.core.text import Text

_S = SecretState
ROOT, KEEPER = "passwords/app1/root", "passwords/app1/keeper"


@pytest.fixture(params=["ledger", "memory"])
def books(request: pytest.FixtureRequest, sqlite_ledger: Path) -> Credentials:
    if request.param == "ledger":
        return Books().credentials
    return MemoryBooks(SetClock(NOON))


def propose(books: Credentials, *paths: str) -> Mapping[str, int]:
    return books.propose(dict.fromkeys(paths, lambda: Secret("canary")), "rotation")


def states(books: Credentials, path: str = ROOT) -> list[tuple[int, str]]:
    return [(each.number, each.state.value) for each in books.standing([path])[path].versions]


def test_what_is_proposed_is_sealed_with_its_purpose(books: Credentials) -> None:
    assert propose(books, ROOT, KEEPER) == {ROOT: 1, KEEPER: 1}
    assert states(books) == [(1, "SEALED")]
    assert books.standing([ROOT])[ROOT].versions[0].purpose == "rotation"


def test_one_open_version_keeps_all_from_being_proposed(books: Credentials) -> None:
    propose(books, KEEPER)
    with pytest.raises(Refused):
        propose(books, ROOT, KEEPER)
    assert (states(books), states(books, KEEPER)) == ([], [(1, "SEALED")])


def test_a_proof_retires_the_one_before_and_clears_what_was_counted(books: Credentials) -> None:
    propose(books, ROOT)
    books.advance([Move(ROOT, 1, _S.VERIFIED, "ssh")])
    propose(books, ROOT)
    books.note_tries([ROOT])
    books.note_answers({ROOT: 1}, [])
    books.note_trouble({ROOT: Unreachable("x.off", Text("off", "停止"), Text("on", "起動"))})
    books.advance([Move(ROOT, 2, _S.SET)])
    assert books.standing([ROOT])[ROOT].bad_logons == (NOON,)
    books.advance([Move(ROOT, 2, _S.VERIFIED, "ssh")])
    standing = books.standing([ROOT])[ROOT]
    assert states(books) == [(2, "VERIFIED"), (1, "RETIRED")]
    assert (standing.bad_logons, standing.refused, standing.trouble) == ((), (), None)


def test_moves_are_noted_all_or_none(books: Credentials) -> None:
    propose(books, ROOT, KEEPER)
    with pytest.raises(Refused):
        books.advance([Move(ROOT, 1, _S.SET), Move(KEEPER, 1, _S.TORN)])
    assert (states(books), states(books, KEEPER)) == ([(1, "SEALED")], [(1, "SEALED")])


def test_a_try_that_did_not_come_about_is_taken_back(books: Credentials) -> None:
    books.note_tries([ROOT, KEEPER])
    books.note_answers({KEEPER: 0}, [ROOT])
    found = books.standing([ROOT, KEEPER])
    assert (found[ROOT].bad_logons, found[KEEPER].bad_logons) == ((), (NOON,))
    assert (found[ROOT].refused, found[KEEPER].refused) == ((), (0,))


def test_silence_of_a_system_takes_no_fact_away(books: Credentials) -> None:
    policy = LockoutPolicy(10, timedelta(minutes=15), timedelta(minutes=30))
    books.note_facts({ROOT: AccountFacts(lockout=policy, last_set=NOON)})
    books.note_facts({ROOT: AccountFacts()})
    standing = books.standing([ROOT])[ROOT]
    assert (standing.lockout, standing.last_set) == (policy, NOON)


def test_an_adopted_password_is_in_force_whatever_was_open(books: Credentials) -> None:
    propose(books, ROOT)
    books.advance([Move(ROOT, 1, _S.UNKNOWN)])
    assert books.adopt(ROOT, Secret("typed"), "console") == 2
    assert states(books) == [(2, "VERIFIED"), (1, "RETIRED")]


@pytest.mark.parametrize("seed", range(4))
def test_both_come_to_the_same_after_any_hundred_steps(sqlite_ledger: Path, seed: int) -> None:
    dice = random.Random(seed)
    both: tuple[Credentials, Credentials] = (Books().credentials, MemoryBooks(SetClock(NOON)))
    for _ in range(100):
        path, number = dice.choice([ROOT, KEEPER]), dice.randint(1, 6)
        state = dice.choice(list(_S))
        kind = dice.randint(0, 9)
        ends = [_step(books, kind, path, number, state) for books in both]
        assert ends[0] == ends[1], (kind, path, number, state)


def _step(books: Credentials, kind: int, path: str, number: int, state: SecretState) -> object:
    """One step, and all that the books say afterwards; an error is told by its class."""
    try:
        if kind == 0:
            propose(books, path)
        elif kind == 1:
            books.note_tries([path])
        elif kind == 2:
            books.note_answers({path: number}, [])
        elif any(each.number == number for each in books.standing([path])[path].versions):
            books.advance([Move(path, number, state, "ssh")])
    except UnyoError as error:
        return type(error)
    return [_comparable(each) for each in books.standing([ROOT, KEEPER]).values()]


def _comparable(standing: Standing) -> Standing:
    """Where a set password is noted besides its version does not matter to anybody."""
    return replace(standing, last_set=None)
