"""A list of devices goes in as a whole or not at all, and says by line what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.books import NOON, Books, add_device
from unyo.core.credential import AccountKind, Scope
from unyo.core.errors import BadInput, NotFound
from unyo.ledger.devices import (
    DeviceImport,
    compare,
    find_device,
    pin_host_key,
    pinned_keys,
    set_active,
    store,
)
from unyo.ledger.models import DeviceRecord, Event
from unyo.settings import shipped

SWITCH = """\
- name: sw1
  kind: network
  address: 10.1.3.1
  driver: cisco_ios
  groups: [switches]
  accounts:
    - {name: netadmin, role: login, initial: network/first}
    - {name: enable, role: enable, via: netadmin}
"""


@pytest.fixture(autouse=True)
def _ledger(sqlite_ledger: Path) -> None:
    pass


def bring_in(text: str) -> DeviceImport:
    found = compare(text, "devices.yml", NOON)
    store(found, "devices.yml", "tanaka", NOON)
    return found


def faults_in(text: str) -> list[str]:
    """What the error says about each field, in the order of the file."""
    with pytest.raises(BadInput) as refused:
        compare(text, "devices.yml", NOON)
    assert refused.value.what.ja
    return [line.strip() for line in refused.value.what.en.splitlines()[1:]]


def test_the_example_holds_all_kinds_and_can_be_imported(sqlite_ledger: Path) -> None:
    text = (shipped("inventory") / "devices/devices.example.yml").read_text(encoding="utf-8")
    found = compare(text, "devices.yml", NOON, ["directory/bind"])
    store(found, "devices.yml", "tanaka", NOON)
    kinds = {change.record.kind for change in found.changes}
    assert kinds == {kind.value for kind in AccountKind} - {"windows"}
    chosen = Books().credentials.select(Scope(everything=True))
    paths = [credential.path for credential in chosen]
    assert "passwords/sw-3f-east/enable/enable" in paths
    # Whoever signs on for others is one of the list itself.
    assert {credential.via for credential in chosen} - {""} <= {*paths, "directory/bind"}


def test_an_account_of_the_settings_may_be_gone_through_and_is_known_here_only() -> None:
    through = SWITCH.replace("via: netadmin", "via: directory/bind")
    assert "no account is kept as directory/bind" in faults_in(through)[0]
    assert compare(through, "devices.yml", NOON, ["directory/bind"]).changes


def test_a_directory_needs_no_address() -> None:
    bring_in("- {name: domain, kind: directory, accounts: [{name: svc-backup}]}")
    assert Books().credentials.select(Scope(kind=(AccountKind.DIRECTORY,)))[0].address == ""


def test_a_device_that_is_imported_again_changes_only_where_it_differs() -> None:
    first = bring_in(SWITCH)
    assert [(change.record.name, change.is_new) for change in first.changes] == [("sw1", True)]
    again = compare(SWITCH, "devices.yml", NOON)
    assert (again.changes, again.unchanged, again.unmentioned) == ((), 1, ())
    moved = bring_in(SWITCH.replace("10.1.3.1", "10.1.3.9"))
    assert moved.changes[0].differences == {"address": ("10.1.3.1", "10.1.3.9")}
    assert DeviceRecord.objects.get(pk="sw1").address == "10.1.3.9"
    imports = Event.objects.filter(kind="devices.imported").order_by("seq")
    assert [event.fields["changed"] for event in imports] == [{}, {"sw1": ["address"]}]
    assert imports[0].actor == "tanaka"


def test_nothing_is_written_by_looking() -> None:
    compare(SWITCH, "devices.yml", NOON)
    assert not DeviceRecord.objects.exists()
    assert not Event.objects.exists()


def test_devices_that_the_file_does_not_name_are_left_alone_and_counted() -> None:
    add_device("app1", "linux", [{"name": "root"}], address="10.1.0.5")
    assert bring_in(SWITCH).unmentioned == ("app1",)
    assert DeviceRecord.objects.get(pk="app1").active


def test_a_trusted_host_key_stays_until_the_device_is_somewhere_else() -> None:
    bring_in(SWITCH)
    pin_host_key("sw1", "ssh-ed25519 AAAA", "SHA256:x", "tanaka", NOON, add=False)
    assert compare(SWITCH, "devices.yml", NOON).changes == ()
    bring_in(SWITCH.replace("10.1.3.1", "10.1.3.9"))
    assert pinned_keys(DeviceRecord.objects.get(pk="sw1")) == []


def test_a_key_may_stand_beside_another_or_take_its_place() -> None:
    bring_in(SWITCH)
    for line, add in (("ssh-ed25519 AAAA", False), ("ssh-rsa BBBB", True)):
        pin_host_key("sw1", line, "SHA256:x", "tanaka", NOON, add=add)
    assert pinned_keys(DeviceRecord.objects.get(pk="sw1")) == ["ssh-ed25519 AAAA", "ssh-rsa BBBB"]
    pin_host_key("sw1", "ssh-rsa CCCC", "SHA256:y", "tanaka", NOON, add=False)
    assert DeviceRecord.objects.get(pk="sw1").options["host_key"] == "ssh-rsa CCCC"
    trusted = Event.objects.filter(kind="devices.trusted").order_by("seq")
    assert [(event.fields["before"], event.fields["keys"]) for event in trusted] == [(0, 1), (1, 2), (2, 1)]


def test_a_removed_device_has_no_accounts_until_it_is_imported_again() -> None:
    bring_in(SWITCH)
    set_active("sw1", False, "tanaka", NOON)
    assert Books().credentials.select(Scope(everything=True)) == []
    assert bring_in(SWITCH).changes[0].differences == {"active": (False, True)}
    assert len(Books().credentials.select(Scope(everything=True))) == 2


def test_a_device_is_found_by_name_or_address_else_what_is_near_is_named() -> None:
    bring_in(SWITCH)
    assert find_device("SW1").name == find_device("10.1.3.1").name == "sw1"
    with pytest.raises(NotFound) as missing:
        find_device("sw2")
    assert "sw1" in missing.value.next_step.en


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: network", "kind: switch", "line 2, sw1 kind: 'switch' is no kind; right would be: linux, "),
        ("kind: network", "kind: windows", "unyo terminals import"),
        ("  address: 10.1.3.1\n", "", "line 1, sw1 address: an address is missing"),
        ("address: 10.1.3.1", "address: 7", "line 3, sw1 address: 7 is no text"),
        ("driver: cisco_ios", "port: 70000", "line 4, sw1 port: 70000 is no port"),
        ("driver: cisco_ios", "drivers: x", "line 4, sw1 drivers: there is no such field; right would be: one of: name"),
        ("groups: [switches]", "groups: switches", "line 5, sw1 groups: 'switches' is no list of names"),
        ("name: sw1", "name: sw/1", "line 1, sw/1 name: 'sw/1' cannot be a name"),
        ("name: sw1", "name: windows", "terminals have this place in the vault"),
        ("- name: sw1\n  kind", "- kind", "line 1, #1 name: a name is missing"),
        ("role: login", "role: Log-In", "line 7, sw1 accounts[1].role: 'Log-In' is no role"),
        ("via: netadmin", "via: nobody", "line 8, sw1 accounts[2].via: 'nobody' is no other account of this device"),
        ("via: netadmin", "via: passwords/sw9/x", "line 8, sw1 accounts[2].via: no account is kept as passwords/sw9/x"),
        ("initial: network/first", "initial: network/first#1", "accounts[1].initial: 'network/first#1' is no name"),
        ("initial: network/first", "password: Canary-77", "accounts[1].password: there is no such field"),
        ("name: enable, role: enable", "name: netadmin, role: login", "accounts[2].name: this account stands there twice"),
        ("groups: [switches]", "options: {password: Canary-77}", "options.password: a secret must not stand here"),
        ("groups: [switches]", "options: {enable_password: Canary-77}", "a secret must not stand here"),
        ("groups: [switches]", "options: {host_key: Canary-77}", "line 5, sw1 options.host_key: no host key"),
        ("groups: [switches]", "options: {since: 2026-04-01}", "options.since: not text, number"),
        ("groups: [switches]", "address: 10.1.3.2", "line 5, sw1 address: stands there twice"),
        ("  accounts:", "  options: {}\n  account:", "sw1 accounts: a list of accounts is missing"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_its_line_and_what_would_be_right(
    before: str, after: str, said: str
) -> None:
    assert before in SWITCH
    faults = faults_in(SWITCH.replace(before, after))
    assert any(said in fault for fault in faults), faults
    assert not [fault for fault in faults if "Canary" in fault]
    assert not DeviceRecord.objects.exists()


def test_all_wrong_fields_are_named_at_once_and_one_is_enough_to_stop_all() -> None:
    other = SWITCH.replace("sw1", "sw2").replace("network\n", "x\n").replace("10.1.3.1", "[]")
    assert len(faults_in(SWITCH + other)) == 2
    assert not DeviceRecord.objects.exists()


def test_two_devices_cannot_share_a_name_or_a_place_in_the_vault() -> None:
    assert "this device stands there twice" in faults_in(SWITCH + SWITCH)[0]
    add_device("domain", "directory", [{"name": "x", "path": "directory/bind"}], address="dc1")
    shared = SWITCH.replace("initial: network/first", "path: directory/bind")
    assert "domain keeps a password as directory/bind" in faults_in(shared)[0]


@pytest.mark.parametrize(
    "text", ["", "name: sw1", "- sw1", "a: [", "\t- x", "devices: 3", "!!python/object:os.x {}"]
)
def test_a_file_that_is_no_list_of_devices_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        compare(text, "devices.yml", NOON)
    assert refused.value.code == "devices.file"


def test_a_list_may_stand_below_the_word_devices() -> None:
    indented = "devices:\n" + "".join(f"  {line}\n" for line in SWITCH.splitlines())
    assert [change.record.name for change in bring_in(indented).changes] == ["sw1"]
