"""What every store of sealed rows does, in memory and in the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from unyo.core.sealed import DESTROYED, SealedRow, SealedStore
from unyo.vault.store import MemoryStore

NOON = datetime(2026, 4, 1, 3, tzinfo=timezone.utc)
FIRST = SealedRow("accounts/000101/initial", 1, "k1", b"\x01\x00\xffblob", "initial password", NOON)
SECOND = replace(FIRST, version=2, blob=b"\x01second")
OTHER = replace(FIRST, path="directory/bind", blob=b"\x01other")
WORKERS = 8


class SealedStoreContract:
    """The rules; a subclass says which store keeps them."""

    @pytest.fixture
    def store(self) -> SealedStore:
        raise NotImplementedError

    def test_an_empty_store_has_nothing(self, store: SealedStore) -> None:
        assert store.newest(FIRST.path) is None
        assert list(store.versions(FIRST.path)) == []
        assert list(store.all()) == []

    def test_a_row_comes_back_exactly_as_it_went_in(self, store: SealedStore) -> None:
        assert store.put_if_absent(FIRST)
        assert store.newest(FIRST.path) == FIRST
        assert [type(row.blob) for row in store.all()] == [bytes]

    def test_a_version_is_written_once(self, store: SealedStore) -> None:
        store.put_if_absent(FIRST)
        assert not store.put_if_absent(replace(FIRST, blob=b"\x01usurper"))
        assert store.newest(FIRST.path) == FIRST

    def test_versions_come_newest_first_and_by_path(self, store: SealedStore) -> None:
        store.put_many_if_absent([FIRST, OTHER, SECOND])
        assert list(store.versions(FIRST.path)) == [SECOND, FIRST]
        assert store.newest(FIRST.path) == SECOND
        assert list(store.all()) == [FIRST, SECOND, OTHER]

    def test_many_are_stored_but_for_those_that_are_there(self, store: SealedStore) -> None:
        store.put_if_absent(FIRST)
        store.put_many_if_absent([replace(FIRST, blob=b"\x01usurper"), OTHER])
        assert store.newest_of([FIRST.path, OTHER.path, "nowhere"]) == {FIRST.path: FIRST, OTHER.path: OTHER}

    def test_the_newest_of_many_paths_are_the_newest(self, store: SealedStore) -> None:
        store.put_many_if_absent([SECOND, FIRST])
        assert store.newest_of([FIRST.path]) == {FIRST.path: SECOND}

    def test_what_counts_is_the_newest_proven_version_else_the_newest_plain_one(
        self, store: SealedStore
    ) -> None:
        proven = replace(SECOND, state="VERIFIED", set_at=NOON, verified_at=NOON, verified_by="ntlm")
        third = replace(FIRST, version=3, state="UNKNOWN")
        store.put_many_if_absent([FIRST, proven, third, OTHER, replace(OTHER, version=2, state="SEALED")])
        sealed_only = replace(FIRST, path="p/sealed", state="SEALED")
        gone = replace(FIRST, path="p/gone", key_id=DESTROYED, blob=b"")
        store.put_many_if_absent([sealed_only, gone])
        paths = [FIRST.path, OTHER.path, "p/sealed", "p/gone", "nowhere"]
        assert store.counting(paths) == {FIRST.path: proven, OTHER.path: OTHER}

    def test_exact_versions_come_in_any_state_and_no_others(self, store: SealedStore) -> None:
        torn = replace(SECOND, state="TORN")
        other_second = replace(OTHER, version=2)
        store.put_many_if_absent([FIRST, torn, OTHER, other_second])
        wanted = [(FIRST.path, 2), (OTHER.path, 1), (OTHER.path, 9)]
        assert store.exactly(wanted) == {(FIRST.path, 2): torn, (OTHER.path, 1): OTHER}

    def test_a_thousand_accounts_are_found_at_once(self, store: SealedStore) -> None:
        rows = [replace(FIRST, path=f"p/{number}", state="VERIFIED") for number in range(1000)]
        store.put_many_if_absent(rows)
        paths = [row.path for row in rows]
        assert store.counting(paths) == {row.path: row for row in rows}
        assert len(store.exactly([(path, 1) for path in paths])) == 1000

    def test_a_blob_is_swapped_and_nothing_else_changes(self, store: SealedStore) -> None:
        store.put_many_if_absent([FIRST, SECOND])
        assert store.replace_blob(FIRST, "k2", b"\x01anew")
        assert list(store.versions(FIRST.path)) == [SECOND, replace(FIRST, key_id="k2", blob=b"\x01anew")]

    @pytest.mark.parametrize(
        "old",
        [
            replace(FIRST, key_id="k0"),
            replace(FIRST, blob=b"\x01old"),
            replace(FIRST, version=9),
            replace(FIRST, path="nowhere"),
        ],
    )
    def test_a_row_that_is_no_longer_the_old_one_is_not_swapped(
        self, store: SealedStore, old: SealedRow
    ) -> None:
        store.put_if_absent(FIRST)
        assert not store.replace_blob(old, "k2", b"\x01anew")
        assert list(store.all()) == [FIRST]

    def test_of_racing_writers_of_one_version_exactly_one_wins(self, store: SealedStore) -> None:
        won = at_once(lambda number: store.put_if_absent(replace(FIRST, blob=bytes([1, number]))))
        winner = store.newest(FIRST.path)
        assert won.count(True) == 1
        assert winner is not None
        assert winner.blob == bytes([1, won.index(True)])

    def test_of_racing_swaps_of_one_blob_exactly_one_wins(self, store: SealedStore) -> None:
        store.put_if_absent(FIRST)
        won = at_once(lambda number: store.replace_blob(FIRST, f"w{number}", bytes([2, number])))
        winner = store.newest(FIRST.path)
        assert won.count(True) == 1
        assert winner is not None
        assert winner.key_id == f"w{won.index(True)}"

    def test_reading_while_others_write_sees_whole_rows(self, store: SealedStore) -> None:
        def write_and_read(number: int) -> bool:
            for version in range(1, 11):
                store.put_if_absent(replace(FIRST, path=f"p/{number}", version=version))
                assert [row.version for row in store.versions(f"p/{number}")] == list(range(version, 0, -1))
            return True

        assert all(at_once(write_and_read))
        assert len(list(store.all())) == WORKERS * 10


def at_once(work: Callable[[int], bool]) -> list[bool]:
    """Let eight threads begin the work at the same instant; their answers."""
    start = threading.Barrier(WORKERS)

    def one(number: int) -> bool:
        start.wait()
        try:
            return work(number)
        finally:
            close_connection()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def close_connection() -> None:
    """A thread's database connection ends with the thread's work."""
    from django.db import connections

    connections.close_all()


@pytest.mark.usefixtures("migrated_ledger")
class TestMemoryStore(SealedStoreContract):
    @pytest.fixture
    def store(self) -> SealedStore:
        return MemoryStore()


class TestLedgerStore(SealedStoreContract):
    @pytest.fixture
    def store(self, sqlite_ledger: Path) -> SealedStore:
        from unyo.ledger.sealed import LedgerStore

        return LedgerStore()


@pytest.mark.postgresql
class TestLedgerStoreOnPostgresql(SealedStoreContract):
    @pytest.fixture
    def store(self, postgresql_ledger: None) -> SealedStore:
        from unyo.ledger.sealed import LedgerStore

        return LedgerStore()
