"""Light Linux hosts are hosts of their own, and nothing of them is left."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from unyo.connectors.ssh.host_keys import read_host_key
from unyo.core.errors import Unreachable
from unyo.core.secret import Secret
from unyo.lab.linux_hosts import LinuxHosts, unavailable
from unyo.lab.watcher import family

pytestmark = [
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
    pytest.mark.xdist_group("linux_hosts"),
]

DYING = """
import os, signal
from unyo.lab.linux_hosts import LinuxHosts
lab = LinuxHosts(1)
lab.start()
host = lab.hosts[0]
print(host.pid, host.interface, lab._home.place, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_every_host_shows_a_key_of_its_own(linux_hosts: LinuxHosts) -> None:
    shown = [read_host_key(host.address, host.port) for host in linux_hosts.hosts]
    assert shown == [host.host_key for host in linux_hosts.hosts]
    assert len(set(shown)) == len(shown)


def test_it_tells_which_password_is_in_force_without_trying_it(linux_hosts: LinuxHosts) -> None:
    host = linux_hosts.hosts[1]
    assert host.takes("staff", host.passwords["staff"])
    assert not host.takes("staff", host.passwords["root"])
    assert host.failures == 0


def test_an_old_image_brings_the_old_password_back(linux_hosts: LinuxHosts) -> None:
    host = linux_hosts.hosts[0]
    image = host.shadow.read_text()
    host.shadow.write_text(image.replace("staff:$", "staff:!$"))
    assert not host.takes("staff", host.passwords["staff"])
    host.shadow.write_text(image)
    assert host.takes("staff", host.passwords["staff"])


def test_what_happens_on_a_host_stays_there(linux_hosts: LinuxHosts) -> None:
    host = linux_hosts.hosts[0]
    (host.root / "etc/mark-of-a-test").write_text("here")
    assert not Path("/etc/mark-of-a-test").exists()
    assert not (linux_hosts.hosts[1].root / "etc/mark-of-a-test").exists()


def test_a_host_that_is_cut_off_does_not_answer_until_it_is_joined(linux_hosts: LinuxHosts) -> None:
    host = linux_hosts.hosts[0]
    linux_hosts.cut(host)
    with pytest.raises(Unreachable):
        read_host_key(host.address, host.port, seconds=0.3)
    linux_hosts.join(host)
    assert read_host_key(host.address, host.port) == host.host_key


def test_no_first_password_is_the_first_of_another_host(linux_hosts: LinuxHosts) -> None:
    firsts: list[Secret] = [secret for host in linux_hosts.hosts for secret in host.passwords.values()]
    assert len({secret.reveal() for secret in firsts}) == 3 * len(linux_hosts.hosts)


def test_nothing_is_left_after_stop() -> None:
    lab = LinuxHosts(2, prefix="gone")
    lab.start()
    pids = {host.pid for host in lab.hosts}
    interfaces = {host.interface for host in lab.hosts}
    lab.stop()
    lab.stop()
    assert family(pids) == []
    assert not interfaces & {place.name for place in Path("/sys/class/net").iterdir()}
    assert lab.hosts == []


def test_nothing_is_left_after_its_user_was_killed() -> None:
    done = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, check=False)
    pid, interface, place = done.stdout.split()
    left = [Path("/proc") / pid, Path("/sys/class/net") / interface, Path(place)]
    deadline = time.monotonic() + 10
    while any(path.exists() for path in left) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [path for path in left if path.exists()] == []
