"""Everything but a few addresses."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.address_ranges import all_but
from unyo.core.errors import BadSetting


def blocks(ranges: list[str], address: str) -> bool:
    wanted = ipaddress.ip_address(address)
    for part in ranges:
        first, last = (ipaddress.ip_address(end) for end in part.split("-"))
        if first.version == wanted.version and int(first) <= int(wanted) <= int(last):
            return True
    return False


def test_one_address_is_left_out_of_two_ranges() -> None:
    assert all_but(["192.0.2.10"])[:2] == ["0.0.0.0-192.0.2.9", "192.0.2.11-255.255.255.255"]


def test_all_of_ipv6_is_cut_where_nothing_of_it_is_kept() -> None:
    assert all_but(["192.0.2.10"])[2:] == ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]


def test_neighbours_and_overlaps_leave_no_empty_range() -> None:
    assert all_but(["10.0.0.0/8", "10.1.2.3", "11.0.0.0/8"])[:2] == [
        "0.0.0.0-9.255.255.255",
        "12.0.0.0-255.255.255.255",
    ]


@pytest.mark.parametrize("whole", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"])
def test_the_ends_of_the_space_can_be_kept(whole: str) -> None:
    network = ipaddress.ip_network(whole)
    ranges = all_but([whole])
    assert not blocks(ranges, str(network[0]))
    assert not blocks(ranges, str(network[-1]))


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(BadSetting, match="file-server"):
        all_but(["file-server"])


@given(
    st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=8),
    st.ip_addresses(v=4).map(str),
)
def test_exactly_the_kept_addresses_get_through(kept: list[str], other: str) -> None:
    ranges = all_but(kept)
    assert not any(blocks(ranges, address) for address in kept)
    assert blocks(ranges, other) is (other not in kept)
