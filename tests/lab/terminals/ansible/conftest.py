"""Terminals in this process, and Ansible's own payloads for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.ansible_desk import Desk
from support.ansible_payloads import Payloads
from unyo.lab.terminals.machine.fleet import Fleet

PC, JAPANESE, MEMBER = 2, 1, 0
"""Places in the small office: an English terminal of a workgroup, a Japanese one, an English domain member."""


@pytest.fixture(scope="session")
def payloads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payloads]:
    built = Payloads(tmp_path_factory.mktemp("ansible"))
    yield built
    built.close()


@pytest.fixture
def desk(payloads: Payloads) -> Iterator[Desk]:
    """An English terminal; whatever lay beyond the simulation fails the test."""
    machine = list(Fleet.of(6))[PC]
    yield Desk(machine, payloads)
    assert machine.fleet.unsupported == []


@pytest.fixture
def japanese(payloads: Payloads) -> Iterator[Desk]:
    machine = list(Fleet.of(6))[JAPANESE]
    yield Desk(machine, payloads)
    assert machine.fleet.unsupported == []


@pytest.fixture
def member(payloads: Payloads) -> Iterator[Desk]:
    """A terminal that belongs to the domain."""
    machine = list(Fleet.of(6))[MEMBER]
    yield Desk(machine, payloads)
    assert machine.fleet.unsupported == []


@pytest.fixture
def strict(payloads: Payloads) -> Desk:
    """A terminal whose refusals the test itself looks at."""
    return Desk(list(Fleet.of(6))[PC], payloads)
