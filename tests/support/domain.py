"""Tools for account runbooks on a lab directory: vault, names and rosters in memory, everything else real."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, cast

from support.no_terminals import NoTerminals
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.change import Change
from unyo.core.directory import Directory
from unyo.core.distribution import Distribution
from unyo.core.errors import NotFound, Refused, UnyoError
from unyo.core.outcome import StepResult
from unyo.core.person import Roster
from unyo.core.plan import Plan
from unyo.core.runbook import Runbook
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.core.tools import Deliveries
from unyo.lab.controller import LabDirectory
from unyo.policies import PolicyFiles
from unyo.runbooks import load


@dataclass
class Safe:
    """A vault that forgets everything with the test."""

    sealed: dict[str, Secret] = field(default_factory=dict)

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        self.sealed[ref.path] = secret

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        if ref.path not in self.sealed:
            self.sealed[ref.path] = make()
        return self.sealed[ref.path]

    def seal_once_many(
        self, wanted: Mapping[SecretRef, Callable[[], Secret]], purpose: str
    ) -> Mapping[SecretRef, Secret]:
        return {ref: self.seal_once(ref, make, purpose) for ref, make in wanted.items()}

    def open(self, ref: SecretRef) -> Secret:
        return self.sealed[ref.path]

    def open_many(self, refs: Sequence[SecretRef]) -> Mapping[SecretRef, Secret | UnyoError]:
        return {ref: self.open(ref) for ref in refs}

    def has(self, ref: SecretRef) -> bool:
        return ref.path in self.sealed


@dataclass
class NameList:
    """Log-on names with their owners, in memory."""

    held: dict[str, tuple[str, date | None]] = field(default_factory=dict)

    def owners(self) -> Mapping[str, tuple[str, date | None]]:
        return dict(self.held)

    def reserve(self, names: Mapping[str, str]) -> None:
        for name, number in names.items():
            owner, released = self.held.get(name.lower(), (number, None))
            if owner != number and released is None:
                raise Refused("accounts.name_taken", Text("taken", "使用中"), Text("plan again", "再計画"))
            self.held[name.lower()] = (number, None)

    def release(self, names: Collection[str], on: date) -> None:
        for name in names:
            self.held[name.lower()] = (self.held[name.lower()][0], on)


@dataclass
class Rosters:
    """Rosters by number; each one's previous is the one before it."""

    stored: list[Roster] = field(default_factory=list)

    def roster(self, roster_id: int) -> Roster:
        if not 0 < roster_id <= len(self.stored):
            raise NotFound("people.roster", Text("no such roster", "名簿なし"), Text("import it", "取込む"))
        return self.stored[roster_id - 1]

    def newest_roster_id(self) -> int | None:
        return len(self.stored) or None

    def previous_roster(self, roster_id: int) -> Roster | None:
        return self.stored[roster_id - 2] if roster_id > 1 else None


@dataclass
class Domain(NoTerminals):
    """The Tools of one test on one lab directory; ``time`` stands still until it is set."""

    lab: LabDirectory
    output: Path
    directory: Directory
    policies: PolicyFiles
    vault: Safe = field(default_factory=Safe)
    names: NameList = field(default_factory=NameList)
    people: Rosters = field(default_factory=Rosters)
    time: datetime = datetime(2026, 3, 25, 3, 0, tzinfo=timezone.utc)

    @property
    def clock(self) -> Domain:
        return self

    def now(self) -> datetime:
        return self.time

    @property
    def deliveries(self) -> Deliveries:
        raise AssertionError("these runbooks deliver nothing")

    @property
    def distribution(self) -> Distribution:
        raise AssertionError("these runbooks deliver nothing")

    def progress(self, text: str, done: int, total: int) -> None:
        return None


def open_domain(lab: LabDirectory, home: Path, **policies: str) -> Domain:
    """Tools bound to a lab directory; ``policies`` are whole YAML texts that win over the shipped ones."""
    (home / "policies").mkdir()
    for name, text in policies.items():
        (home / "policies" / f"{name}.yml").write_text(text, encoding="utf-8")
    settings = DirectorySettings(
        urls=(lab.url,),
        bind_name=lab.admin_name,
        password=lambda: lab.admin_password,
        ca_file=str(lab.ca_file),
    )
    return Domain(lab, home, LdapDirectory(settings), PolicyFiles(home))


def plan_of(domain: Domain, name: str, **params: Any) -> Plan:
    runbook: Runbook[Any] = load(name)
    return runbook.plan(runbook.Params(**params), domain)


def carry_out(
    domain: Domain, name: str, changes: Sequence[Change], batch: int = 1000, recovering: bool = False
) -> list[StepResult]:
    """Apply changes in their order of phases as the road does, in batches that never mix phases."""
    runbook: Runbook[Any] = load(name)
    results: list[StepResult] = []
    for phase in sorted({change.phase for change in changes}):
        members = [change for change in changes if change.phase == phase]
        for start in range(0, len(members), batch):
            results += runbook.apply(members[start : start + batch], domain, recovering)
    return results


def done(domain: Domain, name: str, **params: Any) -> list[StepResult]:
    """Plan and carry out whatever is due at once."""
    plan = plan_of(domain, name, **params)
    return carry_out(domain, name, [change for change in plan.changes if change.due is None])


def undone(domain: Domain, name: str, changes: Sequence[Change]) -> list[StepResult]:
    """Take changes back, latest first."""
    back = [cast(Change, change.reversed()) for change in reversed(changes)]
    return carry_out(domain, name, back)


def outcomes(results: Sequence[StepResult]) -> set[str]:
    return {f"{result.outcome} {result.code}".strip() for result in results}


def entries(domain: Domain, filter_text: str = "(employeeNumber=*)") -> dict[str, dict[str, tuple[str, ...]]]:
    """DN → every attribute that unyo reads or writes, straight from the directory."""
    asked = [
        "objectGUID", "cn", "sAMAccountName", "userPrincipalName", "sn", "givenName", "displayName", "mail",
        "msDS-PhoneticLastName", "msDS-PhoneticFirstName", "employeeNumber", "department", "departmentNumber",
        "title", "company", "proxyAddresses", "extensionName", "userAccountControl", "accountExpires",
        "memberOf", "description", "ou", "businessCategory", "telephoneNumber", "pwdLastSet",
    ]  # fmt: skip
    found = domain.directory.search(domain.directory.base_dn, filter_text, asked)
    return {
        entry.dn: {
            name: tuple(sorted(values)) if name == "memberOf" else values
            for name, values in entry.attributes.items()
        }
        for entry in found
    }
