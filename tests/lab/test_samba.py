"""The real controller starts fresh, keeps or forgets its data as told, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.directory import Place, as_administrator
from unyo.connectors.directory import LdapDirectory
from unyo.core.directory import Add
from unyo.core.errors import BadSetting
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.watcher import family

pytestmark = [
    pytest.mark.samba,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

DYING = """
import os, signal
from unyo.lab.samba import SambaLab
lab = SambaLab()
lab.start()
print(lab.place, lab._server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[SambaLab]:
    with SambaLab() as lab:
        yield lab


@pytest.fixture
def directory(lab: SambaLab) -> Iterator[LdapDirectory]:
    directory = LdapDirectory(as_administrator(lab))
    yield directory
    directory.close()


def units(directory: LdapDirectory, place: Place) -> list[str]:
    return [entry.dn for entry in directory.search(place.dn, "(objectClass=*)", ["ou"], "base")]


def test_it_says_that_it_is_no_simulation(directory: LdapDirectory) -> None:
    assert not directory.facts().simulated


def test_down_keeps_the_data_and_reset_forgets_it(lab: SambaLab, directory: LdapDirectory) -> None:
    place = Place.for_test("kept", lab)
    assert directory.send([Add(place.dn, {"objectClass": ("organizationalUnit",)})]) == [None]
    lab.down()
    lab.up()
    assert units(directory, place) == [place.dn]
    lab.reset()
    assert units(directory, place) == []


def test_two_controllers_run_side_by_side(lab: SambaLab) -> None:
    with SambaLab() as other:
        assert other.url != lab.url
        directory = LdapDirectory(as_administrator(other))
        assert directory.facts().server == other.host
        directory.close()


def test_the_password_stands_on_no_command_line(lab: SambaLab) -> None:
    password = lab.admin_password.reveal().encode()
    for lines in Path("/proc").glob("[0-9]*/cmdline"):
        assert password not in lines.read_bytes()


def test_kerberos_binds_with_a_ticket_and_without_password(
    lab: SambaLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gssapi")
    monkeypatch.setenv("KRB5_CONFIG", str(lab.krb5_config))
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/tickets")
    settings = replace(as_administrator(lab), bind="kerberos", bind_name="", password=None)
    directory = LdapDirectory(settings)
    with pytest.raises(BadSetting) as caught:
        directory.facts()
    assert caught.value.code == "directory.kerberos"
    said = lab.admin_password.reveal() + "\n"
    subprocess.run(["kinit", f"Administrator@{lab.realm}"], input=said, text=True, check=True)
    assert directory.facts().bound_as == "Kerberos"
    assert [entry.dn for entry in directory.search(lab.base_dn, "(cn=Administrator)", ["cn"])]
    directory.close()


def test_nothing_is_left_after_its_user_was_killed() -> None:
    done = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, check=False)
    place, pid = done.stdout.split()
    deadline = time.monotonic() + 15
    while Path(place).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(place).exists()
    assert family({int(pid)}) == []
