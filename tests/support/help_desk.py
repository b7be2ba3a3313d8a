"""A help desk for tests: an ordinary person, an administrator and a service in a lab directory, verified as told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

from support.directory_accounts import made
from support.domain import Domain, Safe
from unyo.connectors.directory import LdapDirectory
from unyo.core.change import Change
from unyo.core.credential import AccountKind, Credential, Scope
from unyo.core.desk import Verified, Way
from unyo.core.outcome import StepResult
from unyo.core.password_books import Credentials
from unyo.core.plan import Plan
from unyo.core.runbook import Runbook
from unyo.core.secret import Secret
from unyo.lab.controller import LabDirectory
from unyo.policies import PolicyFiles
from unyo.runbooks import load


@dataclass
class Kept:
    """Directory accounts that unyo keeps itself, by log-on name."""

    accounts: list[str] = field(default_factory=list)

    def select(self, scope: Scope) -> Sequence[Credential]:
        return [Credential(AccountKind.DIRECTORY, "ad", name, f"p/{name}", name) for name in self.accounts]


@dataclass
class HelpDesk(Domain):
    """The Tools of the desk's runbooks; who was verified stands in ``desk``."""

    desk: dict[int, Verified] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def passed(self, number: int) -> Verified | None:
        return self.desk.get(number)

    @property
    def verifications(self) -> HelpDesk:
        return self

    @property
    def credentials(self) -> Credentials:
        return cast(Credentials, self.kept)

    def person(self, **attributes: str) -> tuple[str, str, Secret]:
        """Somebody with a staff number: number, DN, present password."""
        name = f"u{secrets.token_hex(4)}"
        number = str(secrets.randbelow(10**8))
        shown = {"employeeNumber": number, "displayName": "SATO Hanako", "sn": "SATO", **attributes}
        dn, password = made(self.ldap, self.lab, name, **shown)
        return number, dn, password

    @property
    def ldap(self) -> LdapDirectory:
        return cast(LdapDirectory, self.directory)

    def verify(self, person: str, way: Way = Way.IN_PERSON, passed_at: datetime | None = None) -> int:
        number = len(self.desk) + 1 + secrets.randbelow(10**6)
        self.desk[number] = Verified(number, person, way, "ito", passed_at or self.now())
        return number

    def plan(self, name: str, **params: Any) -> Plan:
        runbook: Runbook[Any] = load(name)
        return runbook.plan(runbook.complete(runbook.Params(**params), self), self)

    def reset(self, person: str, *, recovering: bool = False) -> StepResult:
        """Verified in person, planned and carried out."""
        plan = self.plan("passwords.reset", person=person, verification=self.verify(person))
        return self.apply("passwords.reset", plan.changes, recovering)[0]

    def apply(self, name: str, changes: Sequence[Change], recovering: bool = False) -> list[StepResult]:
        runbook: Runbook[Any] = load(name)
        return runbook.apply(changes, self, recovering)

    def sealed(self) -> Secret:
        """The password that was made last."""
        return list(self.vault.sealed.values())[-1]

    def attributes(self, dn: str, *names: str) -> Mapping[str, str | None]:
        (entry,) = self.directory.search(dn, "(objectClass=*)", names, "base")
        return {name: entry.first(name) for name in names}


def open_desk(lab: LabDirectory, directory: LdapDirectory, home: Path) -> HelpDesk:
    return HelpDesk(lab, home, directory, PolicyFiles(home), Safe())
