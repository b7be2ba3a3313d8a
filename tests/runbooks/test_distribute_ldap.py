"""Account information reaches another directory as entries of its own, found by staff number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from support.distribution import TAKAHASHI, YAMADA, Stage
from support.domain import Domain
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.directory import Add, Directory, Entry
from unyo.core.distribution import OtherSystem
from unyo.core.outcome import Outcome
from unyo.core.secret import Secret

pytestmark = pytest.mark.samba

PHONE_BOOK = """
systems:
  - name: phonebook
    title: {en: Phone book, ja: 電話帳}
    kind: ldap
    destination: URL
    user: USER
    credential: distribution/phonebook
    ca_file: CA
    base: BASE
    key: employeeID
    rdn: cn
    object_classes: [top, person, organizationalPerson, contact]
    columns:
      - {heading: cn, from: login}
      - {heading: displayName, from: name}
      - {heading: department, from: department}
      - {heading: mail, from: mail}
      - {heading: title, from: title}
"""


@contextmanager
def opened(system: OtherSystem, password: Secret | None) -> Iterator[Directory]:
    settings = DirectorySettings(
        urls=(system.destination,),
        bind_name=system.user,
        password=(lambda: password) if password is not None else None,
        base_dn=system.base,
        ca_file=system.ca_file,
    )
    directory = LdapDirectory(settings)
    try:
        yield directory
    finally:
        directory.close()


@pytest.fixture
def phone_book(domain: Domain, tmp_path: Path) -> tuple[Stage, Directory]:
    lab, directory = domain.lab, domain.directory
    base = f"OU=Phone book,{lab.base_dn}"
    policy = PHONE_BOOK.replace("URL", lab.url).replace("USER", lab.admin_name)
    policy = policy.replace("CA", str(lab.ca_file)).replace("BASE", base)
    ways = OtherSystems(
        lambda ref: lab.admin_password,
        tmp_path,
        opened,
        lambda seconds: None,
        lambda: datetime(2026, 4, 1, tzinfo=timezone.utc),
    )
    assert directory.send([Add(base, {"objectClass": ("organizationalUnit",)})]) == [None]
    return Stage(ways, tmp_path, policy), directory


def contacts(directory: Directory) -> dict[str, Entry]:
    asked = ["employeeID", "displayName", "department", "mail"]
    found = directory.search(directory.base_dn, "(objectClass=contact)", asked)
    return {entry.first("employeeID") or "": entry for entry in found}


def outcomes(stage: Stage) -> list[Outcome]:
    return [result.outcome for result in stage.run()]


def test_people_become_entries_and_are_read_back(phone_book: tuple[Stage, Directory]) -> None:
    stage, directory = phone_book
    assert outcomes(stage) == [Outcome.DONE] * 3
    assert contacts(directory)["0002345"].attributes == {
        "employeeID": ("0002345",),
        "displayName": ("髙橋 花子",),
        "department": ("消費者教育推進課",),
        "mail": ("u0002345@agency.example",),
    }
    assert stage.taken["phonebook"]["0002345"][1].startswith("cn=u0002345,OU=Phone book")
    assert stage.plan().changes == ()


def test_a_change_touches_only_what_the_layout_names(phone_book: tuple[Stage, Directory]) -> None:
    stage, directory = phone_book
    stage.run()
    stage.members = [YAMADA, replace(TAKAHASHI, family_name="山本", posts=YAMADA.posts)]
    stage.policy += "    gone: keep\n"
    assert outcomes(stage) == [Outcome.DONE]
    held = contacts(directory)
    assert held["0002345"].first("displayName") == "山本 花子"
    assert held["0002345"].first("department") == "総務課"
    assert "0003456" in held


def test_somebody_who_left_is_taken_away_there(phone_book: tuple[Stage, Directory]) -> None:
    stage, directory = phone_book
    stage.run()
    stage.disabled = {"0001234"}
    assert outcomes(stage) == [Outcome.DONE]
    assert sorted(contacts(directory)) == ["0002345", "0003456"]


def test_an_entry_gets_a_new_name_where_its_naming_attribute_changes(
    phone_book: tuple[Stage, Directory],
) -> None:
    stage, directory = phone_book
    stage.run()
    stage.policy = stage.policy.replace("heading: cn, from: login", "heading: cn, from: mail")
    assert outcomes(stage) == [Outcome.DONE] * 3
    assert contacts(directory)["0001234"].dn.lower().startswith("cn=u0001234@agency.example,ou=phone book")
