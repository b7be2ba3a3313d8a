"""The rehearsal directory: what it refuses, what it keeps, and that the real one never changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest

from unyo.core.directory import Add, Delete, Directory, Entry, Modify, Move, Scope, Write
from unyo.core.overlay import RehearsalDirectory
from unyo.core.search_filter import parse_filter

BASE = "DC=lab,DC=test"
STAFF = f"OU=職員,{BASE}"
SATO = f"CN=佐藤 健一,{STAFF}"
GROUP = f"CN=readers,{BASE}"


class Real:
    """Four entries, and an alarm on every write."""

    base_dn = BASE

    def search(self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree") -> Any:
        yield Entry(BASE, {"objectClass": ("domain",)})
        yield Entry(STAFF, {"objectClass": ("organizationalUnit",), "ou": ("職員",)})
        yield Entry(
            SATO,
            {
                "objectClass": ("top", "user"),
                "sAMAccountName": ("sato",),
                "userPrincipalName": ("sato@lab.test",),
                "memberOf": (GROUP,),
            },
        )
        yield Entry(GROUP, {"objectClass": ("group",), "sAMAccountName": ("readers",), "member": (SATO,)})

    def send(self, writes: Sequence[Write]) -> list[None]:
        raise AssertionError("a rehearsal writes nothing")


@pytest.fixture
def directory() -> RehearsalDirectory:
    return RehearsalDirectory(
        cast(Directory, Real()), ["ou", "sAMAccountName", "userPrincipalName", "member"]
    )


def answer(directory: RehearsalDirectory, write: Write) -> str | None:
    (error,) = directory.send([write])
    return None if error is None else error.code


def found(directory: RehearsalDirectory, filter_text: str, *attributes: str) -> dict[str, Any]:
    entries: Iterator[Entry] = directory.search(BASE, filter_text, attributes)
    return {entry.dn: dict(entry.attributes) for entry in entries}


def user(name: str, **more: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"objectClass": ("user",), "sAMAccountName": (name,), **more}


def test_an_added_account_is_found_by_any_spelling(directory: RehearsalDirectory) -> None:
    assert answer(directory, Add(f"CN=鈴木,{STAFF}", user("suzuki"))) is None
    assert found(directory, "(&(objectCategory=person)(SAMACCOUNTNAME=Suzuki))", "samAccountName") == {
        f"CN=鈴木,{STAFF}": {"samAccountName": ("suzuki",)}
    }


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (Add(f"CN=x,OU=none,{BASE}", user("x")), "directory.no_such_object"),
        (Add(SATO.lower(), user("x")), "directory.exists"),
        (Add(f"CN=x,{STAFF}", user("SATO")), "directory.exists.sam"),
        (Add(f"CN=x,{STAFF}", user("x", userPrincipalName=("sato@LAB.test",))), "directory.exists.upn"),
        (Add(f"CN=x,{STAFF}", user("x" * 21)), "directory.too_long"),
        (Add(f"CN={'長' * 65},{STAFF}", user("x")), "directory.too_long"),
        (Move(SATO, "CN=" + "長" * 65), "directory.too_long"),
        (Move(SATO, "CN=x", f"OU=none,{BASE}"), "directory.no_such_object"),
        (Modify(f"CN=nobody,{STAFF}", replace={"sn": ("x",)}), "directory.no_such_object"),
        (Modify(GROUP, add={"member": (f"CN=nobody,{STAFF}",)}), "directory.no_such_object"),
        (Delete(STAFF), "directory.not_empty"),
    ],
)
def test_what_the_directory_would_refuse_is_refused(
    directory: RehearsalDirectory, write: Write, code: str
) -> None:
    assert answer(directory, write) == code


def test_a_renamed_unit_takes_its_people_and_their_groups_along(directory: RehearsalDirectory) -> None:
    assert answer(directory, Move(STAFF, "OU=本庁")) is None
    moved = f"CN=佐藤 健一,OU=本庁,{BASE}"
    assert found(directory, "(sAMAccountName=sato)", "memberOf") == {moved: {"memberOf": (GROUP,)}}
    assert found(directory, "(objectClass=group)", "member") == {GROUP: {"member": (moved,)}}


def test_members_come_and_go_on_both_sides(directory: RehearsalDirectory) -> None:
    assert answer(directory, Modify(GROUP, remove={"member": (SATO,)})) is None
    assert found(directory, f"(memberOf={GROUP})") == {}
    assert answer(directory, Modify(GROUP, add={"member": (SATO,)})) is None
    assert list(found(directory, f"(memberOf={GROUP})")) == [SATO]


def test_a_deleted_account_leaves_its_groups_and_frees_its_name(directory: RehearsalDirectory) -> None:
    assert answer(directory, Delete(SATO)) is None
    assert found(directory, "(objectClass=group)", "member") == {GROUP: {}}
    assert answer(directory, Add(f"CN=x,{STAFF}", user("sato"))) is None


def test_a_name_given_up_by_one_may_go_to_another(directory: RehearsalDirectory) -> None:
    assert answer(directory, Modify(SATO, replace={"sAMAccountName": ("sato2",)})) is None
    assert answer(directory, Add(f"CN=x,{STAFF}", user("sato"))) is None


def test_scopes(directory: RehearsalDirectory) -> None:
    everything = "(objectClass=*)"
    assert [e.dn for e in directory.search(STAFF, everything, [], "base")] == [STAFF]
    assert [e.dn for e in directory.search(BASE, everything, [], "one")] == [STAFF, GROUP]
    assert [e.dn for e in directory.search(STAFF, everything, [])] == [STAFF, SATO]
    assert list(directory.search(f"OU=none,{BASE}", everything, [])) == []


@pytest.mark.parametrize("text", ["(sn=a*)", "(n>=3)", "sn=a", "(userAccountControl:1.2.840:=2)"])
def test_a_filter_that_cannot_be_tried_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="filter"):
        parse_filter(text)


def test_escaped_values_and_not() -> None:
    test = parse_filter(r"(&(cn=a\2a\28b\29)(!(sn=x)))")
    assert test({"cn": ("A*(b)",)})
    assert not test({"cn": ("A*(b)",), "sn": ("X",)})
