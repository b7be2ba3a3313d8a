"""Equal values have one spelling and one digest; different ones do not."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.canonical import canonical_json, digest, plain
from unyo.core.outcome import Outcome
from unyo.core.secret import Secret

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_keys_are_sorted_blanks_are_out_and_japanese_stays_readable() -> None:
    assert canonical_json({"b": 1, "a": ["係長", None]}) == '{"a":["係長",null],"b":1}'.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ((1, 2), [1, 2]),
        ({3, 1, 2}, [1, 2, 3]),
        (Outcome.DONE, "DONE"),
        (date(2026, 4, 1), "2026-04-01"),
        (
            datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9))),
            datetime(2026, 4, 1, tzinfo=timezone.utc),
        ),
    ],
)
def test_two_ways_to_say_one_thing_have_one_digest(one: Any, other: Any) -> None:
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, "1"), (1, True), (None, "null"), ([], {}), ("", None), ("か", "が"), ([1, 2], [2, 1])],
)
def test_different_things_have_different_digests(one: Any, other: Any) -> None:
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    "value",
    [Secret("x"), {"a": Secret("x")}, b"bytes", object(), datetime(2026, 4, 1)],  # noqa: DTZ001
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        digest(value)


@given(JSON)
def test_plain_values_stay_as_they_are(value: Any) -> None:
    assert plain(value) == value
    assert plain(plain(value)) == plain(value)


def test_a_digest_is_sha_256_of_the_canonical_form() -> None:
    assert digest({}) == hashlib.sha256(b"{}").hexdigest()
