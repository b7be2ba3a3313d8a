"""A batch that is cut off after any number of writes converges when it is called again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain import Domain, carry_out, done, entries, open_domain, outcomes, plan_of
from support.staff import last_year, this_year
from unyo.core.directory import Logon
from unyo.core.secret import SecretRef
from unyo.lab.directory_simulator import SimulatorProcess


@pytest.fixture
def staffed(simulator: SimulatorProcess, tmp_path: Path) -> Iterator[Domain]:
    """The simulated domain as of last year, and this year's file imported."""
    simulator.reset()
    domain = open_domain(simulator, tmp_path)
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    domain.people.stored.append(this_year())
    yield domain
    domain.directory.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("writes", [1, 2, 3, 5, 8, 13, 21, 34, 55, 60])
def test_a_transfer_cut_off_after_some_writes_goes_on(
    staffed: Domain, simulator: SimulatorProcess, writes: int
) -> None:
    changes = [c for c in plan_of(staffed, "accounts.provision").changes if c.due is None]
    simulator.drop_connection_after(writes)
    carry_out(staffed, "accounts.provision", changes)
    assert outcomes(carry_out(staffed, "accounts.provision", changes, recovering=True)) == {"DONE"}
    assert plan_of(staffed, "accounts.provision").counts() == {"handover_end": 1}


def test_the_cut_itself_is_reported_as_no_answer(staffed: Domain, simulator: SimulatorProcess) -> None:
    changes = [c for c in plan_of(staffed, "accounts.provision").changes if c.sort in ("mover", "joiner")]
    simulator.drop_connection_after(8)
    assert "UNREACHABLE directory.unreachable" in outcomes(carry_out(staffed, "accounts.provision", changes))


def test_a_password_sealed_before_the_cut_is_the_one_that_works(
    staffed: Domain, simulator: SimulatorProcess
) -> None:
    joiners = [c for c in plan_of(staffed, "accounts.provision").changes if c.sort == "joiner"]
    simulator.drop_connection_after(1)
    carry_out(staffed, "accounts.provision", joiners)
    sealed = dict(staffed.vault.sealed)
    carry_out(staffed, "accounts.provision", joiners, recovering=True)
    assert staffed.vault.sealed == sealed
    (suzuki,) = entries(staffed, "(employeeNumber=000101)").values()
    password = staffed.vault.open(SecretRef("accounts/000101/initial/20260401"))
    assert staffed.directory.try_logon(suzuki["userPrincipalName"][0], password) is Logon.MUST_CHANGE
