"""The ground of the hand of Windows accounts: one terminal of a fleet, put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.hands import Drawer, Ground
from unyo.connectors.winrm.options import WinrmSettings
from unyo.connectors.winrm.passwords import WindowsHand
from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret, SecretRef
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.settings import shipped


def settings_of(fleet: FleetProcess, **changed: Any) -> WinrmSettings:
    """How unyo reaches the fleet."""
    settings = WinrmSettings(
        user=fleet.user,
        ca_file=str(fleet.ca_file),
        connect_seconds=2,
        scripts=(shipped("scripts") / "windows",),
    )
    return replace(settings, **changed)


def open_many(drawer: Drawer) -> Any:
    """A vault's many at once, out of a drawer."""

    def opened(refs: Sequence[SecretRef]) -> dict[SecretRef, Secret | UnyoError]:
        found: dict[SecretRef, Secret | UnyoError] = {}
        for ref in refs:
            try:
                found[ref] = drawer.open(ref)
            except UnyoError as error:
                found[ref] = error
        return found

    return opened


def credential_of(fleet: FleetProcess, serial: str, account: str = "", scheme: str = "https") -> Credential:
    """An account of a terminal; unyo's own unless another is named."""
    facts, name = fleet.named(serial), account or fleet.user
    return Credential(
        AccountKind.WINDOWS,
        str(facts["serial"]),
        name,
        f"passwords/windows/{facts['serial']}/{name}",
        f"{facts['name']} {name}",
        str(facts["address"]),
        int(facts[scheme]),
    )


def hand_of(fleet: FleetProcess, drawer: Drawer, **changed: Any) -> WindowsHand:
    return WindowsHand(settings_of(fleet, **changed), open_many(drawer), lambda: fleet.password)


@pytest.fixture(scope="session")
def password_fleet() -> Iterator[FleetProcess]:
    """Five terminals whose passwords tests may change."""
    with FleetProcess(count=5) as running:
        for facts in running.terminals:
            running.order("keep", facts["serial"])
        yield running


@pytest.fixture
def lent_fleet(password_fleet: FleetProcess) -> Iterator[FleetProcess]:
    """The same, put back as it was after the test."""
    yield password_fleet
    fresh = Knobs()
    for facts in password_fleet.terminals:
        for knob in Knobs.__dataclass_fields__:
            password_fleet.knob(facts["serial"], knob, getattr(fresh, knob))
        password_fleet.order("restore", facts["serial"])
        password_fleet.order("forget_tries", facts["serial"])


@pytest.fixture
def windows_ground(lent_fleet: FleetProcess, tmp_path: Path) -> Ground:
    drawer = Drawer()
    serial = str(lent_fleet.terminals[0]["serial"])
    lent_fleet.order("policy", serial, "MinimumPasswordLength", 10)
    credential = credential_of(lent_fleet, serial)
    return Ground(
        hand=hand_of(lent_fleet, drawer),
        drawer=drawer,
        credential=credential,
        elsewhere=replace(credential, port=9),
        takes=lambda secret: bool(lent_fleet.order("takes", serial, credential.account, secret.reveal())),
        first=lent_fleet.password,
        refused=Secret("Canary-9"),
    )
