"""What LAPS keeps of a machine: on a real controller whose schema is extended as Update-LapsADSchema does it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from support.directory import as_administrator
from unyo.connectors.directory import LdapDirectory
from unyo.connectors.directory.laps import CLEAR, ENCRYPTED, EXPIRES, OLD_CLEAR, OLD_EXPIRES, Laps, read_laps
from unyo.core.directory import Add, Modify
from unyo.core.errors import NotFound, TargetSaidNo
from unyo.core.secret import Secret
from unyo.lab.samba import SambaLab

pytestmark = [pytest.mark.samba, pytest.mark.xdist_group("samba_accounts")]

UPDATED, EXPIRY = "1d8161b41c41cde", "133500000000000000"
_OLD = "1.2.840.113556.1.8000.2554.50051.45980.28112.18903.35903.6685103.1224907.2"
# lDAPDisplayName → cn, attributeID, attributeSyntax, oMSyntax (Microsoft's reference of both kinds of LAPS)
SCHEMA = {
    EXPIRES: ("ms-LAPS-PasswordExpirationTime", "1.2.840.113556.1.6.44.1.1", "2.5.5.16", "65"),
    CLEAR: ("ms-LAPS-Password", "1.2.840.113556.1.6.44.1.2", "2.5.5.5", "19"),
    ENCRYPTED: ("ms-LAPS-EncryptedPassword", "1.2.840.113556.1.6.44.1.3", "2.5.5.10", "4"),
    OLD_CLEAR: ("ms-Mcs-AdmPwd", f"{_OLD}.1", "2.5.5.5", "19"),
    OLD_EXPIRES: ("ms-Mcs-AdmPwdExpirationTime", f"{_OLD}.2", "2.5.5.16", "65"),
}


@pytest.fixture
def directory(samba_lab: SambaLab) -> Iterator[LdapDirectory]:
    opened = LdapDirectory(as_administrator(samba_lab))
    yield opened
    opened.close()


@pytest.fixture
def extended(directory: LdapDirectory, samba_lab: SambaLab) -> LdapDirectory:
    """The same with the attributes of both kinds of LAPS."""
    schema = f"CN=Schema,CN=Configuration,{samba_lab.base_dn}"
    if list(directory.search(schema, f"(lDAPDisplayName={CLEAR})", ["cn"], "one")):
        return directory
    for name, (cn, number, syntax, om) in SCHEMA.items():
        attributes = {
            "objectClass": ("top", "attributeSchema"),
            "lDAPDisplayName": (name,),
            "attributeID": (number,),
            "attributeSyntax": (syntax,),
            "oMSyntax": (om,),
            "isSingleValued": ("TRUE",),
            "searchFlags": ("0",),
        }
        assert directory.send([Add(f"CN={cn},{schema}", attributes)]) == [None]
    now = Modify("", add={"schemaUpdateNow": ("1",)})
    allowed = Modify(f"CN=Computer,{schema}", add={"mayContain": tuple(SCHEMA)})
    assert directory.send([now, allowed, now]) == [None] * 3
    return directory


def computer(directory: LdapDirectory, **attributes: str) -> str:
    name = f"PC{secrets.token_hex(4)}"
    given = {
        "objectClass": ("computer",),
        "sAMAccountName": (f"{name}$",),
        "userAccountControl": ("4096",),
        **{key: (value,) for key, value in attributes.items()},
    }
    assert directory.send([Add(f"CN={name},CN=Computers,{directory.base_dn}", given)]) == [None]
    return name


def kept(name: str, **values: str) -> dict[str, str]:
    return {CLEAR: json.dumps({"n": name, "t": UPDATED, "p": "Canary-laps-77", **values})}


def test_a_password_in_clear_is_read_with_its_dates_and_never_shown(extended: LdapDirectory) -> None:
    name = computer(extended, **kept("unyo-admin"), **{EXPIRES: EXPIRY})
    found = read_laps(extended, name)
    assert (found.source, found.account) == ("windows", "unyo-admin")
    assert found.password == Secret("Canary-laps-77")
    assert found.updated == datetime(2022, 1, 30, 20, 52, 13, 72918, timezone.utc)
    assert found.expires is not None
    assert "Canary" not in repr(found)


def test_the_older_kind_names_no_account(extended: LdapDirectory) -> None:
    name = computer(extended, **{OLD_CLEAR: "Canary-old-9", OLD_EXPIRES: EXPIRY})
    found = read_laps(extended, f"{name}.lab.unyo.test")
    assert (found.source, found.account, found.password) == ("legacy", "", Secret("Canary-old-9"))


def test_what_may_not_be_read_is_said_to_be_so(extended: LdapDirectory) -> None:
    found = read_laps(extended, computer(extended, **{EXPIRES: EXPIRY}))
    assert found.password is None
    assert "may not read" in found.state.en


def test_an_encrypted_one_is_named_as_such_with_its_date(extended: LdapDirectory) -> None:
    ticks = int(UPDATED, 16)
    head = (ticks >> 32).to_bytes(4, "little") + (ticks & 0xFFFFFFFF).to_bytes(4, "little") + bytes(8)
    blob = (head + b"\\xff\\xfe sealed").decode("utf-8", "surrogateescape")
    found = read_laps(extended, computer(extended, **{ENCRYPTED: blob, EXPIRES: EXPIRY}))
    assert (found.source, found.password) == ("encrypted", None)
    assert found.updated == datetime(2022, 1, 30, 20, 52, 13, 72918, timezone.utc)
    assert "cannot be read here" in found.state.en


def test_a_machine_without_laps_and_one_that_is_not_there(directory: LdapDirectory) -> None:
    name = computer(directory)
    assert read_laps(directory, name) == Laps(name, "none")
    with pytest.raises(NotFound):
        read_laps(directory, "PC-NOWHERE")


@pytest.mark.parametrize("value", ["not json", '{"n": "a"}', '{"n": "a", "t": "x", "p": "Canary-1"}'])
def test_a_strange_value_is_refused_and_never_quoted(extended: LdapDirectory, value: str) -> None:
    name = computer(extended, **{CLEAR: value})
    with pytest.raises(TargetSaidNo) as caught:
        read_laps(extended, name)
    assert "Canary" not in str(caught.value)
