"""The safe keeps what is sealed through races, rotations, lost keys and restarts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from unyo.core.errors import BadInput, BadSetting, NotFound
from unyo.core.sealed import DESTROYED, SealedRow
from unyo.core.secret import Secret, SecretRef
from unyo.core.tools import Clock, Vault
from unyo.vault.cipher import seal
from unyo.vault.key_file import new_key
from unyo.vault.keyring import Keyring
from unyo.vault.safe import Safe
from unyo.vault.store import MemoryStore

OLD, NEW = new_key(), new_key()
BEFORE, AFTER, LOST = Keyring((OLD,)), Keyring((NEW, OLD)), Keyring((NEW,))
NOON = datetime(2026, 4, 1, 3, tzinfo=timezone.utc)

TANAKA, SUZUKI, BIND = SecretRef("accounts/000101/1"), SecretRef("accounts/000102/1"), SecretRef("bind")
FIRST, SECOND = Secret("Xy7!kmnp#Qrs9t"), Secret("Zz8?kmnp#Qrs9t")


class Noon:
    """A clock that always says noon in Japan."""

    def now(self) -> datetime:
        return NOON


class CutOff(MemoryStore):
    """A store whose process dies after the second swapped blob."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 2

    def replace_blob(self, old: SealedRow, key_id: str, blob: bytes) -> bool:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().replace_blob(old, key_id, blob)


class Rival(MemoryStore):
    """A store in which another worker seals its own secret just before ours arrives."""

    def put_many_if_absent(self, rows: Sequence[SealedRow]) -> None:
        for row in rows:
            super().put_if_absent(replace(row, blob=seal(OLD, row.path, row.version, SECOND)))
        super().put_many_if_absent(rows)


@pytest.fixture
def clock() -> Clock:
    return Noon()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def safe(store: MemoryStore, clock: Clock) -> Safe:
    return Safe(lambda: BEFORE, store, clock)


@pytest.fixture
def rotated(store: MemoryStore, clock: Clock) -> Safe:
    return Safe(lambda: AFTER, store, clock)


def never() -> Secret:
    raise AssertionError("a second secret was made")


def test_what_is_sealed_is_opened_again_by_another_process(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "initial password")
    assert Safe(lambda: BEFORE, store, Noon()).open(TANAKA) == FIRST


def test_a_row_says_what_for_and_when_and_with_which_key(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "initial password")
    (row,) = store.all()
    assert (row.path, row.version, row.key_id, row.purpose, row.created_at) == (
        TANAKA.path,
        1,
        OLD.id,
        "initial password",
        NOON,
    )
    assert FIRST.reveal().encode() not in row.blob
    assert "blob" not in repr(row)


def test_nothing_is_found_where_nothing_was_sealed(safe: Safe) -> None:
    assert not safe.has(TANAKA)
    with pytest.raises(NotFound) as missing:
        safe.open(TANAKA)
    assert missing.value.target == TANAKA.path


def test_sealing_again_keeps_the_former_version(safe: Safe) -> None:
    safe.seal(TANAKA, FIRST, "first")
    safe.seal(TANAKA, SECOND, "second")
    assert safe.open(TANAKA) == SECOND
    assert [(row.version, row.purpose, secret) for row, secret in safe.history(TANAKA)] == [
        (2, "second", SECOND),
        (1, "first", FIRST),
    ]


def test_sealing_once_makes_one_secret_for_good(safe: Safe) -> None:
    assert safe.seal_once(TANAKA, lambda: FIRST, "initial") == FIRST
    assert safe.seal_once(TANAKA, never, "initial") == FIRST


def test_sealing_many_once_makes_only_what_is_missing(safe: Safe) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    sealed = safe.seal_once_many({TANAKA: never, SUZUKI: lambda: SECOND}, "initial")
    assert sealed == {TANAKA: FIRST, SUZUKI: SECOND}
    assert (safe.open(TANAKA), safe.open(SUZUKI)) == (FIRST, SECOND)


def test_the_worker_that_comes_second_takes_the_first_ones_secret() -> None:
    safe = Safe(lambda: BEFORE, Rival(), Noon())
    assert safe.seal_once(TANAKA, lambda: FIRST, "initial") == SECOND
    assert safe.open(TANAKA) == SECOND


def test_racing_workers_all_get_one_and_the_same_secret(store: MemoryStore) -> None:
    start = threading.Barrier(8)

    def work(number: int) -> str:
        start.wait()
        safe = Safe(lambda: BEFORE, store, Noon())
        return safe.seal_once(TANAKA, lambda: Secret(f"secret of worker {number}"), "initial").reveal()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(8)))) == 1
    assert len(store.all()) == 1


def test_racing_sealers_lose_no_version(store: MemoryStore) -> None:
    def work(number: int) -> None:
        Safe(lambda: BEFORE, store, Noon()).seal(TANAKA, Secret(f"secret {number}"), "rotation")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    history = Safe(lambda: BEFORE, store, Noon()).history(TANAKA)
    assert [row.version for row, _ in history] == list(range(40, 0, -1))
    assert {secret.reveal() for _, secret in history} == {f"secret {number}" for number in range(40)}


@pytest.mark.parametrize("path", ["", "x" * 201, "line\nbreak", "nul\x00"])
def test_a_name_that_no_ledger_could_hold_is_refused(safe: Safe, path: str) -> None:
    with pytest.raises(BadInput) as refused:
        safe.seal(SecretRef(path), FIRST, "initial")
    assert refused.value.code == "vault.name"


def test_after_a_rotation_everything_opens_with_the_new_key_alone(
    safe: Safe, rotated: Safe, store: MemoryStore
) -> None:
    safe.seal(TANAKA, FIRST, "first")
    safe.seal(TANAKA, SECOND, "second")
    safe.seal(BIND, FIRST, "bind")
    assert rotated.rekey().resealed == 3
    assert rotated.keys_in_use() == {NEW.id}
    only_new = Safe(lambda: LOST, store, Noon())
    assert [secret for _, secret in only_new.history(TANAKA)] == [SECOND, FIRST]
    assert only_new.open(BIND) == FIRST
    assert {row.created_at for row in store.all()} == {NOON}


def test_between_adding_a_key_and_resealing_both_kinds_of_rows_open(safe: Safe, rotated: Safe) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    rotated.seal(SUZUKI, SECOND, "initial")
    assert (rotated.open(TANAKA), rotated.open(SUZUKI)) == (FIRST, SECOND)
    assert rotated.keys_in_use() == {OLD.id, NEW.id}


def test_a_rotation_that_was_cut_off_goes_on_where_it_stopped() -> None:
    store = CutOff()
    before = Safe(lambda: BEFORE, store, Noon())
    for number in range(5):
        before.seal(SecretRef(f"p/{number}"), Secret(f"s{number}"), "test")
    after = Safe(lambda: AFTER, store, Noon())
    with pytest.raises(KeyboardInterrupt):
        after.rekey()
    assert after.inspect().opened == 5
    store.left = 5
    assert after.rekey().resealed == 3
    assert after.rekey().resealed == 0
    assert [after.open(SecretRef(f"p/{number}")).reveal() for number in range(5)] == [
        "s0",
        "s1",
        "s2",
        "s3",
        "s4",
    ]


def test_rows_that_do_not_open_are_named_and_left_alone_while_the_others_are_resealed(
    safe: Safe, rotated: Safe, store: MemoryStore
) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    safe.seal(SUZUKI, SECOND, "initial")
    touched = store.newest(TANAKA.path)
    assert touched is not None
    store.replace_blob(touched, OLD.id, touched.blob[:-1] + b"x")
    found = rotated.rekey()
    assert found.resealed == 1
    assert [(row.path, error.code) for row, error in found.closed] == [(TANAKA.path, "vault.cannot_open")]
    assert rotated.keys_in_use() == {OLD.id, NEW.id}
    assert rotated.open(SUZUKI) == SECOND


def test_a_missing_key_is_named_and_its_return_opens_everything(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    lost = Safe(lambda: LOST, store, Noon())
    with pytest.raises(BadSetting) as refused:
        lost.open(TANAKA)
    assert refused.value.code == "vault.key_missing"
    assert OLD.id in refused.value.what.ja
    assert lost.rekey().resealed == 0
    assert Safe(lambda: AFTER, store, Noon()).open(TANAKA) == FIRST


def test_a_missing_key_does_not_make_a_second_secret(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    with pytest.raises(BadSetting, match="key_missing"):
        Safe(lambda: LOST, store, Noon()).seal_once(TANAKA, never, "initial")
    assert len(store.all()) == 1


def test_an_inspection_counts_what_opens_and_says_why_the_rest_does_not(
    safe: Safe, rotated: Safe, store: MemoryStore
) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    rotated.seal(SUZUKI, SECOND, "initial")
    found = Safe(lambda: LOST, store, Noon()).inspect()
    assert found.opened == 1
    assert [(row.path, error.code) for row, error in found.closed] == [(TANAKA.path, "vault.key_missing")]


def test_a_row_moved_onto_another_name_does_not_open(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "initial")
    stolen = store.newest(TANAKA.path)
    assert stolen is not None
    store.put_if_absent(replace(stolen, path=SUZUKI.path))
    with pytest.raises(BadSetting, match="cannot_open"):
        safe.open(SUZUKI)


def test_a_retired_secret_is_gone_in_every_version(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "first")
    safe.seal(TANAKA, SECOND, "second")
    assert safe.retire(TANAKA) == 2
    assert not safe.has(TANAKA)
    assert safe.history(TANAKA) == []
    assert [(row.key_id, row.blob) for row in store.all()] == [(DESTROYED, b""), (DESTROYED, b"")]
    with pytest.raises(NotFound):
        safe.open(TANAKA)
    with pytest.raises(NotFound):
        safe.retire(TANAKA)


def test_after_retiring_versions_count_on(safe: Safe, store: MemoryStore) -> None:
    safe.seal(TANAKA, FIRST, "first")
    safe.retire(TANAKA)
    assert safe.seal_once(TANAKA, lambda: SECOND, "second") == SECOND
    assert [row.version for row in store.versions(TANAKA.path)] == [2, 1]


def test_retired_rows_hinder_neither_rotation_nor_inspection(safe: Safe, rotated: Safe) -> None:
    safe.seal(TANAKA, FIRST, "first")
    safe.seal(SUZUKI, SECOND, "second")
    safe.retire(TANAKA)
    assert safe.inspect().opened == 1
    assert rotated.rekey().resealed == 1
    assert rotated.keys_in_use() == {NEW.id}


def test_the_safe_is_the_vault_tool(safe: Safe) -> None:
    vault: Vault = safe
    vault.seal(BIND, FIRST, "bind")
    assert vault.open(BIND) == FIRST


def test_a_worker_that_runs_through_a_rotation_opens_and_seals_with_the_new_key(store: MemoryStore) -> None:
    present = [BEFORE]
    worker = Safe(lambda: present[0], store, Noon())
    worker.seal(TANAKA, FIRST, "initial")
    Safe(lambda: AFTER, store, Noon()).rekey()
    present[0] = AFTER
    assert worker.open(TANAKA) == FIRST
    worker.seal(SUZUKI, SECOND, "initial")
    assert worker.keys_in_use() == {NEW.id}
