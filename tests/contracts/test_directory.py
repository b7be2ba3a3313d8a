"""What unyo needs of a directory: accounts, log-on, refusals."""

from __future__ import annotations

import pytest

from support.directory import DISABLED, GOOD, NORMAL, OTHER, Place
from unyo.connectors.directory import LdapDirectory
from unyo.core.directory import Add, Delete, Entry, Logon, Modify, Move, Write
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Language


def only(directory: LdapDirectory, dn: str, *attributes: str) -> Entry:
    """The entry of this name; fails where it is not there."""
    (entry,) = directory.search(dn, "(objectClass=*)", attributes, "base")
    return entry


def refused(answers: list[UnyoError | None]) -> UnyoError:
    """The one answer, which must be a refusal by the directory with something to do next."""
    (answer,) = answers
    assert isinstance(answer, TargetSaidNo)
    assert answer.next_step.ja
    assert "\x00" not in answer.in_language(Language.JA)
    return answer


def test_an_account_made_in_one_request_can_log_on(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato")]) == [None]
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.ACCEPTED
    assert directory.try_logon(place.named("sato"), GOOD) is Logon.ACCEPTED
    assert directory.try_logon(place.logon("sato"), OTHER) is Logon.WRONG
    assert directory.try_logon(place.logon("nobody"), GOOD) is Logon.WRONG


def test_an_initial_password_must_be_changed(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato", pwdLastSet="0")]) == [None]
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.MUST_CHANGE
    assert directory.try_logon(place.logon("sato"), OTHER) is Logon.WRONG


def test_a_disabled_account_cannot_log_on_until_it_is_enabled(directory: LdapDirectory, place: Place) -> None:
    sato = place.named("sato")
    assert directory.send([place.person("sato", control=DISABLED)]) == [None]
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.DISABLED
    assert directory.send([Modify(sato, replace={"userAccountControl": (NORMAL,)})]) == [None]
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.ACCEPTED


def test_an_account_past_its_end_date_cannot_log_on(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato", accountExpires="132539328000000000")]) == [None]
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.EXPIRED


def test_a_reset_password_replaces_the_old_one(directory: LdapDirectory, place: Place) -> None:
    reset = Modify(place.named("sato"), replace={"pwdLastSet": ("-1",)}, password=OTHER)
    assert directory.send([place.person("sato"), reset]) == [None, None]
    assert directory.try_logon(place.logon("sato"), OTHER) is Logon.ACCEPTED
    assert directory.try_logon(place.logon("sato"), GOOD) is Logon.WRONG


@pytest.mark.parametrize("weak", ["Sh0rt!", "alllowercaseletters", "12345678901234"])
def test_a_weak_password_is_refused_with_the_rule(directory: LdapDirectory, place: Place, weak: str) -> None:
    answer = refused(directory.send([place.person("sato", Secret(weak))]))
    assert answer.code == "directory.password.policy"
    assert weak not in str(answer)
    assert list(directory.search(place.named("sato"), "(objectClass=*)", ["cn"], "base")) == []


def test_a_password_with_the_person_s_name_in_it_is_refused(directory: LdapDirectory, place: Place) -> None:
    person = place.person("sato", Secret("Xx9-Yamamoto-77"), displayName="YAMAMOTO Ichiro")
    answer = refused(directory.send([person]))
    assert answer.code == "directory.password.policy"


def test_nobody_is_enabled_without_a_password(directory: LdapDirectory, place: Place) -> None:
    answer = refused(directory.send([place.person("sato", password=None)]))
    assert answer.code == "directory.password.missing"
    assert directory.send([place.person("sato", password=None, control=DISABLED)]) == [None]


def test_a_name_is_given_once(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato")]) == [None]
    answer = refused(directory.send([Add(place.named("sato"), {"objectClass": ("user",)})]))
    assert answer.code == "directory.exists"
    assert answer.target == place.named("sato")


def test_a_log_on_name_is_given_once(directory: LdapDirectory, place: Place) -> None:
    same = place.person("sato", cn="another", userPrincipalName=place.logon("another"))
    assert directory.send([place.person("sato")]) == [None]
    answer = refused(directory.send([same]))
    assert answer.code.startswith("directory.exists")


def test_a_user_principal_name_is_given_once(directory: LdapDirectory, place: Place) -> None:
    same = place.person("another", userPrincipalName=place.logon("sato"))
    assert directory.send([place.person("sato")]) == [None]
    answer = refused(directory.send([same]))
    assert answer.code in {"directory.exists.upn", "directory.exists.unique"}


def test_names_that_windows_would_refuse_are_refused(directory: LdapDirectory, place: Place) -> None:
    fitting = place.person("sato", cn="あ" * 64, sAMAccountName=place.mark.ljust(20, "x"))
    long_logon = place.person("kato", sAMAccountName=place.mark.ljust(21, "x"))
    long_name = place.person("goto", cn="あ" * 63 + "𠮷")
    assert directory.send([fitting]) == [None]
    assert refused(directory.send([long_logon])).code == "directory.too_long"
    assert refused(directory.send([long_name])).code == "directory.too_long"
    assert (
        refused(directory.send([Move(place.named("あ" * 64), "CN=" + "あ" * 65)])).code
        == "directory.too_long"
    )


def test_an_account_needs_its_unit(directory: LdapDirectory, place: Place) -> None:
    lost = Add(f"CN=sato,OU=nowhere,{place.dn}", {"objectClass": ("user",)})
    answer = refused(directory.send([lost]))
    assert answer.code == "directory.no_such_object"


def test_a_unit_with_somebody_in_it_stays(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.person("sato")]) == [None]
    assert refused(directory.send([Delete(place.dn)])).code == "directory.not_empty"
    assert directory.send([Delete(place.named("sato")), Delete(place.dn)]) == [None, None]


def test_what_is_not_there_cannot_be_changed(directory: LdapDirectory, place: Place) -> None:
    nobody = place.named("nobody")
    changes: list[Write] = [
        Modify(nobody, replace={"title": ("主査",)}),
        Delete(nobody),
        Move(nobody, "CN=somebody"),
    ]
    codes = [answer.code if answer else None for answer in directory.send(changes)]
    assert codes == ["directory.no_such_object"] * 3


def test_a_refused_write_does_not_stop_the_next_ones(directory: LdapDirectory, place: Place) -> None:
    answers = directory.send([place.person("sato"), Delete(place.named("nobody")), place.person("kato")])
    assert [answer is None for answer in answers] == [True, False, True]


def test_an_account_keeps_its_identity_when_it_moves_and_is_renamed(
    directory: LdapDirectory, place: Place
) -> None:
    unit = place.below("OU=総務課")
    assert directory.send([Add(unit, {"objectClass": ("organizationalUnit",)}), place.person("sato")]) == [
        None,
        None,
    ]
    before = only(directory, place.named("sato"), "objectGUID", "objectSid")
    assert directory.send([Move(place.named("sato"), "CN=sato", unit)]) == [None]
    assert directory.send([Move(f"CN=sato,{unit}", "CN=髙﨑 𠮷子")]) == [None]
    assert directory.send([Move(f"CN=髙﨑 𠮷子,{unit}", "CN=高崎", place.dn)]) == [None]
    after = only(directory, place.named("高崎"), "objectGUID", "objectSid", "cn", "name")
    assert after.first("objectGUID") == before.first("objectGUID")
    assert after.first("objectSid") == before.first("objectSid")
    assert (after.first("cn"), after.first("name")) == ("高崎", "高崎")


def test_replacing_with_nothing_removes_an_attribute(directory: LdapDirectory, place: Place) -> None:
    sato = place.named("sato")
    assert directory.send([place.person("sato", title="主査", department="総務課")]) == [None]
    assert directory.send([Modify(sato, replace={"title": (), "telephoneNumber": ()})]) == [None]
    entry = only(directory, sato, "title", "department", "telephoneNumber")
    assert entry.attributes == {"department": ("総務課",)}


def test_a_change_of_nothing_is_no_error(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([Modify(place.dn)]) == [None]
    assert directory.send([]) == []


def test_members_are_added_and_removed_any_number_of_times(directory: LdapDirectory, place: Place) -> None:
    group, sato, kato = place.named("readers"), place.named("sato"), place.named("kato")
    joining = Modify(group, add={"member": (sato, kato)})
    leaving = Modify(group, remove={"member": (kato,)})
    both = Modify(group, add={"member": (sato, kato)}, remove={"description": ("never there",)})
    people = [place.group("readers"), place.person("sato"), place.person("kato")]
    assert directory.send([*people, joining, both, leaving, leaving]) == [None] * 7
    assert only(directory, group, "member").attributes == {"member": (sato,)}
    assert only(directory, sato, "memberOf").attributes == {"memberOf": (group,)}
    assert only(directory, kato, "memberOf").attributes == {}


def test_a_deleted_account_leaves_its_groups(directory: LdapDirectory, place: Place) -> None:
    group, sato = place.named("readers"), place.named("sato")
    made: list[Write] = [place.group("readers"), place.person("sato"), Modify(group, add={"member": (sato,)})]
    assert directory.send([*made, Delete(sato)]) == [None] * 4
    assert only(directory, group, "member").attributes == {}


def test_a_renamed_account_keeps_its_groups_under_the_new_name(
    directory: LdapDirectory, place: Place
) -> None:
    group, sato = place.named("readers"), place.named("sato")
    made: list[Write] = [place.group("readers"), place.person("sato"), Modify(group, add={"member": (sato,)})]
    assert directory.send([*made, Move(sato, "CN=suzuki")]) == [None] * 4
    assert only(directory, group, "member").first("member") == place.named("suzuki")


def test_a_group_s_name_may_be_longer_than_a_person_s(directory: LdapDirectory, place: Place) -> None:
    assert directory.send([place.group("a-shared-folder-for-reading")]) == [None]


def test_an_unknown_attribute_is_named(directory: LdapDirectory, place: Place) -> None:
    answer = refused(directory.send([Modify(place.dn, replace={"favouriteTea": ("煎茶",)})]))
    assert answer.code == "directory.schema"
