"""LDIF of a transfer, before and after: real names of entries, importable, without secrets."""

from __future__ import annotations

import io

import pytest
from ldap3.utils.dn import parse_dn

from support.domain import Domain, carry_out, done, entries, plan_of
from support.staff import last_year, this_year
from unyo.core.change import Change
from unyo.core.dn import same_dn
from unyo.core.target import Target
from unyo.runbooks.accounts.rules.ldif import ldif
from unyo.runbooks.accounts.rules.places import read_places
from unyo.runbooks.accounts.rules.policy import account_policy


def records(text: str) -> dict[str, dict[str, list[str]]]:
    """DN → attributes, read by the rules of RFC 2849."""
    import base64

    found: dict[str, dict[str, list[str]]] = {}
    for block in text.split("\n\n"):
        lines: list[str] = []
        for line in io.StringIO(block):
            if line.startswith(" "):
                lines[-1] += line[1:].rstrip("\n")
            elif not line.startswith("#"):
                lines.append(line.rstrip("\n"))
        record: dict[str, list[str]] = {}
        for line in filter(None, lines):
            name, _, value = line.partition(":")
            plain = base64.b64decode(value[1:]).decode() if value.startswith(":") else value.lstrip(" ")
            record.setdefault(name, []).append(plain)
        if "dn" in record:
            found[record.pop("dn")[0]] = record
    return found


@pytest.fixture
def transfer(domain: Domain) -> tuple[Domain, list[Change]]:
    """The domain as of last year, and what the first of April changes at once."""
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    domain.people.stored.append(this_year())
    return domain, [c for c in plan_of(domain, "accounts.provision").changes if c.due is None]


def test_before_names_the_entries_as_they_stand(transfer: tuple[Domain, list[Change]]) -> None:
    domain, changes = transfer
    places = read_places(domain.directory, account_policy(domain))
    written = records(ldif(changes, "before", places.dn_of))
    standing = entries(domain, "(|(employeeNumber=*)(objectClass=organizationalUnit)(objectClass=group))")
    assert set(written) <= set(standing)
    assert len([dn for dn in written if dn.startswith("CN=")]) == 32


def test_after_names_the_entries_as_they_stand_then(transfer: tuple[Domain, list[Change]]) -> None:
    domain, changes = transfer
    places = read_places(domain.directory, account_policy(domain))
    written = records(ldif(changes, "after", places.dn_of))
    carry_out(domain, "accounts.provision", changes)
    standing = entries(domain, "(|(employeeNumber=*)(objectClass=organizationalUnit)(objectClass=group))")
    assert set(written) <= set(standing)
    (mover,) = (record for record in written.values() if record.get("employeeNumber") == ["000004"])
    assert mover["department"] == ["デジタル室"]


def test_no_secret_and_no_reference_to_one_stands_in_it(transfer: tuple[Domain, list[Change]]) -> None:
    _, changes = transfer
    text = ldif(changes, "after")
    assert "secret" not in text
    assert "unicodePwd" not in text
    assert "initial" not in text


def test_a_change_without_name_and_place_takes_the_dn_that_was_read_back() -> None:
    change = Change(Target("account", "000001"), {"enabled": True}, {"enabled": False})
    dn = "CN=a\\, b,OU=c,DC=d"
    (written,) = records(ldif([change], "after", dns={"account:000001": dn}))
    assert same_dn(written, dn)
    assert len(parse_dn(written)) == 3
