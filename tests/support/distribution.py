"""Tools for distributing: a roster, accounts, receipts in memory and the real ways to other systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, cast

import yaml

from support.no_terminals import NoTerminals
from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.directory import Directory, Entry, Scope
from unyo.core.distribution import OtherSystem
from unyo.core.outcome import StepResult
from unyo.core.person import Department, Person, Post, Roster, Standing
from unyo.core.plan import Plan
from unyo.core.secret import Secret
from unyo.core.tools import Clock, Names, People, Policies, Vault
from unyo.runbooks.accounts.distribute import Distribute, DistributeParams

DEPARTMENTS = {"010": Department("010", "総務課"), "020": Department("020", "消費者教育推進課")}


def person(number: str, family: str, given: str, kana: str, department: str = "010") -> Person:
    family_kana, given_kana = kana.split()
    return Person(
        number, family, given, family_kana, given_kana, (Post(department, "係員"),), Standing.ACTIVE
    )


YAMADA = person("0001234", "山田", "太郎", "ヤマダ タロウ")
TAKAHASHI = person("0002345", "髙橋", "花子", "タカハシ ハナコ", "020")
YAMAZAKI = person("0003456", "山﨑", "一", "ヤマザキ ハジメ")
YOSHIDA = person("0004567", "𠮷田", "実", "ヨシダ ミノル")


@contextmanager
def no_directory(system: OtherSystem, credential: Secret | None) -> Iterator[Directory]:
    """For tests in which no LDAP system takes part."""
    raise AssertionError(system.name)
    yield


@dataclass
class Stage(NoTerminals):
    """The Tools of one test; change ``people``, ``disabled`` or ``policy`` between two runs."""

    distribution: OtherSystems
    output: Path
    policy: str
    members: list[Person] = field(default_factory=lambda: [YAMADA, TAKAHASHI, YAMAZAKI])
    disabled: set[str] = field(default_factory=set)
    taken: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    time: datetime = datetime(2026, 4, 1, 0, 0, tzinfo=timezone.utc)
    base_dn: str = "DC=lab,DC=unyo,DC=test"

    @property
    def clock(self) -> Clock:
        return cast(Clock, self)

    @property
    def directory(self) -> Directory:
        return cast(Directory, self)

    @property
    def people(self) -> People:
        return cast(People, self)

    @property
    def policies(self) -> Policies:
        return self

    @property
    def deliveries(self) -> Stage:
        return self

    @property
    def vault(self) -> Vault:
        raise AssertionError("the vault is asked by the way to a system only")

    @property
    def names(self) -> Names:
        raise AssertionError("distribution gives no names")

    def progress(self, text: str, done: int, total: int) -> None:
        return None

    def now(self) -> datetime:
        return self.time

    def newest_roster_id(self) -> int | None:
        return 1

    def roster(self, roster_id: int) -> Roster:
        people = {member.staff_number: member for member in self.members}
        return Roster(date(2026, 4, 1), people, DEPARTMENTS)

    def load(self, name: str) -> Mapping[str, Any]:
        if name == "accounts":
            return {"staff_number_attribute": "employeeNumber"}
        loaded: Mapping[str, Any] = yaml.safe_load(self.policy)
        return loaded

    def search(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree"
    ) -> Iterator[Entry]:
        for member in self.members:
            login = f"u{member.staff_number}"
            control = "514" if member.staff_number in self.disabled else "512"
            yield Entry(
                f"CN={login},{base}",
                {
                    "employeeNumber": (member.staff_number,),
                    "sAMAccountName": (login,),
                    "userPrincipalName": (f"{login}@lab.unyo.test",),
                    "mail": (f"{login}@agency.example",),
                    "userAccountControl": (control,),
                },
            )

    def delivered(self, system: str) -> Mapping[str, str]:
        return {number: sent for number, (sent, _) in self.taken.get(system, {}).items()}

    def record(self, system: str, receipts: Mapping[str, tuple[str, str]]) -> None:
        self.taken.setdefault(system, {}).update(receipts)

    def plan(self, **params: Any) -> Plan:
        return Distribute().plan(DistributeParams(**params), self)

    def run(self, **params: Any) -> list[StepResult]:
        """Plan and carry out."""
        return self.apply(self.plan(**params))

    def apply(self, plan: Plan, recovering: bool = False) -> list[StepResult]:
        return Distribute().apply(plan.changes, self, recovering)
