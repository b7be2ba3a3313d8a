"""What unyo needs of a directory: searching, whatever the size and the script."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.directory import Place, as_administrator
from unyo.connectors.directory import LdapDirectory
from unyo.core.directory import Add, Modify
from unyo.core.dn import escape_filter
from unyo.core.errors import TargetSaidNo
from unyo.lab.controller import LabDirectory

CROWD = 120


def crowd_of(size: int, server: LabDirectory) -> Place:
    """A unit with contacts who are all members of one group."""
    place = Place.for_test(f"crowd of {size}", server)
    filling = LdapDirectory(as_administrator(server))
    unit = Add(place.dn, {"objectClass": ("organizationalUnit",)})
    contacts = [Add(place.named(f"c{i}"), {"objectClass": ("contact",)}) for i in range(size)]
    joining = Modify(place.named("all"), add={"member": tuple(contact.dn for contact in contacts)})
    assert not any(filling.send([unit, place.group("all"), *contacts, joining]))
    filling.close()
    return place


@pytest.fixture(scope="module")
def crowds() -> dict[str, Place]:
    return {}


@pytest.fixture
def crowd(directory_server: LabDirectory, crowds: dict[str, Place]) -> Place:
    """Made once on each server: 120 contacts, more than two pages of 50."""
    if directory_server.url not in crowds:
        crowds[directory_server.url] = crowd_of(CROWD, directory_server)
    return crowds[directory_server.url]


def found(directory: LdapDirectory, place: Place, filter_text: str) -> list[str | None]:
    return [entry.first("cn") for entry in directory.search(place.dn, filter_text, ["cn"])]


def test_all_pages_are_read(directory: LdapDirectory, crowd: Place) -> None:
    names = found(directory, crowd, "(objectClass=contact)")
    assert len(names) == len(set(names)) == CROWD


def test_a_search_begins_before_it_has_read_everything(directory: LdapDirectory, crowd: Place) -> None:
    answers = directory.search(crowd.dn, "(objectClass=contact)", ["cn"])
    assert isinstance(answers, Iterator)
    assert next(answers).first("cn")


def test_two_searches_may_run_into_each_other(directory: LdapDirectory, crowd: Place) -> None:
    outer = directory.search(crowd.dn, "(objectClass=contact)", ["cn"])
    first = next(outer)
    assert len(found(directory, crowd, "(objectClass=group)")) == 1
    assert len({first.dn, *(entry.dn for entry in outer)}) == CROWD


@pytest.mark.parametrize("asked", ["member", "member;range=0-49", "member;range=0-0"])
def test_a_group_s_members_come_whole(directory: LdapDirectory, crowd: Place, asked: str) -> None:
    (group,) = directory.search(crowd.dn, "(objectClass=group)", [asked, "cn"])
    assert len(group.attributes["member"]) == len(set(group.attributes["member"])) == CROWD
    assert set(group.attributes) == {"member", "cn"}


def test_pages_of_1000_and_ranges_of_1500_are_read(simulator: LabDirectory) -> None:
    place = crowd_of(1600, simulator)
    directory = LdapDirectory(as_administrator(simulator))
    assert len(set(found(directory, place, "(objectClass=contact)"))) == 1600
    (group,) = directory.search(place.dn, "(objectClass=group)", ["member"])
    assert len(set(group.attributes["member"])) == 1600
    directory.close()


def test_japanese_names_are_written_and_found(directory: LdapDirectory, place: Place) -> None:
    names = ["髙﨑 一郎", "𠮷田 花子", "渡邉 ①", "㈱サンプル", "ﾊﾝｶｸ 太郎"]
    people = [place.person(f"p{i}", cn=name, displayName=name) for i, name in enumerate(names)]
    assert directory.send(people) == [None] * 5
    assert sorted(map(str, found(directory, place, "(objectClass=user)"))) == sorted(names)
    for name in names:
        assert found(directory, place, f"(displayName={escape_filter(name)})") == [name]


@pytest.mark.parametrize("name", ["a,b", "a+b=c", 'say "hi"', "(star*)", "back\\slash", "#1", "<tag>;x"])
def test_names_full_of_special_characters_survive(directory: LdapDirectory, place: Place, name: str) -> None:
    assert directory.send([place.person("odd", cn=name)]) == [None]
    assert found(directory, place, f"(&(objectClass=user)(cn={escape_filter(name)}))") == [name]
    assert directory.send([Modify(place.named(name), replace={"title": ("主査",)})]) == [None]
    (entry,) = directory.search(place.named(name), "(objectClass=*)", ["title"], "base")
    assert entry.first("title") == "主査"


def test_scopes_reach_as_far_as_they_say(directory: LdapDirectory, place: Place) -> None:
    unit = {"objectClass": ("organizationalUnit",)}
    deep = f"OU=deep,OU=near,{place.dn}"
    assert directory.send([Add(f"OU=near,{place.dn}", unit), Add(deep, unit)]) == [None, None]
    everything = "(objectClass=organizationalUnit)"
    assert len(list(directory.search(place.dn, everything, ["ou"], "base"))) == 1
    assert len(list(directory.search(place.dn, everything, ["ou"], "one"))) == 1
    assert len(list(directory.search(place.dn, everything, ["ou"], "subtree"))) == 3


def test_a_base_that_does_not_exist_has_nothing_in_it(directory: LdapDirectory, place: Place) -> None:
    assert list(directory.search(f"OU=nowhere,{place.dn}", "(objectClass=*)", ["cn"])) == []


def test_a_search_of_the_whole_domain_passes_over_references(
    directory: LdapDirectory, directory_server: LabDirectory
) -> None:
    names = [
        entry.first("cn")
        for entry in directory.search(directory_server.base_dn, "(cn=Administrator)", ["cn"])
    ]
    assert names == ["Administrator"]


def test_attributes_are_spelled_as_they_were_asked_for(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato", department="総務課")]) == [None]
    asked = ["DEPARTMENT", "samaccountname", "title"]
    (entry,) = directory.search(place.dn, "(objectClass=user)", asked)
    assert entry.attributes == {"DEPARTMENT": ("総務課",), "samaccountname": (place.mark + "sato",)}


def test_identities_are_text_and_times_stay_raw(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato")]) == [None]
    asked = ["objectGUID", "objectSid", "pwdLastSet", "accountExpires"]
    (entry,) = directory.search(place.dn, "(objectClass=user)", asked)
    assert str(uuid.UUID(entry.first("objectGUID"))) == entry.first("objectGUID")
    assert str(entry.first("objectSid")).startswith("S-1-5-21-")
    assert int(str(entry.first("pwdLastSet"))) > 133_000_000_000_000_000
    assert entry.first("accountExpires") == "9223372036854775807"


def test_a_malformed_filter_is_a_clear_error(directory: LdapDirectory, place: Place) -> None:
    with pytest.raises(TargetSaidNo) as caught:
        list(directory.search(place.dn, "(cn=unfinished", ["cn"]))
    assert caught.value.code == "directory.request"


def test_the_password_policy_is_read(directory: LdapDirectory) -> None:
    policy = directory.password_policy()
    assert (policy.minimum_length, policy.complexity, policy.history) == (7, True, 24)
    assert policy.minimum_age == timedelta(days=1)
    assert policy.maximum_age == timedelta(days=42)


def test_facts_name_the_server_and_the_way(directory: LdapDirectory, directory_server: LabDirectory) -> None:
    facts = directory.facts()
    assert facts.server == directory_server.host
    assert facts.base_dn == directory.base_dn == directory_server.base_dn
    assert facts.domain == directory_server.domain
    assert facts.bound_as == directory_server.admin_name
    assert facts.encrypted
    assert facts.controls[:2] == ("1.2.840.113556.1.4.319", "1.2.840.113556.1.4.1413")
    # Samba 4.17 has no policy hints, Windows and its simulation have.
    assert facts.keeps_history is facts.simulated
