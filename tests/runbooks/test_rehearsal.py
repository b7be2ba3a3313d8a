"""A dress rehearsal of the transfer foresees what then really happens, and leaves the directory as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from support.domain import Domain, carry_out, done, entries, outcomes, plan_of
from support.staff import last_year, this_year
from unyo.core.overlay import RehearsalDirectory
from unyo.runbooks.accounts.rules.account_runbook import REHEARSED

COMPARED = ("cn", "sAMAccountName", "department", "title", "userAccountControl", "memberOf", "extensionName")


def rehearsed(domain: Domain) -> Domain:
    """The same tools on a directory that only seems to change."""
    return replace(domain, directory=RehearsalDirectory(domain.directory, REHEARSED))


def seen(domain: Domain) -> dict[str, dict[str, Any]]:
    return {
        dn: {name: values for name, values in attributes.items() if name in COMPARED}
        for dn, attributes in entries(domain).items()
    }


def test_a_rehearsed_transfer_ends_as_the_real_one_does(domain: Domain) -> None:
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    domain.people.stored.append(this_year())
    before = entries(domain)
    stage = rehearsed(domain)
    assert outcomes(carry_out(stage, "accounts.provision", plan_of(stage, "accounts.provision").changes)) == {
        "DONE"
    }
    assert entries(domain) == before
    carry_out(domain, "accounts.provision", plan_of(domain, "accounts.provision").changes)
    assert seen(stage) == seen(domain)


def test_a_rehearsal_finds_what_the_plan_could_not(domain: Domain) -> None:
    domain.people.stored.append(last_year())
    stage = rehearsed(domain)
    changes = [c for c in plan_of(stage, "accounts.provision").changes if c.target.kind != "department"]
    results = [result for result in carry_out(stage, "accounts.provision", changes) if result.seen is None]
    assert outcomes(results) == {"FAILED accounts.no_department"}
