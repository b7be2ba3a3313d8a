"""The books of passwords: nothing is sent before it was opened again, and every version has a state."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.books import NOON, Books
from unyo.core.errors import BadSetting, NotFound, Refused, Unreachable
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.password_books import Credentials, Move, Standing
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import MOVES, SecretState
from unyo.core.text import Text
from unyo.ledger.chain import verify_chain
from unyo.ledger.models import CredentialRecord, Event, SealedSecret

_S = SecretState
ROOT, PC1, BIND = "passwords/app1/root", "passwords/windows/S1/unyo-admin", "directory/bind"


@pytest.fixture
def books(sqlite_ledger: Path) -> Books:
    return Books()


@pytest.fixture
def books_anywhere(any_ledger: None) -> Books:
    """On SQLite and on PostgreSQL."""
    return Books()


def to_state(books: Books, path: str, state: SecretState) -> int:
    """A version that has come to this state by the moves that lead there."""
    roads: dict[SecretState, list[SecretState]] = {
        _S.PROPOSED: [_S.PROPOSED],
        _S.SEALED: [],
        _S.SET: [_S.SET],
        _S.UNKNOWN: [_S.UNKNOWN],
        _S.VERIFIED: [_S.VERIFIED],
        _S.TORN: [_S.SET, _S.TORN],
        _S.RETIRED: [_S.RETIRED],
    }
    number = books.propose(path)[path]
    for step in roads[state]:
        books.move(path, number, step, "ssh")
    return number


def test_the_books_are_the_credentials_tool(books: Books) -> None:
    tool: Credentials = books.credentials
    assert tool.standing([ROOT]) == {ROOT: Standing(ROOT)}


def test_what_is_proposed_is_sealed_opens_again_and_does_not_count_yet(books: Books) -> None:
    assert books.propose(ROOT, PC1) == {ROOT: 1, PC1: 1}
    assert books.states(ROOT) == {1: "SEALED"}
    assert [books.opened(ROOT, 1), books.opened(PC1, 1)] == sorted(
        books.canaries, key=lambda text: text != books.opened(ROOT, 1)
    )
    with pytest.raises(NotFound) as missing:
        books.opened(ROOT)
    assert missing.value.code == "vault.not_proven"


def test_a_proven_password_is_in_force_and_the_one_before_is_kept(books_anywhere: Books) -> None:
    books = books_anywhere
    books.renew(ROOT)
    books.renew(ROOT, by="ssh")
    assert books.states(ROOT) == {2: "VERIFIED", 1: "RETIRED"}
    assert [books.opened(ROOT), books.opened(ROOT, 1)] == [books.canaries[1], books.canaries[0]]
    version = books.standing(ROOT).in_force
    assert version is not None
    assert (version.set_at, version.verified_at, version.verified_by) == (NOON, NOON, "ssh")


def test_an_account_with_an_open_version_gets_no_second_one(books: Books) -> None:
    for state in (_S.SEALED, _S.SET, _S.UNKNOWN):
        path = f"passwords/x/{state}"
        to_state(books, path, state)
        with pytest.raises(Refused) as refused:
            books.propose(ROOT, path)
        assert (refused.value.code, refused.value.target) == ("passwords.open", path)
        assert books.states(ROOT) == {}


def test_what_a_crash_left_proposed_is_retired_and_replaced(
    books_anywhere: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = books_anywhere

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("unyo.ledger.credentials_versions.Versions._seal", crash)
        with pytest.raises(KeyboardInterrupt):
            books.propose(ROOT)
    assert books.states(ROOT) == {1: "PROPOSED"}
    assert books.propose(ROOT) == {ROOT: 2}
    assert books.states(ROOT) == {2: "SEALED", 1: "RETIRED"}


def test_a_password_that_does_not_come_back_from_the_ledger_is_never_sealed(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(books.safe, "open_row", lambda row: Secret("another"))
        with pytest.raises(BadSetting) as refused:
            books.propose(ROOT)
    assert refused.value.code == "passwords.read_back"
    assert books.states(ROOT) == {1: "PROPOSED"}


@pytest.mark.parametrize("before", list(_S))
def test_a_version_moves_as_the_table_says_and_a_repeated_move_does_no_harm(
    books: Books, before: SecretState
) -> None:
    for after in _S:
        path = f"passwords/{before}/{after}"
        number = to_state(books, path, before)
        if after is before or after in MOVES[before]:
            books.move(path, number, after, "ssh")
            books.move(path, number, after, "ssh")
            assert books.states(path) == {number: after}
        else:
            with pytest.raises(Refused) as refused:
                books.move(path, number, after, "ssh")
            assert refused.value.code == "passwords.move"
            assert books.states(path) == {number: before}


def test_moves_are_noted_all_or_none(books: Books) -> None:
    books.propose(ROOT, PC1)
    with pytest.raises(Refused):
        books.credentials.advance([Move(ROOT, 1, _S.SET), Move(PC1, 1, _S.TORN)])
    with pytest.raises(NotFound):
        books.credentials.advance([Move(ROOT, 1, _S.SET), Move(PC1, 7, _S.SET)])
    assert (books.states(ROOT), books.states(PC1)) == ({1: "SEALED"}, {1: "SEALED"})


def test_a_proof_ends_the_count_the_trouble_and_the_reason_to_renew(books_anywhere: Books) -> None:
    books = books_anywhere
    books.renew(ROOT)
    CredentialRecord.objects.update_or_create(
        path=ROOT, defaults={"rotate_by": NOON, "rotate_reason": "checked out"}
    )
    books.credentials.note_tries([ROOT])
    books.credentials.note_answers({ROOT: 1}, [])
    books.credentials.note_trouble({ROOT: Unreachable("x.off", Text("off", "停止"), Text("on", "起動"))})
    books.move(ROOT, 1, _S.VERIFIED, "ssh")
    proven_again = books.standing(ROOT)
    assert (proven_again.bad_logons, proven_again.refused, proven_again.trouble) == ((), (), None)
    # The same password again: whoever held it still knows it.
    assert proven_again.rotate_by == NOON
    books.clock.step(timedelta(days=1))
    books.renew(ROOT)
    renewed = books.standing(ROOT)
    assert (renewed.rotate_by, renewed.rotate_reason) == (None, "")
    assert renewed.last_set == NOON + timedelta(days=1)


def test_a_restored_image_brings_an_old_password_back_into_force(books: Books) -> None:
    books.renew(ROOT)
    books.renew(ROOT)
    books.move(ROOT, 1, _S.VERIFIED, "ssh, old image")
    assert books.states(ROOT) == {2: "RETIRED", 1: "VERIFIED"}
    assert books.opened(ROOT) == books.canaries[0]


def test_a_proof_ends_a_torn_account(books: Books) -> None:
    torn = to_state(books, ROOT, _S.TORN)
    books.credentials.adopt(ROOT, books.canary(), "sato at the console")
    assert books.states(ROOT) == {torn + 1: "VERIFIED", torn: "RETIRED"}


def test_history_keeps_the_policys_number_of_proven_passwords_and_destroys_older_ones(
    books_anywhere: Books,
) -> None:
    books = books_anywhere
    books.policies.policy = {"history": 12}
    for _ in range(16):
        books.clock.step(timedelta(days=1))
        books.renew(ROOT)
    kept = books.states(ROOT)
    assert kept == {16: "VERIFIED", **dict.fromkeys(range(15, 3, -1), "RETIRED")}
    assert SealedSecret.objects.filter(path=ROOT).count() == 16
    destroyed = SealedSecret.objects.filter(path=ROOT, version__lt=4)
    assert {bytes(row.blob) for row in destroyed} == {b""}
    assert books.opened(ROOT, 4) == books.canaries[3]


@pytest.mark.parametrize("wanted", [3, None, "many"])
def test_history_is_never_shorter_than_twelve(books: Books, wanted: object) -> None:
    books.policies.policy = {"history": wanted}
    for _ in range(14):
        books.renew(ROOT)
    assert len(books.states(ROOT)) == 13


def test_passwords_that_were_never_proven_push_no_real_one_out(books: Books) -> None:
    for _ in range(3):
        books.renew(ROOT)
    for _ in range(20):
        number = books.propose(ROOT)[ROOT]
        books.move(ROOT, number, _S.RETIRED)
    books.renew(ROOT)
    assert {1, 2, 3} <= set(books.states(ROOT))


def test_open_and_torn_versions_are_never_destroyed(books: Books) -> None:
    old = to_state(books, ROOT, _S.UNKNOWN)
    for _ in range(15):
        number = books.credentials.offer(ROOT, books.canary(), "test")
        books.move(ROOT, number, _S.VERIFIED, "ssh")
    assert 2 not in books.states(ROOT)
    assert books.opened(ROOT, old) == books.canaries[0]


def test_a_destroyed_password_cannot_come_back(books: Books) -> None:
    for _ in range(15):
        books.renew(ROOT)
    with pytest.raises(Refused):
        books.move(ROOT, 1, _S.VERIFIED, "ssh")


def test_a_secret_from_before_the_states_is_in_force_until_one_is_proven(books_anywhere: Books) -> None:
    books = books_anywhere
    books.safe.seal(SecretRef(BIND), Secret("first"), "bind")
    books.safe.seal(SecretRef(BIND), Secret("second"), "bind")
    before = books.standing(BIND)
    assert books.states(BIND) == {2: "VERIFIED", 1: "RETIRED"}
    assert before.in_force is not None
    assert before.in_force.verified_at is None
    number = books.propose(BIND)[BIND]
    assert books.opened(BIND) == "second"
    books.move(BIND, number, _S.VERIFIED, "ldap bind")
    assert books.states(BIND) == {3: "VERIFIED", 2: "RETIRED", 1: "RETIRED"}
    assert books.opened(BIND, 2) == "second"
    assert SealedSecret.objects.filter(path=BIND, state="").count() == 0


def test_a_torn_secret_from_before_the_states_leaves_no_older_one_in_force(books: Books) -> None:
    books.safe.seal(SecretRef(BIND), Secret("first"), "bind")
    books.safe.seal(SecretRef(BIND), Secret("second"), "bind")
    books.move(BIND, 2, _S.TORN)
    assert books.states(BIND) == {2: "TORN", 1: "RETIRED"}
    with pytest.raises(NotFound):
        books.opened(BIND)


def test_an_adopted_password_settles_what_was_open_and_keeps_the_reason_to_renew(books: Books) -> None:
    books.renew(ROOT)
    number = books.propose(ROOT)[ROOT]
    books.move(ROOT, number, _S.UNKNOWN)
    CredentialRecord.objects.create(path=ROOT, rotate_by=NOON, rotate_reason="checked out")
    adopted = books.credentials.adopt(ROOT, Secret("typed by sato"), "ssh")
    assert books.states(ROOT) == {3: "VERIFIED", 2: "RETIRED", 1: "RETIRED"}
    standing = books.standing(ROOT)
    assert (adopted, standing.versions[0].set_at, standing.rotate_by) == (3, None, NOON)
    assert books.opened(ROOT) == "typed by sato"


def test_tries_are_noted_taken_back_and_counted_by_instant(books_anywhere: Books) -> None:
    books = books_anywhere
    books.credentials.note_tries([ROOT, PC1])
    later = NOON + timedelta(minutes=5)
    books.clock.step(timedelta(minutes=5))
    books.credentials.note_tries([ROOT])
    books.credentials.note_answers({ROOT: 0}, [PC1])
    assert books.standing(ROOT).bad_logons == (NOON, later)
    assert (books.standing(ROOT).refused, books.standing(PC1).bad_logons) == ((0,), ())


def test_facts_are_kept_and_silence_takes_nothing_away(books_anywhere: Books) -> None:
    books = books_anywhere
    policy = LockoutPolicy(10, timedelta(minutes=15), None)
    books.credentials.note_facts({ROOT: AccountFacts(lockout=policy, last_set=NOON)})
    books.credentials.note_facts({ROOT: AccountFacts(), PC1: AccountFacts()})
    assert (books.standing(ROOT).lockout, books.standing(ROOT).last_set) == (policy, NOON)
    assert not CredentialRecord.objects.filter(path=PC1).exists()
    stricter = LockoutPolicy(3, timedelta(hours=1), timedelta(minutes=30))
    books.credentials.note_facts({ROOT: AccountFacts(lockout=stricter)})
    assert books.standing(ROOT).lockout == stricter


def test_a_trouble_is_as_old_as_its_first_day_until_it_is_another_or_gone(books: Books) -> None:
    off = Unreachable("x.off", Text("off", "停止"), Text("on", "起動"))
    books.credentials.note_trouble({ROOT: off})
    books.clock.step(timedelta(days=2))
    books.credentials.note_trouble({ROOT: off})
    standing = books.standing(ROOT)
    assert (standing.trouble, standing.trouble_code) == (off.what, "x.off")
    assert standing.trouble_since == NOON
    books.credentials.note_trouble(
        {ROOT: Refused("x.locked", Text("locked", "ロック"), Text("wait", "待つ"))}
    )
    assert books.standing(ROOT).trouble_since == NOON + timedelta(days=2)
    books.credentials.note_trouble({ROOT: None})
    assert (books.standing(ROOT).trouble, books.standing(ROOT).trouble_since) == (None, None)


def test_each_call_leaves_one_event_that_names_versions_and_no_secret(books_anywhere: Books) -> None:
    books = books_anywhere
    paths = [f"passwords/windows/S{number}/unyo-admin" for number in range(20)]
    books.propose(*paths, purpose="rotation of April")
    books.credentials.advance([Move(path, 1, _S.VERIFIED, "ntlm") for path in paths])
    books.renew(paths[0])
    sealed, moved, *_, last = Event.objects.order_by("seq")
    assert (sealed.kind, sealed.fields["purpose"]) == ("passwords.sealed", "rotation of April")
    assert moved.kind == "passwords.moved"
    assert moved.fields == {"VERIFIED": [f"{path}#1" for path in sorted(paths)], "by": ["ntlm"]}
    assert last.fields == {"VERIFIED": [f"{paths[0]}#2"], "RETIRED": [f"{paths[0]}#1"], "by": ["ntlm"]}
    written = "".join(str(event.fields) for event in Event.objects.all())
    assert not [canary for canary in books.canaries if canary in written]
    assert verify_chain().damages == ()


def test_a_move_that_says_nothing_new_leaves_no_event(books: Books) -> None:
    books.propose(ROOT)
    books.move(ROOT, 1, _S.SET)
    before = Event.objects.count()
    books.move(ROOT, 1, _S.SET)
    assert Event.objects.count() == before
