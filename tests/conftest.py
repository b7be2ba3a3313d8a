"""Counterparts that tests of several kinds share: started once for a test run, gone with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.databases import asking_postgresql, mariadb_ground, mariadb_lab, postgresql_ground
from support.directory_accounts import account_simulator, directory_ground, samba_ground
from support.fleet import fleet, fresh_fleet
from support.ledger import (
    _tests_leave_no_home,
    migrated_ledger,
    postgresql_ledger,
    postgresql_template,
    sqlite_ledger,
)
from support.linux_hosts import linux_ground, linux_hosts, plain_host, strict_host
from support.network_grounds import agent, appliance_ground, enable_ground, network_ground, snmp_lab
from support.network_town import rack, town
from support.windows_hand import lent_fleet, password_fleet, windows_ground
from unyo.lab import postgresql, samba

__all__ = [
    "_tests_leave_no_home",
    "account_simulator",
    "agent",
    "appliance_ground",
    "asking_postgresql",
    "directory_ground",
    "enable_ground",
    "fleet",
    "fresh_fleet",
    "lent_fleet",
    "linux_ground",
    "linux_hosts",
    "mariadb_ground",
    "mariadb_lab",
    "migrated_ledger",
    "network_ground",
    "password_fleet",
    "plain_host",
    "postgresql_ground",
    "postgresql_ledger",
    "postgresql_template",
    "rack",
    "samba_ground",
    "snmp_lab",
    "sqlite_ledger",
    "strict_host",
    "town",
    "windows_ground",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("windows", "tests marked windows run against a real host")
    group.addoption("--windows-host", help="its full name, as in its certificate")
    group.addoption("--windows-user", default="", help="an administrator of it")
    group.addoption("--windows-password-file", default="")
    group.addoption("--windows-transport", default="negotiate")
    group.addoption("--windows-ca-file", default="", help="PEM; the machine's own authorities without it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of a real host are skipped unless one is named."""
    if config.getoption("--windows-host"):
        return
    for item in items:
        if item.get_closest_marker("windows"):
            item.add_marker(pytest.mark.skip(reason="needs --windows-host"))


@pytest.fixture(scope="session")
def samba_lab() -> Iterator[samba.SambaLab]:
    """A real controller; tests that need it empty reset it, all others keep to a unit of their own."""
    reason = samba.unavailable()
    if reason is not None:
        pytest.skip(f"no Samba controller: {reason}")
    with samba.SambaLab() as lab:
        yield lab


@pytest.fixture(scope="session")
def postgresql_lab() -> Iterator[postgresql.PostgresqlLab]:
    """A PostgreSQL server with one empty database."""
    reason = postgresql.unavailable()
    if reason is not None:
        pytest.skip(f"no PostgreSQL: {reason}")
    with postgresql.PostgresqlLab() as lab:
        yield lab
