"""Entries of the simulated directory: what may be added, changed, moved and deleted, and what is said."""

from __future__ import annotations

import pytest

from support.simulated_directory import Client, opened
from unyo.lab.directory_simulator import DirectorySimulator


def test_an_entry_that_exists_is_not_added_again(client: Client) -> None:
    assert client.add("OU=門真", "organizationalUnit")[0] == 0
    code, text = client.add("ou=門真", "organizationalUnit")
    assert (code, text[:8]) == (68, "00002071")


@pytest.mark.parametrize("same", ["パパ", "ハハ", "はは", "ﾊﾊ", "ぱぱ"])
def test_names_that_differ_only_in_kana_type_width_or_voicing_are_one_name(client: Client, same: str) -> None:
    assert client.add("CN=ババ", "container")[0] == 0
    assert client.add(f"CN={same}", "container")[0] == 68


def test_small_kana_count_as_large_ones(client: Client) -> None:
    assert client.add("CN=しょうじ", "container")[0] == 0
    assert client.add("CN=シヨウジ", "container")[0] == 68


def test_a_missing_parent_is_named_by_the_nearest_unit_that_exists(client: Client) -> None:
    code, text = client.add("CN=a,OU=none,OU=nowhere", "container")
    assert (code, text[:8]) == (32, "0000208D")
    assert client.connection.result["dn"] == f"OU=staff,{client.base}"


def test_a_unit_with_something_in_it_is_not_deleted(client: Client) -> None:
    client.add("OU=full", "organizationalUnit")
    client.add("CN=inside,OU=full", "container")
    assert client.delete("OU=full")[0] == 66
    assert client.delete("CN=inside,OU=full")[0] == 0
    assert client.delete("OU=full")[0] == 0


def test_a_rename_and_a_move_keep_the_guid_and_rewrite_the_groups(client: Client) -> None:
    client.add_user("sato")
    client.add("CN=readers", "group", sAMAccountName="readers", member=client.dn("CN=sato"))
    client.add("OU=new", "organizationalUnit")
    before = client.read("CN=sato", "objectGUID", "whenCreated")
    assert client.move("CN=sato", "CN=佐藤\\, 花子", client.dn("OU=new"))[0] == 0
    after = client.read("CN=佐藤\\, 花子,OU=new", "objectGUID", "whenCreated", "cn", "name", "memberOf")
    assert {name: after[name] for name in before} == before
    assert after["cn"] == after["name"] == ["佐藤, 花子".encode()]
    assert after["memberOf"] == [client.dn("CN=readers").encode()]
    assert client.read("CN=readers", "member")["member"] == [client.dn("CN=佐藤\\, 花子,OU=new").encode()]


def test_a_renamed_unit_takes_everything_below_it_along(client: Client) -> None:
    client.add("OU=old", "organizationalUnit")
    client.add("CN=child,OU=old", "contact")
    assert client.move("OU=old", "OU=new")[0] == 0
    assert client.read("CN=child,OU=new", "distinguishedName")["distinguishedName"] == [
        client.dn("CN=child,OU=new").encode()
    ]


def test_a_move_onto_another_entry_into_nothing_or_below_itself_is_refused(client: Client) -> None:
    client.add("OU=a", "organizationalUnit")
    client.add("OU=b", "organizationalUnit")
    assert client.move("OU=a", "OU=b")[0] == 68
    assert client.move("OU=a", "OU=a", client.dn("OU=none"))[0] == 32
    assert client.move("OU=a", "OU=a", client.dn("OU=a"))[0] == 53
    assert client.move("OU=a", "CN=a")[0] == 64
    assert client.move("OU=a", "OU=A")[0] == 0


def test_a_deleted_user_leaves_its_groups(client: Client) -> None:
    client.add_user("sato")
    client.add("CN=readers", "group", sAMAccountName="readers", member=client.dn("CN=sato"))
    client.delete("CN=sato")
    assert client.read("CN=readers", "member")["member"] == []


def test_a_deleted_group_leaves_its_members(client: Client) -> None:
    client.add_user("sato")
    client.add("CN=readers", "group", sAMAccountName="readers", member=client.dn("CN=sato"))
    client.delete("CN=readers")
    assert client.read("CN=sato", "memberOf")["memberOf"] == []


def test_values_there_or_not_there_are_errors_unless_the_change_is_permissive(client: Client) -> None:
    client.add("CN=c", "contact", otherTelephone=["1", "2"])
    assert client.give("CN=c", otherTelephone="1")[0] == 20
    assert client.take("CN=c", otherTelephone="3")[0] == 16
    assert client.take("CN=c", title=[])[0] == 16
    assert client.give("CN=c", permissive=True, otherTelephone=["1", "3"])[0] == 0
    assert client.take("CN=c", permissive=True, otherTelephone=["9", "2"], title=[])[0] == 0
    assert client.read("CN=c", "otherTelephone")["otherTelephone"] == [b"1", b"3"]


def test_members_there_or_not_there_are_errors_unless_the_change_is_permissive(client: Client) -> None:
    client.add_user("sato")
    sato = client.dn("CN=sato")
    client.add("CN=readers", "group", sAMAccountName="readers")
    assert client.take("CN=readers", member=sato)[0] == 53
    assert client.give("CN=readers", member=sato)[0] == 0
    code, text = client.give("CN=readers", member=client.dn("cn=SATO"))
    assert (code, text[:8]) == (68, "00000562")
    assert client.give("CN=readers", permissive=True, member=sato)[0] == 0
    assert client.take("CN=readers", permissive=True, member=[sato, client.dn("CN=nobody")])[0] == 0
    assert client.read("CN=readers", "member")["member"] == []


def test_a_member_must_exist_and_must_not_have_the_group_as_primary_group(client: Client) -> None:
    client.add_user("sato")
    code, text = client.add("CN=g", "group", sAMAccountName="g", member=client.dn("CN=nobody"))
    assert (code, text[:8]) == (32, "00000525")
    everybody = f"CN=Domain Users,CN=Users,{client.base}"
    client.connection.modify(everybody, {"member": [("MODIFY_ADD", [client.dn("CN=sato")])]})
    assert client.outcome()[0] == 68


def test_a_manager_and_the_people_led_show_each_other(client: Client) -> None:
    client.add_user("sato")
    client.add_user("ito", manager=client.dn("CN=sato"))
    assert client.read("CN=sato", "directReports")["directReports"] == [client.dn("CN=ito").encode()]
    assert client.put("CN=ito", manager=client.dn("CN=nobody"))[0] == 19
    client.delete("CN=sato")
    assert client.read("CN=ito", "manager")["manager"] == []


def test_replacing_with_nothing_removes_the_attribute(client: Client) -> None:
    client.add("CN=c", "contact", title="課長")
    assert client.put("CN=c", title=[])[0] == 0
    assert client.read("CN=c", "title")["title"] == []


@pytest.mark.parametrize(
    ("attribute", "values", "code"),
    [
        ("displayName", ["a", "b"], 19),
        ("displayName", "x" * 257, 19),
        ("department", "部" * 65, 19),
        ("department", "部" * 64, 0),
        ("displayName", "", 21),
        ("noSuchThing", "x", 16),
        ("groupType", "2", 65),
        ("objectGUID", b"1" * 16, 19),
        ("whenCreated", "20200101000000.0Z", 19),
        ("memberOf", "x", 53),
        ("cn", "x", 67),
        ("name", "x", 67),
    ],
)
def test_values_are_held_to_the_schema(client: Client, attribute: str, values: object, code: int) -> None:
    client.add("CN=c", "contact")
    assert client.put("CN=c", **{attribute: values})[0] == code


def test_a_change_that_is_refused_in_part_leaves_nothing_behind(client: Client) -> None:
    client.add("CN=c", "contact", title="old")
    assert client.put("CN=c", title="new", noSuchThing="x")[0] == 16
    assert client.read("CN=c", "title")["title"] == [b"old"]


def test_a_common_name_has_at_most_64_characters(client: Client) -> None:
    assert client.add("CN=" + "山" * 64, "contact")[0] == 0
    assert client.add("CN=" + "川" * 65, "contact")[0] == 19


def test_every_change_counts_and_the_unchanged_stay(client: Client) -> None:
    client.add("CN=a", "contact")
    client.add("CN=b", "contact")
    before = [int(client.read(rdn, "uSNChanged")["uSNChanged"][0]) for rdn in ("CN=a", "CN=b")]
    client.put("CN=a", title="x")
    after = [int(client.read(rdn, "uSNChanged")["uSNChanged"][0]) for rdn in ("CN=a", "CN=b")]
    assert after[0] > max(before)
    assert after[1] == before[1]


def test_what_is_not_simulated_is_refused_and_remembered(
    client: Client, simulator: DirectorySimulator
) -> None:
    client.add_user("sato")
    code, text = client.put("CN=sato", logonHours=b"\xff" * 21)
    assert (code, text.startswith("SIMULATOR: unsupported")) == (53, True)
    assert client.add("CN=pc1", "computer", sAMAccountName="pc1$")[0] == 53
    assert client.add("CN=nameless", "user")[0] == 53
    assert simulator.unsupported == [
        "attribute logonHours: its effect is not simulated",
        "object class computer",
        "a generated sAMAccountName",
    ]


def identity_of_one_user(seed: str) -> dict[str, list[bytes]]:
    with DirectorySimulator(seed) as simulator:
        client = opened(simulator)
        client.add_user("sato")
        found = client.read("CN=sato", "objectGUID", "objectSid")
        client.leave()
        return found


def test_the_same_seed_gives_the_same_identities() -> None:
    assert identity_of_one_user("one") == identity_of_one_user("one")
    assert identity_of_one_user("one") != identity_of_one_user("two")
