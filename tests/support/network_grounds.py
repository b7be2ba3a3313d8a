"""The grounds of the hands of network devices and appliances, for the contract of all hands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.hands import Drawer, Ground
from support.network_town import SETTINGS, next_name
from unyo.connectors.appliances.hand import ApplianceHand
from unyo.connectors.network.hand import NetworkHand
from unyo.core.credential import Credential
from unyo.core.hand import Trial
from unyo.core.secret import Secret
from unyo.lab.network import snmp_agent
from unyo.lab.network.snmp_agent import SnmpAgent
from unyo.lab.network.switches import LabSwitch, Switches

_RULE = "security passwords min-length 10"


@pytest.fixture
def network_ground(rack: Switches) -> Ground:
    """A local user of a switch that keeps old hashes and refuses short passwords."""
    switch = rack.add(next_name(), kind="5", extra=(_RULE,))
    return _ground(rack, switch, switch.login())


@pytest.fixture
def enable_ground(rack: Switches) -> Ground:
    """The secret of enable of such a switch."""
    switch = rack.add(next_name(), kind="5", extra=(_RULE,))
    return _ground(rack, switch, switch.enable_secret())


def _ground(rack: Switches, switch: LabSwitch, credential: Credential) -> Ground:
    drawer, login = Drawer(), credential.role == "login"
    account = credential.account if login else ""
    if not login:
        drawer.keep(switch.login().ref, switch.password)
    return Ground(
        hand=NetworkHand(drawer.open, SETTINGS),
        drawer=drawer,
        credential=credential,
        elsewhere=replace(credential, port=9, system="elsewhere"),
        takes=lambda secret: bool(rack.order("opens", switch.name, account, secret.reveal())),
        first=switch.password if login else switch.enable,
        refused=Secret("Short-1x"),
        via=None if login else switch.login(),
        via_password=None if login else switch.password,
    )


@pytest.fixture(scope="session")
def snmp_lab() -> Iterator[SnmpAgent]:
    """A real agent; each test's changes are played back."""
    reason = snmp_agent.unavailable()
    if reason is not None:
        pytest.skip(f"no SNMP agent: {reason}")
    with SnmpAgent() as agent:
        wait_for(agent)
        yield agent


@pytest.fixture
def agent(snmp_lab: SnmpAgent) -> Iterator[SnmpAgent]:
    before = snmp_lab.image()
    yield snmp_lab
    snmp_lab.restore(before)
    wait_for(snmp_lab)


@pytest.fixture
def appliance_ground(agent: SnmpAgent) -> Ground:
    drawer, credential = Drawer(), agent.credential
    return Ground(
        hand=ApplianceHand(drawer.open),
        drawer=drawer,
        credential=credential,
        elsewhere=replace(credential, port=9, system="elsewhere", options={"seconds": 0.3}),
        takes=lambda secret: takes(agent, secret),
        first=agent.password,
        refused=Secret("Short-1"),
    )


def takes(agent: SnmpAgent, secret: Secret) -> bool:
    drawer, credential = Drawer(), agent.credential
    ref = drawer.keep(credential.ref, secret)
    return ApplianceHand(drawer.open).attempt([Trial(credential, ref)])[0].logon == "accepted"


def wait_for(agent: SnmpAgent, seconds: float = 15) -> None:
    """Until it answers the password that it began with."""
    deadline = time.monotonic() + seconds
    while not takes(agent, agent.password):
        if time.monotonic() > deadline:
            raise RuntimeError("the SNMP agent does not answer")
        time.sleep(0.02)
