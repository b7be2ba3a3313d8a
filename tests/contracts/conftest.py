"""Every contract test runs against the real controller and against the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from support.directory import Place, as_administrator
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.directory import Add
from unyo.lab.controller import LabDirectory

Connect = Callable[[DirectorySettings], LdapDirectory]


@pytest.fixture(scope="session")
def simulator() -> Iterator[LabDirectory]:
    from unyo.lab.directory_simulator import DirectorySimulator

    lab = DirectorySimulator()
    lab.start()
    yield lab
    lab.stop()


@pytest.fixture(
    params=[pytest.param("samba_lab", marks=pytest.mark.samba, id="samba"), pytest.param("simulator")]
)
def directory_server(request: pytest.FixtureRequest) -> LabDirectory:
    server: LabDirectory = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def settings(directory_server: LabDirectory) -> DirectorySettings:
    """As the administrator over LDAPS, in small pages, without patience."""
    return replace(as_administrator(directory_server), page_size=50, answer_timeout=20)


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Directories that are closed after the test."""
    opened: list[LdapDirectory] = []

    def connected(settings: DirectorySettings) -> LdapDirectory:
        opened.append(LdapDirectory(settings))
        return opened[-1]

    yield connected
    for directory in opened:
        directory.close()


@pytest.fixture
def directory(settings: DirectorySettings, connect: Connect) -> LdapDirectory:
    return connect(settings)


@pytest.fixture
def place(directory: LdapDirectory, directory_server: LabDirectory, request: pytest.FixtureRequest) -> Place:
    """An organisational unit of the test's own."""
    place = Place.for_test(request.node.nodeid, directory_server)
    assert directory.send([Add(place.dn, {"objectClass": ("organizationalUnit",)})]) == [None]
    return place
