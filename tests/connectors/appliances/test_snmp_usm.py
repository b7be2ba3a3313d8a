"""SNMPv3 users on a real agent: what survives a restart, what a lost answer means."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from support.hands import Drawer, Ground
from support.network_grounds import takes
from unyo.connectors.appliances.hand import ApplianceHand
from unyo.connectors.appliances.plugins.snmp_usm import SnmpUser, key_change
from unyo.core.directory import Logon
from unyo.core.hand import Exchange, Fate, Trial
from unyo.core.secret import Secret
from unyo.lab.network.snmp_agent import SnmpAgent

pytestmark = pytest.mark.xdist_group("appliance")


def answering(agent: SnmpAgent, secret: Secret, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not takes(agent, secret):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_changed_password_survives_a_power_cut(appliance_ground: Ground, agent: SnmpAgent) -> None:
    new = appliance_ground.fresh()
    assert (
        appliance_ground.hand.exchange([appliance_ground.asked(appliance_ground.in_force, new)])[0].error
        is None
    )
    agent.down()
    agent.up()
    assert answering(agent, appliance_ground.drawer.open(new))


def test_an_answer_that_is_lost_after_the_change_leaves_it_unknown_and_a_try_tells(
    appliance_ground: Ground, agent: SnmpAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = SnmpUser._ask

    async def deaf(self: SnmpUser, command: object, *given: object) -> object:
        told = await asks(self, command, *given)  # type: ignore[arg-type]
        return ("requestTimedOut", []) if getattr(command, "__name__", "") == "set_cmd" else told

    monkeypatch.setattr(SnmpUser, "_ask", deaf)
    new = appliance_ground.fresh()
    ended = appliance_ground.hand.exchange([appliance_ground.asked(appliance_ground.in_force, new)])[0]
    assert ended.fate is Fate.UNKNOWN
    tried = appliance_ground.hand.attempt([appliance_ground.trial(new)])[0]
    assert tried.logon is Logon.ACCEPTED


def test_an_agent_that_stands_still_is_not_touched(appliance_ground: Ground, agent: SnmpAgent) -> None:
    agent.freeze()
    try:
        credential = replace(appliance_ground.credential, options={"seconds": 0.4})
        asked = Exchange(credential, appliance_ground.in_force, appliance_ground.fresh())
        assert appliance_ground.hand.exchange([asked])[0].fate is Fate.UNTOUCHED
    finally:
        agent.thaw()


def test_two_changes_at_once_end_with_one_password_that_is_known(
    appliance_ground: Ground, agent: SnmpAgent
) -> None:
    """The agent's spin lock lets one of them through."""
    news = [appliance_ground.fresh(), appliance_ground.fresh()]
    fates: dict[str, Fate] = {}

    def change(ref: object) -> None:
        asked = appliance_ground.asked(appliance_ground.in_force, ref)  # type: ignore[arg-type]
        fates[ref.path] = appliance_ground.hand.exchange([asked])[0].fate  # type: ignore[attr-defined]

    threads = [threading.Thread(target=change, args=(ref,)) for ref in news]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    in_force = [ref for ref in news if takes(agent, appliance_ground.drawer.open(ref))]
    assert len(in_force) == 1
    assert fates[in_force[0].path] in (Fate.VERIFIED, Fate.SET)


def test_an_unknown_user_is_told(appliance_ground: Ground) -> None:
    ghost = replace(appliance_ground.credential, account="ghost")
    ended = appliance_ground.hand.exchange(
        [Exchange(ghost, appliance_ground.in_force, appliance_ground.fresh())]
    )[0]
    assert (ended.fate, ended.error and ended.error.code) == (Fate.UNTOUCHED, "appliances.account")


def test_an_unknown_authentication_is_a_setting_to_be_mended(appliance_ground: Ground) -> None:
    odd = replace(appliance_ground.credential, options={"auth": "ROT13"})
    drawer: Drawer = appliance_ground.drawer
    tried = ApplianceHand(drawer.open).attempt([Trial(odd, appliance_ground.in_force)])[0]
    assert tried.error is not None
    assert tried.error.code == "appliances.snmp_auth"


def test_a_key_change_is_random_text_and_a_masked_key() -> None:
    """The agent unmasks it with the old key: what the masks are made of must be in the message."""
    import hashlib

    old, new = bytes(range(32)), bytes(range(32, 64))
    value = key_change(old, new, hashlib.sha256)
    random, masked = value[:32], value[32:]
    mask = hashlib.sha256(old + random).digest()
    assert bytes(a ^ b for a, b in zip(mask, masked, strict=True)) == new
