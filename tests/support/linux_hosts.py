"""Light Linux hosts for a test run, and the ground of the Linux hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.hands import Drawer, Ground
from unyo.connectors.ssh.hand import LinuxHand
from unyo.connectors.ssh.options import SshSettings
from unyo.core.secret import Secret
from unyo.lab import linux_hosts as lab
from unyo.lab.linux_files import KEEPER, STAFF
from unyo.lab.linux_host import LinuxHost

IMPATIENT = SshSettings(connect_seconds=1, logon_seconds=5, answer_seconds=5, greetings=3)


@pytest.fixture(scope="session")
def linux_hosts() -> Iterator[lab.LinuxHosts]:
    """Two hosts: srv01, and srv02 with faillock and a history of passwords."""
    reason = lab.unavailable()
    if reason is not None:
        pytest.skip(f"no Linux hosts: {reason}")
    with lab.LinuxHosts(2, strict=1) as hosts:
        yield hosts


@pytest.fixture
def plain_host(linux_hosts: lab.LinuxHosts) -> Iterator[LinuxHost]:
    yield from _as_before(linux_hosts.hosts[0])


@pytest.fixture
def strict_host(linux_hosts: lab.LinuxHosts) -> Iterator[LinuxHost]:
    yield from _as_before(linux_hosts.hosts[1])


def _as_before(host: LinuxHost) -> Iterator[LinuxHost]:
    """The host, with its first passwords again afterwards."""
    before = host.shadow.read_text()
    yield host
    host.shadow.write_text(before)
    for file in (host.root / "run/faillock").glob("*"):
        file.unlink()
    (host.root / "etc/security/opasswd").write_text("")


def ground_on(host: LinuxHost, account: str = STAFF) -> Ground:
    """An account of a host, to be set by itself or through the one that may use sudo."""
    drawer = Drawer()
    credential = host.credential(account)
    return Ground(
        hand=LinuxHand(drawer.open, IMPATIENT),
        drawer=drawer,
        credential=credential,
        elsewhere=replace(credential, port=9),
        takes=lambda secret: host.takes(account, secret),
        first=host.passwords[account],
        refused=Secret("abc"),
        via=host.credential(KEEPER),
        via_password=host.passwords[KEEPER],
    )


@pytest.fixture
def linux_ground(strict_host: LinuxHost) -> Ground:
    return ground_on(strict_host)
