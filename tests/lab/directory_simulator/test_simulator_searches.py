"""Searching the simulated directory: filters, pages, ranges, limits and the choice of attributes."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from ldap3 import BASE, LEVEL

from support.simulated_directory import Client
from unyo.lab.directory_simulator import DirectorySimulator


@pytest.fixture
def cast(client: Client) -> Client:
    """Two users, a group of one of them, a group of that group, and a contact."""
    client.add("CN=u1", "user", sAMAccountName="u1")
    client.add_user("u2", displayName="山田 太郎", sn="ヤマダ", mail="A@b", employeeNumber="0012")
    client.add("CN=g1", "group", sAMAccountName="g1", member=client.dn("CN=u2"))
    client.add("CN=g2", "group", sAMAccountName="g2", member=client.dn("CN=g1"))
    client.add("CN=c1", "contact", sn="z", description="foo bar")
    return client


# What Samba 4.17 answered to the same filters over the same entries, except where a comment says otherwise.
@pytest.mark.parametrize(
    ("filter_text", "names"),
    [
        ("(cn=u*)", ["u1", "u2"]),
        ("(&(objectClass=user)(!(cn=u2)))", ["u1"]),
        ("(|(employeeNumber=0012)(sAMAccountName=U1))", ["u1", "u2"]),
        ("(employeeNumber=12)", []),
        ("(userAccountControl:1.2.840.113556.1.4.803:=34)", ["u1"]),
        ("(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))", ["u2"]),
        ("(userAccountControl>=546)", ["u1"]),
        ("(!(sn=*))", ["g1", "g2", "staff", "u1"]),
        ("(objectCategory=person)", ["c1", "u1", "u2"]),
        ("(objectClass=PERSON)", ["c1", "u1", "u2"]),
        ("(mail=a@B)", ["u2"]),
        ("(displayName=山田*)", ["u2"]),
        ("(description=f*o*bar)", ["c1"]),
        ("(memberOf:1.2.840.113556.1.4.1941:=CN=g2,OU=staff,DC=lab,DC=unyo,DC=test)", ["g1", "u2"]),
        ("(memberOf=cn=G1,ou=staff,dc=lab,dc=unyo,dc=test)", ["u2"]),
        ("(member=CN=u2,OU=staff,DC=lab,DC=unyo,DC=test)", ["g1"]),
        ("(distinguishedName=CN=U2,OU=staff,DC=lab,DC=unyo,DC=test)", ["u2"]),
        ("(whenCreated<=20200101000000.0Z)", []),
        ("(nosuch=1)", []),
        # Samba counts what it does not know as false, Windows as undefined: nothing follows from it.
        ("(!(nosuch=1))", []),
        ("(!(&(nosuch=1)(cn=u*)))", ["c1", "g1", "g2", "staff"]),
        ("(|(nosuch=1)(cn=u1))", ["u1"]),
        # Windows compares without kana type and width, Samba does not.
        ("(sn=やまだ)", ["u2"]),
        ("(sn=ﾔﾏﾀﾞ)", ["u2"]),
    ],
)
def test_filters_find(cast: Client, filter_text: str, names: list[str]) -> None:
    assert cast.found(filter_text) == names


def test_an_entry_is_found_by_its_guid(cast: Client) -> None:
    guid = cast.read("CN=u2", "objectGUID")["objectGUID"][0]
    escaped = "".join(f"\\{byte:02x}" for byte in guid)
    assert cast.found(f"(objectGUID={escaped})") == ["u2"]


def test_scopes(cast: Client) -> None:
    staff = f"OU=staff,{cast.base}"
    found = [
        len(cast.connection.response)
        for scope in (BASE, LEVEL, "SUBTREE")
        if cast.connection.search(staff, "(objectClass=*)", scope, attributes=["1.1"])
    ]
    assert found == [1, 5, 6]


def test_a_base_that_does_not_exist_is_an_error(cast: Client) -> None:
    cast.connection.search(f"OU=none,{cast.base}", "(objectClass=*)")
    assert cast.outcome()[0] == 32
    cast.connection.search("nonsense", "(objectClass=*)")
    assert cast.outcome()[0] == 34


def test_attributes_are_chosen_and_spelled_as_the_schema_does(cast: Client) -> None:
    cast.connection.search(
        cast.dn("CN=u2"), "(objectClass=*)", BASE, attributes=["SN", "employeenumber", "canonicalName"]
    )
    (entry,) = cast.connection.response
    assert entry["raw_attributes"] == {
        "sn": ["ヤマダ".encode()],
        "employeeNumber": [b"0012"],
        "canonicalName": [b"lab.unyo.test/staff/u2"],
    }
    cast.connection.search(cast.dn("CN=u2"), "(objectClass=*)", BASE, attributes=["1.1"])
    assert cast.connection.response[0]["raw_attributes"] == {}
    cast.connection.search(cast.dn("CN=u2"), "(objectClass=*)", BASE, attributes=["*"])
    shown = cast.connection.response[0]["raw_attributes"]
    assert {"memberOf", "objectGUID", "whenChanged"} <= shown.keys()
    assert not {"canonicalName", "unicodePwd"} & shown.keys()


@pytest.fixture(scope="module")
def crowd() -> list[str]:
    return [f"m{i:04}" for i in range(1600)]


def test_a_thousand_come_unasked_and_all_of_them_by_pages(client: Client, crowd: list[str]) -> None:
    for name in crowd:
        client.add(f"CN={name}", "contact")
    staff = f"OU=staff,{client.base}"
    client.connection.search(staff, "(objectClass=contact)", attributes=["1.1"])
    assert (client.outcome()[0], len(client.connection.response)) == (4, 1000)
    client.connection.search(staff, "(objectClass=contact)", attributes=["1.1"], size_limit=7)
    assert (client.outcome()[0], len(client.connection.response)) == (4, 7)
    client.connection.search(staff, "(objectClass=contact)", attributes=["1.1"], paged_size=5000)
    assert (client.outcome()[0], len(client.connection.response)) == (0, 1000)
    pages = client.connection.extend.standard.paged_search(
        staff, "(objectClass=contact)", attributes=["cn"], paged_size=300, generator=True
    )
    assert sorted(entry["attributes"]["cn"][0] for entry in pages) == crowd


def test_many_members_come_in_ranges_of_1500(client: Client, crowd: list[str]) -> None:
    for name in crowd:
        client.add(f"CN={name}", "contact")
    client.add("CN=all", "group", sAMAccountName="all", member=[client.dn(f"CN={name}") for name in crowd])

    client.connection.auto_range = client.connection.empty_attributes = False

    def ranges(asked: str) -> dict[str, int]:
        client.connection.search(client.dn("CN=all"), "(objectClass=*)", BASE, attributes=[asked])
        raw = client.connection.response[0]["raw_attributes"]
        return {name: len(values) for name, values in raw.items() if values}

    assert ranges("member") == {"member;range=0-1499": 1500}
    assert ranges("member;range=1500-*") == {"member;range=1500-*": 100}
    assert ranges("member;range=10-19") == {"member;range=10-19": 10}
    assert ranges("member;range=9000-*") == {}


def test_the_server_says_that_it_is_a_simulation_before_anybody_binds(
    simulator: DirectorySimulator, client: Client
) -> None:
    client.connection.search("", "(objectClass=*)", BASE, attributes=["vendorName", "defaultNamingContext"])
    assert client.connection.response[0]["raw_attributes"] == {
        "vendorName": [b"unyo directory SIMULATOR"],
        "defaultNamingContext": [b"DC=lab,DC=unyo,DC=test"],
    }


@pytest.mark.skipif(shutil.which("ldapsearch") is None, reason="ldapsearch (ldap-utils) is not installed")
@pytest.mark.parametrize("transport", ["ldaps", "starttls"])
def test_the_ldapsearch_command_reads_it_over_both_ways_of_encryption(
    cast: Client, simulator: DirectorySimulator, transport: str
) -> None:
    way = ["-H", simulator.url] if transport == "ldaps" else ["-ZZ", "-H", simulator.starttls_url]
    command = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", *way, "-D", simulator.admin_name]
    password = simulator.ca_file.with_name("ldapsearch-password")
    password.write_text(simulator.admin_password.reveal())
    asked = [
        "-y",
        str(password),
        "-b",
        cast.base,
        "-E",
        "pr=2/noprompt",
        "(employeeNumber=0012)",
        "sn",
        "mail",
    ]
    done = subprocess.run(
        command + asked,
        env={"LDAPTLS_CACERT": str(simulator.ca_file)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "dn: CN=u2,OU=staff,DC=lab,DC=unyo,DC=test\n" in done.stdout
    assert "mail: A@b\n" in done.stdout
