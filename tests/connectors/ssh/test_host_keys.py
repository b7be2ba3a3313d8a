"""A password goes only to the server whose host key was trusted before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.linux_hosts import ground_on
from unyo.connectors.ssh.host_keys import HostKeys, PinnedClient, fingerprint, parse, read_host_key
from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
from unyo.core.hand import Fate
from unyo.lab import linux_hosts as lab
from unyo.lab.linux_host import LinuxHost

pytestmark = [
    pytest.mark.skipif(lab.unavailable() is not None, reason=str(lab.unavailable())),
    pytest.mark.xdist_group("linux_hosts"),
]
HALF_A_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPKf"


def test_another_host_key_is_refused_before_a_password_is_sent(
    linux_hosts: lab.LinuxHosts, plain_host: LinuxHost
) -> None:
    other = linux_hosts.hosts[1].host_key
    ground = ground_on(plain_host)
    ground.credential = replace(ground.credential, options={"host_key": other})
    answer = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh())])[0]
    tried = ground.hand.attempt([ground.trial(ground.in_force)])[0]
    assert answer.fate is Fate.UNTOUCHED
    assert answer.error is not None
    assert answer.error.code == "devices.host_key.changed"
    assert fingerprint(plain_host.host_key) in str(answer.error.detail)
    assert fingerprint(other) in str(answer.error.detail)
    assert tried.logon is None


def test_a_server_of_another_algorithm_is_another_server(plain_host: LinuxHost) -> None:
    import paramiko

    ground = ground_on(plain_host)
    key = paramiko.ECDSAKey.generate()
    ground.credential = replace(
        ground.credential, options={"host_key": f"{key.get_name()} {key.get_base64()}"}
    )
    answer = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh())])[0]
    assert answer.error is not None
    assert answer.error.code == "devices.host_key.changed"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "devices.host_key.unknown"),
        ({"host_key": "nonsense"}, "devices.host_key.format"),
        ({"host_key": HALF_A_KEY}, "devices.host_key.format"),
    ],
)
def test_without_a_trusted_key_nothing_is_sent(
    plain_host: LinuxHost, options: dict[str, object], code: str
) -> None:
    ground = ground_on(plain_host)
    ground.credential = replace(ground.credential, options=options)
    tried = ground.hand.attempt([ground.trial(ground.in_force)])[0]
    assert tried.logon is None
    assert isinstance(tried.error, BadSetting)
    assert tried.error.code == code


def test_any_of_several_trusted_keys_will_do(linux_hosts: lab.LinuxHosts, plain_host: LinuxHost) -> None:
    ground = ground_on(plain_host)
    several = [linux_hosts.hosts[1].host_key, plain_host.host_key]
    ground.credential = replace(ground.credential, options={"host_key": several})
    assert ground.hand.attempt([ground.trial(ground.in_force)])[0].error is None


def test_a_pinned_client_keeps_to_its_keys_whatever_policy_it_is_given(
    linux_hosts: lab.LinuxHosts, plain_host: LinuxHost
) -> None:
    import paramiko

    with PinnedClient(HostKeys((parse(linux_hosts.hosts[1].host_key),), "srv01")) as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        with pytest.raises(TargetSaidNo, match="host key"):
            client.connect(plain_host.address, username="staff", password="never sent", allow_agent=False)


def test_a_place_where_nothing_listens_has_no_key(plain_host: LinuxHost) -> None:
    with pytest.raises(Unreachable):
        read_host_key(plain_host.address, 9, seconds=1)
