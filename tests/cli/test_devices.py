"""unyo devices: a list goes in after it was shown, and a host key is trusted after it was compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.at_the_desk import Desk
from support.books import add_device
from unyo.connectors.ssh.host_keys import fingerprint
from unyo.lab.linux_host import LinuxHost
from unyo.ledger.models import DeviceRecord, Event

LIST = """\
- name: sw1
  kind: network
  address: 10.1.3.1
  groups: [switches]
  accounts: [{name: netadmin, role: login}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "devices.yml"
    file.write_text(LIST)
    return file


def test_a_list_is_shown_first_and_imported_when_that_is_said(desk: Desk, file: Path) -> None:
    looked = desk.answer("devices", "import", str(file))
    assert (looked["new"], looked["stored"]) == (["sw1"], False)
    assert not DeviceRecord.objects.exists()
    stored = desk.unyo("devices", "import", str(file), "--yes")
    assert "1 added, 0 changed" in stored.out
    assert Event.objects.get(kind="devices.imported").actor == "tanaka"
    file.write_text(LIST.replace("10.1.3.1", "10.1.3.9"))
    again = desk.answer("devices", "import", str(file), "--yes")
    assert again["changed"] == {"sw1": {"address": ["10.1.3.1", "10.1.3.9"]}}


def test_a_person_may_say_yes_at_the_question(desk: Desk, file: Path) -> None:
    assert "sw1" in desk.unyo("devices", "import", str(file), typed="n\n").out
    assert not DeviceRecord.objects.exists()
    desk.unyo("devices", "import", str(file), typed="y\n")
    assert DeviceRecord.objects.get().name == "sw1"


def test_a_wrong_field_is_named_and_nothing_goes_in(desk: Desk, file: Path) -> None:
    file.write_text(LIST + LIST.replace("sw1", "sw2").replace("network", "fridge"))
    error = desk.answer("devices", "import", str(file), "--yes", code=2)["error"]
    assert "line 7, sw2 kind: 'fridge' is no kind" in error["what"]["en"]
    assert "7 行目 sw2 kind" in error["what"]["ja"]
    assert not DeviceRecord.objects.exists()


def test_devices_are_listed_shown_and_removed(desk: Desk, file: Path) -> None:
    desk.unyo("devices", "import", str(file), "--yes")
    add_device("app1", "linux", [{"name": "root"}], address="10.1.0.5")
    assert [each["name"] for each in desk.answer("devices", "list", "--kind", "network")] == ["sw1"]
    assert [each["name"] for each in desk.answer("devices", "list", "--group", "switches")] == ["sw1"]
    shown = desk.unyo("devices", "show", "sw1").out
    assert "passwords/sw1/netadmin" in shown
    desk.unyo("devices", "remove", "sw1", "--yes")
    assert [each["name"] for each in desk.answer("devices", "list")] == ["app1"]
    assert [each["name"] for each in desk.answer("devices", "list", "--removed")] == ["sw1"]
    assert Event.objects.filter(kind="devices.removed", fields__name="sw1").exists()


@pytest.fixture
def host(desk: Desk, plain_host: LinuxHost) -> LinuxHost:
    add_device("app1", "linux", [{"name": "root"}], address=plain_host.address, port=plain_host.port)
    return plain_host


def kept() -> object:
    return DeviceRecord.objects.get(pk="app1").options.get("host_key")


@pytest.mark.xdist_group("linux_hosts")
def test_a_host_key_is_shown_and_trusted_only_when_that_is_said(desk: Desk, host: LinuxHost) -> None:
    seen = desk.answer("devices", "trust", "app1")
    assert (seen["fingerprint"], seen["trusted"]) == (fingerprint(host.host_key), False)
    assert kept() is None
    desk.unyo("devices", "trust", "app1", "--yes")
    assert kept() == " ".join(host.host_key.split()[:2])
    event = Event.objects.get(kind="devices.trusted")
    assert (event.actor, event.fields["fingerprint"]) == ("tanaka", fingerprint(host.host_key))
    assert "trusted already" in desk.unyo("devices", "trust", "app1").out


@pytest.mark.xdist_group("linux_hosts")
def test_the_fingerprint_of_the_console_decides(desk: Desk, host: LinuxHost) -> None:
    other = fingerprint("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9RQ1cRYbJwcrPPFZlPCHUnxHHTqEHDlVkGmLYHHnvM")
    refused = desk.answer("devices", "trust", "app1", "--fingerprint", other, "--yes", code=4)
    assert refused["error"]["code"] == "devices.other_fingerprint"
    assert kept() is None
    for written in (fingerprint(host.host_key), fingerprint(host.host_key).split()[-1]):
        DeviceRecord.objects.filter(pk="app1").update(options={})
        assert desk.answer("devices", "trust", "app1", "--fingerprint", written)["trusted"]
        assert kept() is not None


@pytest.mark.xdist_group("linux_hosts")
def test_another_key_takes_the_place_of_the_old_one_or_stands_beside_it(desk: Desk, host: LinuxHost) -> None:
    old = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9RQ1cRYbJwcrPPFZlPCHUnxHHTqEHDlVkGmLYHHnvM"
    DeviceRecord.objects.filter(pk="app1").update(options={"host_key": old})
    assert "trusted before" in desk.unyo("devices", "trust", "app1", "--yes", "--add").out
    assert kept() == [old, " ".join(host.host_key.split()[:2])]
    desk.unyo("devices", "trust", "app1", "--yes")
    assert kept() == " ".join(host.host_key.split()[:2])


def test_a_device_that_does_not_answer_is_not_trusted(desk: Desk) -> None:
    add_device("gone", "linux", [{"name": "root"}], address="127.0.0.1", port=9)
    assert desk.answer("devices", "trust", "gone", "--yes", code=6)["error"]["code"] == "devices.unreachable"
