"""Kerberos with tickets of a real controller, and what goes wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.domain_terminal import joined_fleet
from support.winrm_reach import Reach, answered, failed
from unyo.core.secret import Secret
from unyo.core.terminal import Terminal
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = [
    pytest.mark.samba,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]
CLOCK = {"parts": ["clock"]}


@pytest.fixture(scope="module")
def domain_fleet(samba_lab: SambaLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetProcess]:
    with joined_fleet(samba_lab, tmp_path_factory.mktemp("kerberos"), "pc00001") as fleet:
        yield fleet


@pytest.fixture
def domain_reach(samba_lab: SambaLab, domain_fleet: FleetProcess, tmp_path: Path) -> Reach:
    """With the domain's administrator, by Kerberos."""
    user = samba_lab.admin_name.replace(samba_lab.domain, str(samba_lab.realm))
    reach = Reach.of(domain_fleet, tmp_path, user=user, transport="kerberos")
    return replace(reach, password=samba_lab.admin_password)


def named(reach: Reach, name: str) -> Terminal:
    return replace(reach.terminals[0], name=name)


@pytest.mark.parametrize("protocol", ["winrm", "psrp"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("transport", ["kerberos", "negotiate"])
def test_a_ticket_opens_the_terminal(
    domain_reach: Reach, samba_lab: SambaLab, protocol: str, scheme: str, transport: str
) -> None:
    reach = domain_reach.with_settings(protocol=protocol, scheme=scheme, transport=transport)
    terminal = named(reach, f"pc00001.{samba_lab.domain}")
    assert answered(reach.run("facts", terminal, CLOCK))["errors"] == {}


def test_a_clock_that_is_too_far_off_is_named(domain_reach: Reach, samba_lab: SambaLab) -> None:
    terminal = named(domain_reach, f"pc00001.{samba_lab.domain}")
    domain_reach.fleet.knob(terminal.serial, "clock_skew_seconds", 400)
    error = failed(domain_reach.run("facts", terminal, CLOCK))
    domain_reach.fleet.knob(terminal.serial, "clock_skew_seconds", 0)
    assert error.code == "terminals.kerberos.clock"
    assert "400" in str(error.detail) or "399" in str(error.detail)


def test_a_name_that_the_domain_does_not_know_is_named(domain_reach: Reach, samba_lab: SambaLab) -> None:
    error = failed(domain_reach.run("facts", named(domain_reach, f"pc-other.{samba_lab.domain}"), CLOCK))
    assert error.code == "terminals.kerberos.name"


def test_a_wrong_password_gets_no_ticket(domain_reach: Reach, samba_lab: SambaLab) -> None:
    stranger = replace(domain_reach, password=Secret("Not-the-passw0rd"))
    error = failed(stranger.run("facts", named(stranger, f"pc00001.{samba_lab.domain}"), CLOCK))
    assert error.code == "terminals.logon", str(error)
