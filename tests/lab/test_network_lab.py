"""The lab's network devices: the emulation's words, the real Open vSwitch and the real router behind them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko import ConnectHandler

from support.network_town import Town, next_name
from unyo.connectors.network.hand import NetworkHand
from unyo.core.directory import Logon
from unyo.core.errors import BadSetting
from unyo.core.hand import Exchange, Fate, Trial
from unyo.core.secret import Secret
from unyo.lab.network import open_vswitch, router
from unyo.lab.network.grammar import CommandError, command, find
from unyo.lab.network.router import Router
from unyo.lab.network.secrets_of_ios import opens, type_5, type_7
from unyo.lab.network.switches import LabSwitch, Switches
from unyo.lab.watcher import family

pytestmark = pytest.mark.xdist_group("network")


def plain_netmiko(switch: LabSwitch, **more: Any) -> Any:
    return ConnectHandler(
        device_type="cisco_ios",
        host=switch.address,
        port=switch.port,
        username=switch.account,
        password=switch.password.reveal(),
        secret=switch.enable.reveal(),
        **more,
    )


def test_plain_netmiko_reads_configures_and_saves(rack: Switches) -> None:
    switch = rack.add(next_name())
    with plain_netmiko(switch) as session:
        assert f"hostname {switch.name}" in session.send_command("show running-config")
        assert "Invalid input" in session.send_command("show flux-capacitor")
        assert "Incomplete" in session.send_command("show")
        session.send_config_set(["hostname renamed", "end"])
        session.set_base_prompt()
        assert "OK" in session.save_config()
    assert "hostname renamed" in rack.order("startup", switch.name)


def test_what_was_not_saved_is_gone_after_a_restart(town: Town) -> None:
    town.order("configure", "username guest privilege 1 secret 0 Guest-Pass-1")
    town.order("reload")
    assert not [line for line in town.order("running") if "guest" in line]


def test_a_restart_of_the_whole_rack_keeps_what_was_saved() -> None:
    with Switches() as rack:
        switch = rack.add("sw1")
        rack.power_off()
        rack.start()
        rack.order("add", "sw1", "", 0)
        assert rack.order("opens", "sw1", "admin", switch.password.reveal())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sh", "Incomplete"),
        ("show ver", "ran"),
        ("s v", "ran"),
        ("show clock", "Invalid input"),
        ("show version now", "Invalid input"),
        ("co", "Ambiguous"),
    ],
)
def test_words_may_be_shortened_and_what_is_unknown_is_refused(line: str, said: str) -> None:
    table = [command(text, lambda: "ran") for text in ("show version", "copy", "configure")]
    try:
        found, given = find(table, line)
        answered = found.run(*given) or ""
    except CommandError as error:
        answered = str(error)
    assert said in answered


def test_old_ways_of_keeping_passwords_are_those_of_the_devices() -> None:
    assert type_7("cisco") == "0822455D0A16"
    assert opens("7", "02050D480809", "cisco")
    assert type_5("hashcat", "abcd") == "$1$abcd$gNswP6vzp97Cfmx6stHc.0"


def test_a_question_mark_asks_and_is_never_typed(rack: Switches) -> None:
    switch = rack.add(next_name())
    with plain_netmiko(switch) as session:
        session.write_channel("show ?")
        assert "running-config" in session.read_until_pattern(r"running-config[\s\S]*# ?show $")


@pytest.mark.skipif(open_vswitch.unavailable() is not None, reason=str(open_vswitch.unavailable()))
def test_a_port_really_changes_its_vlan_in_open_vswitch(rack: Switches) -> None:
    begun = time.monotonic()
    switch = rack.add(next_name(), ports=2)
    assert time.monotonic() - begun < 5
    port = "GigabitEthernet1/0/2"
    with plain_netmiko(switch) as session:
        session.send_config_set([f"interface {port}", "switchport access vlan 20"])
        assert rack.order("tag", switch.name, port) == 20
        brief = session.send_command("show vlan brief", use_textfsm=False)
    assert "VLAN0020" in brief
    rack.order("reload", switch.name)
    assert "switchport access vlan 20" not in "\n".join(rack.order("running", switch.name))


def test_nothing_is_left_after_the_rack_was_killed_with_its_owner() -> None:
    dying = (
        "import os,signal\nfrom unyo.lab.network.switches import Switches\nrack=Switches();rack.start()\n"
        "rack.add('sw1')\nprint(rack._home.place, rack.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", dying], capture_output=True, text=True, check=False)
    place, pid = done.stdout.split()
    deadline = time.monotonic() + 10
    while (Path(place).exists() or family({int(pid)})) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(place).exists()
    assert family({int(pid)}) == []


@pytest.fixture(scope="module")
def frr() -> Iterator[Router]:
    reason = router.unavailable()
    if reason is not None:
        pytest.skip(f"no FRR router: {reason}")
    with Router("frr") as running:
        yield running


def hand_of(frr: Router) -> tuple[NetworkHand, Exchange]:
    login = frr.login
    known = {
        login.ref.at(1).path: frr.password,
        login.ref.at(2).path: Secret("Router-Canary-2"),
        frr.signer.path: frr.signer_password,
    }
    return NetworkHand(lambda ref: known[ref.path]), Exchange(login, login.ref.at(1), login.ref.at(2))


def test_the_login_of_a_real_router_gets_a_new_password_and_vtysh_opens_with_it(frr: Router) -> None:
    hand, asked = hand_of(frr)
    assert hand.exchange([asked])[0].fate is Fate.VERIFIED
    tried = hand.attempt(
        [Trial(asked.credential, version) for version in (asked.new, asked.old or asked.new)]
    )
    assert [each.logon for each in tried] == [Logon.ACCEPTED, Logon.WRONG]
    session = ConnectHandler(
        device_type="cisco_ios",
        host=frr.login.address,
        username=frr.login.account,
        password="Router-Canary-2",
    )
    assert "FRRouting" in session.send_command("show version")
    session.send_config_set(["ip route 203.0.113.10/32 blackhole"], error_pattern="% ")
    assert "OK" in session.save_config()
    session.disconnect()
    assert "203.0.113.10/32" in (frr.host.root / "etc/frr/frr.conf").read_text()


def test_what_a_router_cannot_do_is_said(frr: Router) -> None:
    from dataclasses import replace

    hand, asked = hand_of(frr)
    enable = replace(asked, credential=replace(asked.credential, role="enable"))
    alone = replace(asked, credential=replace(asked.credential, via=""))
    codes = [each.error.code for each in hand.exchange([enable, alone]) if isinstance(each.error, BadSetting)]
    assert codes == ["network.role", "network.via"]
