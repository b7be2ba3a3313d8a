"""Computer accounts as a real controller keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.directory import GOOD, Place, as_administrator
from unyo.connectors.directory import LdapDirectory
from unyo.core.directory import Add
from unyo.lab.samba import SambaLab
from unyo.runbooks.terminals.rules.computers import computer_findings, read_computers
from unyo.wiring import SystemClock

pytestmark = pytest.mark.samba


@pytest.fixture
def directory(samba_lab: SambaLab) -> Iterator[LdapDirectory]:
    opened = LdapDirectory(as_administrator(samba_lab))
    yield opened
    opened.close()


def account(place: Place, name: str, control: str) -> Add:
    attributes = {
        "objectClass": ("top", "person", "organizationalPerson", "user", "computer"),
        "sAMAccountName": (f"{name}$",),
        "userAccountControl": (control,),
    }
    return Add(place.named(name), attributes, GOOD)


def test_computers_are_read_and_held_against_the_ledger(
    directory: LdapDirectory, samba_lab: SambaLab, request: pytest.FixtureRequest
) -> None:
    place = Place.for_test(request.node.nodeid, samba_lab)
    unit = Add(place.dn, {"objectClass": ("top", "organizationalUnit")})
    writes = [unit, account(place, "PCX0001", "4096"), account(place, "PCX0002", "4098")]
    assert directory.send(writes) == [None, None, None]
    mine = [computer for computer in read_computers(directory) if computer.dn.endswith(place.dn)]
    assert {(computer.name, computer.enabled) for computer in mine} == {("PCX0001", True), ("PCX0002", False)}
    assert "DC1" not in {computer.name for computer in read_computers(directory)}

    book = {"SN-2": {"serial": "SN-2", "name": "pcx0002", "state": "in_use"}}
    now = SystemClock().now() + timedelta(days=1)
    found = computer_findings(mine, book, None, now, timedelta(days=60))
    assert [(finding.code, finding.where) for finding in found] == [
        ("discover.unknown_computer", "PCX0001"),
        ("discover.disabled", "SN-2 pcx0002"),
    ]
