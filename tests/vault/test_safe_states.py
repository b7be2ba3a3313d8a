"""The safe opens the version in force, or exactly the one that is named; names and hands cannot confuse it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from unyo.core.errors import BadInput, BadSetting, NotFound, Refused, UnyoError
from unyo.core.sealed import DESTROYED
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.vault.key_file import new_key
from unyo.vault.keyring import Keyring
from unyo.vault.safe import Safe
from unyo.vault.store import MemoryStore

NOON = datetime(2026, 4, 1, 3, tzinfo=timezone.utc)
ROOT, BIND = SecretRef("passwords/app1/root"), SecretRef("directory/bind")
KEYRING = Keyring((new_key(),))


class Noon:
    """A clock that always says noon in Japan."""

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def safe(store: MemoryStore) -> Safe:
    return Safe(lambda: KEYRING, store, Noon())


def put(safe: Safe, store: MemoryStore, ref: SecretRef, *states: str) -> None:
    """Versions 1, 2, … in these states; each holds its own number."""
    for number, state in enumerate(states, 1):
        row = safe.sealed(ref.at(number), Secret(f"v{number}"), "test", SecretState.PROPOSED)
        store.put_if_absent(replace(row, state=state))


@pytest.mark.parametrize(
    ("states", "opened"),
    [
        (["VERIFIED"], "v1"),
        (["RETIRED", "VERIFIED", "SEALED"], "v2"),
        (["VERIFIED", "RETIRED", "UNKNOWN"], "v1"),
        (["", ""], "v2"),
        (["", "SEALED"], "v1"),
        (["", "VERIFIED"], "v2"),
        (["VERIFIED", ""], "v1"),
    ],
)
def test_the_newest_proven_version_is_in_force_else_the_newest_plain_one(
    safe: Safe, store: MemoryStore, states: list[str], opened: str
) -> None:
    put(safe, store, ROOT, *states)
    assert safe.open(ROOT).reveal() == opened
    assert safe.has(ROOT)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["SEALED"], "no version was proven yet (1 SEALED)"),
        (["RETIRED", "PROPOSED"], "no version was proven yet (2 PROPOSED, 1 RETIRED)"),
        (["RETIRED", "TORN"], "no known password works (2 TORN, 1 RETIRED)"),
    ],
)
def test_where_none_is_in_force_it_says_what_there_is(
    safe: Safe, store: MemoryStore, states: list[str], said: str
) -> None:
    put(safe, store, ROOT, *states)
    assert not safe.has(ROOT)
    with pytest.raises(NotFound) as missing:
        safe.open(ROOT)
    assert missing.value.what.en == said
    assert ROOT.path in missing.value.next_step.ja


@pytest.mark.parametrize("state", ["", *SecretState])
def test_an_exact_version_opens_in_any_state(safe: Safe, store: MemoryStore, state: str) -> None:
    put(safe, store, ROOT, state, "VERIFIED")
    assert safe.open(ROOT.at(1)).reveal() == "v1"


def test_a_version_that_never_was_or_was_destroyed_does_not_open_and_that_is_said(
    safe: Safe, store: MemoryStore
) -> None:
    put(safe, store, ROOT, "RETIRED", "VERIFIED")
    old = store.exactly([(ROOT.path, 1)])[ROOT.path, 1]
    store.replace_blob(old, DESTROYED, b"")
    for number, said in ((1, "this version was destroyed"), (9, "there is no such version")):
        with pytest.raises(NotFound) as missing:
            safe.open(ROOT.at(number))
        assert missing.value.what.en == said
        assert missing.value.next_step.en == "versions that open: 2"


def test_a_reference_with_a_broken_version_opens_nothing(safe: Safe, store: MemoryStore) -> None:
    put(safe, store, ROOT, "VERIFIED")
    for path in ("#", "#x", "#-1", "#1x"):
        with pytest.raises(NotFound):
            safe.open(SecretRef(ROOT.path + path))


def test_many_open_at_once_and_each_that_does_not_says_why(safe: Safe, store: MemoryStore) -> None:
    put(safe, store, ROOT, "RETIRED", "VERIFIED", "SEALED")
    put(safe, store, BIND, "")
    refs = [ROOT, ROOT.at(1), ROOT.at(3), BIND, SecretRef("nowhere"), ROOT.at(7)]
    opened = safe.open_many(refs)
    assert list(opened) == refs
    shown = [each.code if isinstance(each, UnyoError) else each.reveal() for each in opened.values()]
    assert shown == ["v2", "v1", "v3", "v1", "vault.unknown", "vault.no_version"]


def test_one_row_that_was_touched_does_not_keep_the_others_shut(safe: Safe, store: MemoryStore) -> None:
    put(safe, store, ROOT, "VERIFIED")
    put(safe, store, BIND, "")
    row = store.exactly([(ROOT.path, 1)])[ROOT.path, 1]
    store.replace_blob(row, row.key_id, row.blob[:-1] + bytes([row.blob[-1] ^ 1]))
    opened = safe.open_many([ROOT, BIND])
    assert isinstance(opened[ROOT], BadSetting)
    assert opened[BIND] == Secret("v1")


def test_a_hand_cannot_seal_over_a_password_that_has_states(safe: Safe, store: MemoryStore) -> None:
    put(safe, store, ROOT, "VERIFIED")
    with pytest.raises(Refused) as refused:
        safe.seal(ROOT, Secret("by hand"), "by hand")
    assert f"unyo passwords adopt {ROOT.path}" in refused.value.next_step.en
    with pytest.raises(Refused):
        safe.retire(ROOT)
    assert len(store.all()) == 1


def test_sealing_once_takes_the_password_in_force_and_never_makes_one_beside_open_ones(
    safe: Safe, store: MemoryStore
) -> None:
    put(safe, store, ROOT, "VERIFIED", "SEALED")
    assert safe.seal_once(ROOT, lambda: Secret("another"), "test").reveal() == "v1"
    put(safe, store, BIND, "SEALED")
    with pytest.raises(Refused):
        safe.seal_once(BIND, lambda: Secret("another"), "test")
    assert len(store.all()) == 3


@pytest.mark.parametrize("name", ["a#1", "a#", "#", "a#b"])
def test_a_name_that_reads_as_a_version_is_refused(safe: Safe, store: MemoryStore, name: str) -> None:
    with pytest.raises(BadInput):
        safe.seal(SecretRef(name), Secret("x"), "test")
    with pytest.raises(BadInput):
        safe.seal_once(SecretRef(name), lambda: Secret("x"), "test")
    assert store.all() == []


def test_a_new_key_changes_no_state(safe: Safe, store: MemoryStore) -> None:
    put(safe, store, ROOT, "RETIRED", "VERIFIED", "SEALED")
    newer = Keyring((new_key(), *KEYRING.keys))
    assert Safe(lambda: newer, store, Noon()).rekey().resealed == 3
    assert [row.state for row in store.versions(ROOT.path)] == ["SEALED", "VERIFIED", "RETIRED"]
    assert Safe(lambda: Keyring(newer.keys[:1]), store, Noon()).open(ROOT).reveal() == "v2"
