"""Sealed blobs open only with their key, in their place, untouched."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.vault.cipher import Key, seal, unseal
from unyo.vault.key_file import new_key

KEY = new_key()
PATH = "accounts/000101/initial/1"
PASSWORD = Secret("Xy7!kmnp#Qrs9t")
BLOB = seal(KEY, PATH, 1, PASSWORD)

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)


@given(TEXTS, TEXTS, st.integers(min_value=1))
def test_what_is_sealed_opens_in_its_place(text: str, path: str, version: int) -> None:
    assert unseal(KEY, path, version, seal(KEY, path, version, Secret(text))).reveal() == text


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert len({seal(KEY, PATH, 1, PASSWORD) for _ in range(1000)}) == 1000


def test_a_blob_holds_format_nonce_text_and_tag_and_nothing_readable() -> None:
    assert BLOB[:1] == b"\x01"
    assert len(BLOB) == 1 + 12 + len(PASSWORD.reveal()) + 16
    assert PASSWORD.reveal().encode() not in BLOB


@pytest.mark.parametrize(("path", "version"), [("accounts/000102/initial/1", 1), (PATH, 2), (PATH + "1", 1)])
def test_a_blob_in_another_place_does_not_open(path: str, version: int) -> None:
    with pytest.raises(BadSetting, match="cannot_open"):
        unseal(KEY, path, version, BLOB)


def test_another_key_does_not_open_it_even_under_the_same_name() -> None:
    with pytest.raises(BadSetting, match="cannot_open"):
        unseal(new_key(), PATH, 1, BLOB)
    with pytest.raises(BadSetting, match="cannot_open"):
        unseal(Key(KEY.id, new_key().material), PATH, 1, BLOB)
    with pytest.raises(BadSetting, match="cannot_open"):
        unseal(Key("renamed", KEY.material), PATH, 1, BLOB)


@pytest.mark.parametrize("place", range(len(BLOB)))
def test_a_single_changed_bit_anywhere_is_noticed(place: int) -> None:
    touched = bytearray(BLOB)
    touched[place] ^= 1
    with pytest.raises(BadSetting, match="the row was changed"):
        unseal(KEY, PATH, 1, bytes(touched))


@pytest.mark.parametrize("length", [0, 1, 5, 13, 28, len(BLOB) - 1])
def test_a_blob_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(BadSetting, match="nothing was lost"):
        unseal(KEY, PATH, 1, BLOB[:length])


def test_the_refusal_names_row_and_key_and_shows_no_secret() -> None:
    other = new_key()
    with pytest.raises(BadSetting) as refused:
        unseal(other, PATH, 1, BLOB)
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    assert PATH in shown
    assert other.id in shown
    assert other.material.reveal() not in shown
    assert PASSWORD.reveal() not in shown


def test_a_key_shows_its_name_only() -> None:
    assert repr(KEY) == f"Key(id='{KEY.id}', material=Secret(…))"
