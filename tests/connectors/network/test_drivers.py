"""The table of device types, and what is refused before anything is sent."""

from __future__ import annotations

import pytest

from unyo.connectors.network.drivers import DRIVERS, driver_of
from unyo.connectors.network.hashing import hashed, matches
from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import BadSetting
from unyo.core.secret import Secret


def credential(driver: str, role: str = "login", account: str = "admin") -> Credential:
    return Credential(AccountKind.NETWORK, "sw1", account, "p", "sw1 admin", driver=driver, role=role)


@pytest.mark.parametrize(
    ("driver", "code"),
    [
        ("juniper_junos", "network.driver"),
        ("cisco_ios_telnet", "network.telnet"),
        ("cisco_ios_serial", "network.telnet"),
    ],
)
def test_a_type_that_is_not_in_the_table_is_a_clear_error(driver: str, code: str) -> None:
    with pytest.raises(BadSetting) as caught:
        driver_of(credential(driver))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("stored", "password"),
    [
        ("$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6", "hashcat"),
        ("$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk", "hashcat"),
    ],
)
def test_published_examples_of_the_devices_hashes_are_understood(stored: str, password: str) -> None:
    assert matches(stored, password)
    assert not matches(stored, password + "x")


@pytest.mark.parametrize("kind", ["8", "9"])
def test_what_is_computed_opens_again_and_is_salted(kind: str) -> None:
    one, two = hashed(kind, Secret("Some-Password-1")), hashed(kind, Secret("Some-Password-1"))
    assert one != two
    assert matches(one, "Some-Password-1")


def test_every_type_of_the_table_is_named_as_the_library_names_it() -> None:
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    assert {name for name in DRIVERS if name != "linux_vtysh"} <= set(CLASS_MAPPER)
