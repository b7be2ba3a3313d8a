"""A terminal's clock that Kerberos does not accept, over the road: named before anything is done, mended by a resume."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain_terminal import joined_fleet
from support.trouble import TroubledTown, explained, whole
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.ledger.models import TerminalRecord
from unyo.settings import TerminalOptions

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.samba,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]
COMPUTER = "pc00003"
TOO_MUCH = 400


@pytest.fixture(scope="module")
def lab(samba_lab: SambaLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetProcess]:
    with joined_fleet(samba_lab, tmp_path_factory.mktemp("kerberos"), COMPUTER) as fleet:
        fleet.order("keep", fleet.terminals[0]["serial"])
        yield fleet
        assert fleet.unsupported == []


@pytest.fixture
def town(
    lab: FleetProcess, samba_lab: SambaLab, sqlite_ledger: Path, tmp_path: Path
) -> Iterator[TroubledTown]:
    """Reached by the domain's administrator with tickets."""
    password = tmp_path / "password"
    password.write_text(samba_lab.admin_password.reveal(), encoding="utf-8")
    town = TroubledTown(lab, tmp_path / "home")
    user = samba_lab.admin_name.replace(samba_lab.domain, str(samba_lab.realm))
    town.reached_by(
        TerminalOptions(
            user=user, password_file=str(password), ca_file=str(lab.ca_file), transport="kerberos"
        )
    )
    # The lab has no DNS: the full name, for which the ticket is, stands where the ledger has the short one.
    TerminalRecord.objects.filter(pk=town.serials[0]).update(name=f"{COMPUTER}.{samba_lab.domain}")
    yield town
    town.mended()
    lab.order("restore", town.serials[0])


def test_a_clock_that_is_off_is_named_and_the_second_run_converges(town: TroubledTown) -> None:
    (serial,) = town.serials
    before = town.chosen()
    job = town.asked(whole())
    town.trouble(serial, clock_skew_seconds=TOO_MUCH)
    town.done(job)
    assert [(step.outcome, step.code) for step in job.steps.all()] == [("FAILED", "terminals.kerberos.clock")]
    assert explained(job)

    town.mended()
    assert town.chosen() == before
    assert town.resumed(job).state == "DONE"
    assert town.chosen() == {serial: town.wanted()}
    assert town.guards() == []


def test_a_clock_that_goes_wrong_before_the_play_is_named_too(town: TroubledTown) -> None:
    (serial,) = town.serials
    job = town.asked(whole())
    town.meanwhile(before=lambda: town.trouble(serial, clock_skew_seconds=TOO_MUCH))
    town.done(job)
    assert [(step.outcome, step.code) for step in job.steps.all()] == [
        ("FAILED", "terminals.kerberos.refused")
    ]
    town.mended()
    assert town.resumed(job).state == "DONE"
