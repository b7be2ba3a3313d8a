"""A rack of emulated switches, and a vault in memory for their passwords."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from unyo.connectors.network.doors import NetworkSettings
from unyo.connectors.network.hand import NetworkHand
from unyo.core.credential import Credential
from unyo.core.errors import NotFound
from unyo.core.hand import Exchange, Exchanged, Trial, Tried
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.lab.network.switches import LabSwitch, Switches, new_password


@dataclass
class Safe:
    """Versions by reference; the plain path is the one in force."""

    kept: dict[str, Secret] = field(default_factory=dict)

    def open(self, ref: SecretRef) -> Secret:
        if ref.path not in self.kept:
            raise NotFound("vault.unknown", Text("unknown", "不明"), Text("-", "-"), target=ref.path)
        return self.kept[ref.path]

    def keep(self, credential: Credential, version: int, password: Secret) -> SecretRef:
        self.kept[credential.ref.at(version).path] = password
        return credential.ref.at(version)


@dataclass
class Town:
    """One switch, its two passwords as version 1, and a new one for each as version 2."""

    rack: Switches
    switch: LabSwitch
    safe: Safe
    hand: NetworkHand

    @classmethod
    def of(cls, rack: Switches, switch: LabSwitch) -> Town:
        safe = Safe()
        made = cls(rack, switch, safe, NetworkHand(safe.open, SETTINGS))
        for credential, password in ((made.login, switch.password), (made.enable, switch.enable)):
            safe.keep(credential, 1, password)
            safe.kept[credential.path] = password
            safe.keep(credential, 2, new_password())
        return made

    @property
    def login(self) -> Credential:
        return self.switch.login()

    @property
    def enable(self) -> Credential:
        return self.switch.enable_secret()

    def password(self, credential: Credential, version: int) -> Secret:
        return self.safe.open(credential.ref.at(version))

    def asked(self, credential: Credential, old: int | None = 1, new: int = 2) -> Exchange:
        was = credential.ref.at(old) if old is not None else None
        return Exchange(credential, was, credential.ref.at(new))

    def exchange(self, credential: Credential, old: int | None = 1, new: int = 2) -> Exchanged:
        return self.hand.exchange([self.asked(credential, old, new)])[0]

    def attempt(self, credential: Credential, version: int) -> Tried:
        return self.hand.attempt([Trial(credential, credential.ref.at(version))])[0]

    def order(self, name: str, *arguments: object) -> Any:
        return self.rack.order(name, self.switch.name, *arguments)

    def fault(self, name: str, value: float = 1) -> None:
        self.order("fault", name, value)

    def holds(self, credential: Credential) -> set[int]:
        """Which versions the device itself takes now."""
        account = credential.account if credential.role == "login" else ""
        return {
            version
            for version in range(1, 9)
            if (known := self.safe.kept.get(credential.ref.at(version).path)) is not None
            and self.order("opens", account, known.reveal())
        }

    def other_address(self, credential: Credential, port: int) -> Credential:
        return replace(credential, port=port)


SETTINGS = NetworkSettings(connect_seconds=3, answer_seconds=3)
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def rack() -> Iterator[Switches]:
    with Switches() as running:
        yield running


@pytest.fixture
def town(rack: Switches) -> Town:
    """A switch of the test's own."""
    return Town.of(rack, rack.add(next_name()))


def next_name() -> str:
    """A switch's name that no other test has."""
    return f"sw{next(_NUMBERS)}"


def blocking_town(rack: Switches, tries: int = 3) -> Town:
    """A switch that blocks all log-ons after some bad ones."""
    extra = (f"login block-for 60 attempts {tries} within 30",)
    return Town.of(rack, rack.add(next_name(), extra=extra))


def old_town(rack: Switches) -> Town:
    """A switch that keeps type 5 hashes."""
    return Town.of(rack, rack.add(next_name(), kind="5"))
