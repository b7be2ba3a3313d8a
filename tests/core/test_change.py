"""A change shows what differs, knows its way back, and never carries a secret in clear."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.canonical import digest, plain
from unyo.core.change import Change, Difference, State, holds_secret, matches, without_secrets
from unyo.core.secret import SecretRef
from unyo.core.target import Target
from unyo.core.text import Text

TANAKA = Target("account", "000101", "田中 健")
PASSWORD = SecretRef("accounts/000101/1").as_state()
HERE = {"ou": "総務課", "enabled": True}
THERE = {"ou": "人事課", "enabled": True}

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.just(PASSWORD)
STATES = st.dictionaries(st.sampled_from("abcdef"), VALUES)
OPTIONAL = st.none() | STATES


@pytest.mark.parametrize(
    ("seen", "wanted", "same"),
    [
        (None, None, True),
        (None, HERE, False),
        (HERE, None, False),
        (HERE, HERE, True),
        (HERE, THERE, False),
        ({**HERE, "more": 1}, HERE, True),
        ({"ou": "総務課"}, HERE, False),
        ({}, {"mail": None}, True),
        ({"mail": "a@b"}, {"mail": None}, False),
        (HERE, {**HERE, "password": PASSWORD}, True),
    ],
)
def test_a_target_is_as_wanted_when_every_readable_key_is(
    seen: State | None, wanted: State | None, same: bool
) -> None:
    assert matches(seen, wanted) is same


def test_secrets_are_found_and_left_out() -> None:
    assert holds_secret({**HERE, "password": PASSWORD})
    assert not holds_secret(HERE)
    assert not holds_secret(None)
    assert without_secrets({**HERE, "password": PASSWORD}) == HERE


@pytest.mark.parametrize(
    ("before", "after", "action"), [(None, HERE, "create"), (HERE, THERE, "update"), (HERE, None, "delete")]
)
def test_the_action_follows_from_both_sides(before: State | None, after: State | None, action: str) -> None:
    assert Change(TANAKA, before, after).action == action


def test_only_what_differs_is_shown_and_a_secret_by_its_reference() -> None:
    change = Change(TANAKA, {**HERE, "extra": 1}, {**THERE, "password": PASSWORD})
    assert change.differences() == [
        Difference("ou", "総務課", "人事課"),
        Difference("password", None, PASSWORD),
    ]


def test_a_deletion_shows_everything_that_goes() -> None:
    assert [each.key for each in Change(TANAKA, HERE, None).differences()] == ["enabled", "ou"]


def test_the_way_back_of_an_update_restores_exactly_what_was_changed() -> None:
    back = Change(TANAKA, {**HERE, "extra": 1}, {"ou": "人事課"}, sort="mover", phase=2).reversed()
    assert back == Change(TANAKA, {"ou": "人事課"}, {"ou": "総務課"}, sort="undo", phase=-2)


def test_the_way_back_of_a_creation_is_a_removal() -> None:
    back = Change(TANAKA, None, {**HERE, "password": PASSWORD}).reversed()
    assert back == Change(TANAKA, HERE, None, sort="undo", removes=True)


def test_the_way_back_of_a_removal_makes_it_again() -> None:
    assert Change(TANAKA, HERE, None, removes=True).reversed() == Change(TANAKA, None, HERE, sort="undo")


def test_a_password_is_never_put_back() -> None:
    back = Change(TANAKA, {"enabled": False}, {"enabled": True, "password": PASSWORD}).reversed()
    assert back == Change(TANAKA, {"enabled": True}, {"enabled": False}, sort="undo")


def test_what_cannot_be_undone_has_no_way_back() -> None:
    assert Change(TANAKA, HERE, THERE, undoable=False).reversed() is None
    assert Change(TANAKA, None, None).reversed() is None


@given(STATES, STATES)
def test_there_and_back_again_is_where_it_began(before: State, after: State) -> None:
    readable = without_secrets(after)
    back = Change(TANAKA, before, after).reversed()
    assert back is not None
    assert matches({**before, **(back.after or {})}, {key: before.get(key) for key in readable})


@given(OPTIONAL, OPTIONAL, st.booleans(), st.integers())
def test_a_change_comes_back_from_json_with_the_same_digest(
    before: State | None, after: State | None, removes: bool, phase: int
) -> None:
    due = datetime(2026, 3, 31, 15, tzinfo=timezone.utc)
    change = Change(TANAKA, before, after, "mover", phase, due, removes, reason=Text("transfer", "人事異動"))
    read = Change.from_json(json.loads(json.dumps(plain(change.as_json()))))
    assert read == change
    assert digest(read.as_json()) == digest(change.as_json())
