"""Which accounts there are: terminals times the policy's accounts, and the accounts of devices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.books import Books, add_device, add_terminals
from unyo.core.credential import AccountKind, Scope
from unyo.core.errors import BadSetting, NotFound
from unyo.core.secret import SecretRef

KEEPER, ROOT = "passwords/app1/keeper", "passwords/app1/root"


@pytest.fixture
def books(sqlite_ledger: Path) -> Books:
    add_terminals(
        {"serial": "S1", "name": "PC-0001", "site": "本庁", "department": "0301", "asset_number": "A-77"},
        {"serial": "S2", "name": "SV-01", "address": "sv01.example.jp", "port": 5986, "kind": "server"},
        {"serial": "S3", "name": "PC-0003", "state": "loan"},
        {"serial": "S4", "name": "PC-0004", "state": "stock"},
        {"serial": "S5", "name": "PC-0005", "state": "retired"},
        {"serial": "PF/1#2 %", "name": "PC-0006"},
    )
    add_device(
        "app1",
        "linux",
        [
            {"name": "keeper", "options": {"sudo": True}},
            {"name": "root", "role": "superuser", "via": "keeper"},
        ],
        address="10.1.0.5",
        port=2222,
        site="本庁",
        groups=["servers"],
        options={"host_key": "ssh-ed25519 AAAA"},
    )
    add_device(
        "sw1",
        "network",
        [
            {"name": "netadmin", "role": "login", "initial": "network/first"},
            {"name": "enable", "role": "enable", "via": "netadmin", "groups": ["core"]},
        ],
        address="10.1.3.1",
        driver="cisco_ios",
        groups=["switches"],
    )
    add_device("domain", "directory", [{"name": "unyo-bind", "role": "service", "path": "directory/bind"}])
    add_device("old", "linux", [{"name": "root"}], active=False)
    return Books()


def paths(books: Books, **conditions: Any) -> list[str]:
    return [credential.path for credential in books.credentials.select(Scope(**conditions))]


def windows(*serials: str) -> list[str]:
    return [f"passwords/windows/{serial}/{name}" for serial in serials for name in ("*500", "unyo-admin")]


def test_everything_is_all_terminals_in_use_and_all_devices(books: Books) -> None:
    devices = ["directory/bind", KEEPER, ROOT, "passwords/sw1/enable/enable", "passwords/sw1/netadmin"]
    assert paths(books, everything=True) == sorted([*devices, *windows("S1", "S2", "S3", "PF%2F1%232 %25")])


def test_a_terminals_account_knows_where_it_is_and_which_password_it_came_with(books: Books) -> None:
    _, server = books.credentials.select(Scope(system=("sv-01",)))
    assert (server.kind, server.system, server.account) == (AccountKind.WINDOWS, "S2", "unyo-admin")
    assert (server.address, server.port, server.label) == ("sv01.example.jp", 5986, "SV-01 unyo-admin")
    assert (server.initial, server.groups) == (SecretRef("terminals/admin"), ("server",))
    assert server.options == {"serial": "S2", "name": "SV-01", "kind": "server"}
    client = books.credentials.select(Scope(system=("PC-0001",)))[0]
    assert (client.address, client.groups) == ("PC-0001", ("client", "本庁", "0301"))


def test_a_devices_account_takes_from_its_device_and_adds_its_own(books: Books) -> None:
    found = books.credentials.named([ROOT, "passwords/sw1/enable/enable", "passwords/nobody/x"])
    assert set(found) == {ROOT, "passwords/sw1/enable/enable"}
    root, enable = found[ROOT], found["passwords/sw1/enable/enable"]
    assert (root.via, root.role, root.address, root.port) == (KEEPER, "superuser", "10.1.0.5", 2222)
    assert (root.groups, root.options) == (("servers", "本庁"), {"host_key": "ssh-ed25519 AAAA"})
    assert (enable.via, enable.driver, enable.groups) == (
        "passwords/sw1/netadmin",
        "cisco_ios",
        ("switches", "core"),
    )
    keeper = books.credentials.named([KEEPER])[KEEPER]
    assert keeper.options == {"host_key": "ssh-ed25519 AAAA", "sudo": True}


@pytest.mark.parametrize(
    ("conditions", "chosen"),
    [
        ({"path": (ROOT,)}, [ROOT]),
        ({"kind": (AccountKind.LINUX,)}, [KEEPER, ROOT]),
        ({"group": ("Servers", "core")}, [KEEPER, ROOT, "passwords/sw1/enable/enable"]),
        ({"system": ("APP1",)}, [KEEPER, ROOT]),
        ({"system": ("10.1.3.1",), "account": ("enable",)}, ["passwords/sw1/enable/enable"]),
        ({"system": ("a-77",)}, windows("S1")),
        ({"site": ("本庁",), "kind": (AccountKind.WINDOWS,)}, windows("S1")),
        ({"group": ("client",), "account": ("*500",)}, None),
        ({"path": ("directory/bind",)}, ["directory/bind"]),
        ({"system": ("app1",), "account": ("netadmin",)}, []),
    ],
)
def test_every_condition_must_hold_and_width_and_case_do_not_matter(
    books: Books, conditions: dict[str, Any], chosen: list[str] | None
) -> None:
    if chosen is None:
        chosen = [path for path in windows("PF%2F1%232 %25", "S1", "S3") if path.endswith("*500")]
    assert paths(books, **conditions) == chosen


def test_a_terminal_in_stock_is_chosen_by_its_name_only_a_retired_one_never(books: Books) -> None:
    assert paths(books, system=("PC-0004",)) == windows("S4")
    assert paths(books, path=tuple(windows("S4")[:1])) == windows("S4")[:1]
    assert set(windows("S4")) <= set(books.credentials.named(windows("S4")))
    with pytest.raises(NotFound):
        paths(books, system=("PC-0005",))
    assert books.credentials.named(windows("S5")) == {}


@pytest.mark.parametrize(
    ("conditions", "near"),
    [
        ({"system": ("app2",)}, "app1"),
        ({"group": ("server s", "swiches")}, "switches"),
        ({"account": ("ruut",)}, "root"),
        ({"kind": (AccountKind.MARIADB,)}, "linux"),
        ({"path": ("passwords/app1/rot",)}, ROOT),
        ({"system": ("old",)}, ""),
    ],
)
def test_a_word_that_no_account_has_is_named_with_what_is_near(
    books: Books, conditions: dict[str, Any], near: str
) -> None:
    with pytest.raises(NotFound) as missing:
        paths(books, **conditions)
    assert missing.value.target == next(iter(conditions.values()))[-1]
    assert near in missing.value.next_step.en


def test_a_policy_without_terminals_leaves_the_devices(books: Books) -> None:
    books.policies.policy = {}
    assert [path for path in paths(books, everything=True) if "windows" in path] == []


@pytest.mark.parametrize("windows", [["unyo-admin"], {"accounts": "unyo-admin"}, {"accounts": [500]}])
def test_a_policy_that_names_no_accounts_is_refused_not_read_letter_by_letter(
    books: Books, windows: object
) -> None:
    books.policies.policy = {"windows": windows}
    with pytest.raises(BadSetting) as refused:
        paths(books, everything=True)
    assert refused.value.code == "passwords.policy"


def test_the_shipped_policy_names_the_account_of_the_shipped_settings(books: Books, tmp_path: Path) -> None:
    from unyo.ledger.credentials import LedgerCredentials
    from unyo.policies import PolicyFiles

    shipped = LedgerCredentials(books.safe, books.clock, PolicyFiles(tmp_path))
    (found,) = shipped.select(Scope(system=("S1",)))
    assert (found.account, found.initial) == ("unyo-admin", SecretRef("terminals/admin"))


def test_an_account_of_the_settings_is_chosen_like_others_unless_a_device_names_it(books: Books) -> None:
    from unyo.core.credential import Credential
    from unyo.ledger.credentials import LedgerCredentials

    own = [
        Credential(AccountKind.DIRECTORY, "directory", "CN=unyo", path, path)
        for path in ("directory/bind", "directory/other")
    ]
    found = LedgerCredentials(books.safe, books.clock, books.policies, own)
    assert [each.account for each in found.select(Scope(kind=(AccountKind.DIRECTORY,)))] == [
        "unyo-bind",
        "CN=unyo",
    ]
    assert found.named(["directory/other"]) == {"directory/other": own[1]}
    assert found.select(Scope(system=("directory",))) == [own[1]]


def test_other_accounts_of_a_terminal_are_set_through_the_one_that_unyo_signs_on_with(books: Books) -> None:
    from unyo.ledger.credentials import LedgerCredentials

    books.policies.policy = {"windows": {"accounts": ["unyo-admin", "help-desk"]}}
    local = LedgerCredentials(books.safe, books.clock, books.policies, signs_on="Unyo-Admin")
    of_domain = LedgerCredentials(books.safe, books.clock, books.policies, signs_on="unyo@EXAMPLE.JP")
    vias = {each.account: each.via for each in local.select(Scope(system=("S1",)))}
    assert vias == {"unyo-admin": "", "help-desk": "passwords/windows/S1/unyo-admin"}
    assert {each.via for each in of_domain.select(Scope(system=("S1",)))} == {""}
