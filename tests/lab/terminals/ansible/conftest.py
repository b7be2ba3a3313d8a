"""Terminals in this process, and Ansible's own payloads for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.ansible_desk import Desk
from support.ansible_payloads import Payloads
from unyo.lab.terminals.machine.fleet import Fleet

PC, JAPANESE = 0, 1
"""Places of an English and of a Japanese terminal in the small office."""


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
def strict(payloads: Payloads) -> Desk:
    """A terminal whose refusals the test itself looks at."""
    return Desk(list(Fleet.of(1))[PC], payloads)
