"""Names and filters survive any character, and equal names are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.dn import (
    escape_filter,
    escape_rdn,
    fold_dn,
    is_below,
    join_dn,
    parent_of,
    rdn_of,
    rdn_value,
    same_dn,
    split_dn,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(TEXT, TEXT)
def test_any_value_comes_back_out_of_a_name(leaf: str, unit: str) -> None:
    dn = join_dn(f"CN={escape_rdn(leaf)}", f"OU={escape_rdn(unit)}", "DC=test")
    assert len(split_dn(dn)) == 3
    assert rdn_value(dn) == leaf
    assert rdn_value(parent_of(dn)) == unit
    assert join_dn(rdn_of(dn), parent_of(dn)) == dn


def test_japanese_stays_readable() -> None:
    assert escape_rdn("髙﨑 𠮷子") == "髙﨑 𠮷子"
    assert escape_rdn(" a,b ") == "\\ a\\,b\\ "


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Sato,OU=A,DC=x", "cn=sato, ou=a, dc=X"),
        ("CN=a\\2Cb,DC=x", "CN=a\\,b,DC=x"),
        ("CN=a\\ ,DC=x", "CN=a\\20,DC=x"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert same_dn(one, other)
    assert fold_dn(one) == fold_dn(other)


def test_only_what_lies_below_is_below() -> None:
    assert is_below("CN=a,OU=b,DC=x", "ou=B,dc=x")
    assert not is_below("OU=b,DC=x", "OU=b,DC=x")
    assert not is_below("CN=a,OU=bb,DC=x", "OU=b,DC=x")


def test_filters_cannot_be_broken_out_of() -> None:
    assert escape_filter("*)(uid=*\\\0髙") == "\\2a\\29\\28uid=\\2a\\5c\\00髙"
