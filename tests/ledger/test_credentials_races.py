"""Workers that race, a cost that does not grow with the number of accounts, and a file without clear text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from support.books import Books
from unyo.core.errors import Refused
from unyo.core.password_books import Move
from unyo.core.secret import SecretRef
from unyo.core.secret_state import SecretState
from unyo.ledger.models import SealedSecret

ROOT = "passwords/app1/root"
WORKERS = 4


@pytest.fixture
def books(any_ledger: None) -> Books:
    return Books()


def at_once(work: Callable[[int], str]) -> list[str]:
    """What each of the racing workers came to: its answer, or the code of the error."""
    start = threading.Barrier(WORKERS)

    def one(number: int) -> str:
        start.wait()
        try:
            return work(number)
        except Refused as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


@pytest.mark.parametrize("former", [False, True], ids=["first-password", "renewed"])
def test_of_racing_workers_exactly_one_seals_a_password(books: Books, former: bool) -> None:
    if former:
        books.renew(ROOT)
    for _ in range(5):
        ends = at_once(lambda number: str(books.propose(ROOT, purpose=f"worker {number}")[ROOT]))
        (open_one,) = books.standing(ROOT).open
        assert ends.count(str(open_one.number)) == 1
        assert set(ends) <= {str(open_one.number), "passwords.open", "passwords.raced"}
        books.move(ROOT, open_one.number, SecretState.VERIFIED, "ssh")


def test_of_two_proofs_that_race_one_is_in_force_and_none_is_lost(books: Books) -> None:
    numbers = [books.renew(ROOT) for _ in range(WORKERS)]

    def prove(place: int) -> str:
        books.move(ROOT, numbers[place], SecretState.VERIFIED, "ssh")
        return ""

    assert at_once(prove) == [""] * WORKERS
    states = list(books.states(ROOT).values())
    assert sorted(states) == ["RETIRED"] * (WORKERS - 1) + ["VERIFIED"]


def test_tries_that_race_are_all_counted(books: Books) -> None:
    def note(_: int) -> str:
        for _ in range(5):
            books.credentials.note_tries([ROOT])
        return ""

    at_once(note)
    assert len(books.standing(ROOT).bad_logons) == 5 * WORKERS


def test_four_hundred_accounts_cost_as_few_transactions_as_one(books: Books) -> None:
    paths = [f"passwords/windows/S{number:04}/unyo-admin" for number in range(400)]

    def transactions(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as seen:
            work()
        return sum(query["sql"].startswith("BEGIN") for query in seen)

    counts = [
        transactions(lambda: books.propose(*paths)),
        transactions(lambda: books.credentials.advance([Move(p, 1, SecretState.SET) for p in paths])),
        transactions(
            lambda: books.credentials.advance([Move(p, 1, SecretState.VERIFIED, "ntlm") for p in paths])
        ),
        transactions(lambda: books.credentials.note_tries(paths)),
    ]
    assert counts == [2, 1, 1, 1]
    assert len(books.safe.open_many([SecretRef(path) for path in paths])) == 400
    with CaptureQueriesContext(connection) as seen:
        books.safe.open_many([SecretRef(path) for path in paths])
        books.credentials.standing(paths)
    assert len(seen) == 4


def test_no_password_stands_in_the_file_of_the_ledger(sqlite_ledger: Path) -> None:
    books = Books()
    for _ in range(15):
        books.renew(ROOT)
    assert SealedSecret.objects.filter(blob=b"").exists()
    written = b"".join(file.read_bytes() for file in sqlite_ledger.parent.glob("ledger.sqlite3*"))
    assert ROOT.encode() in written
    assert not [canary for canary in books.canaries if canary.encode() in written]
