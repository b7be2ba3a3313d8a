"""Accounts of the simulated directory: log-on names, passwords, flags, dates and locks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ldap3 import MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, Connection

from support.simulated_directory import GOOD, Client, SteppingClock, log_on, quoted, server_of
from unyo.lab.directory_simulator import DirectorySimulator

UPN = "sato@lab.unyo.test"
LAST_CENTURY = 116444736000000000


def test_one_add_with_password_and_flags_makes_a_working_account(
    client: Client, simulator: DirectorySimulator
) -> None:
    assert client.add_user("sato", userPrincipalName=UPN)[0] == 0
    assert log_on(simulator, UPN, GOOD) == "ok"
    assert log_on(simulator, "LABUNYO\\Sato", GOOD) == "ok"
    assert log_on(simulator, client.dn("CN=sato"), GOOD) == "ok"
    assert log_on(simulator, UPN, "Wrong-Horse-7") == "52e"
    assert log_on(simulator, "nobody@lab.unyo.test", GOOD) == "52e"


def test_a_new_user_without_flags_is_disabled_and_needs_no_password(client: Client) -> None:
    assert client.add("CN=sato", "user", sAMAccountName="sato")[0] == 0
    wanted = {
        "userAccountControl": [b"546"],
        "pwdLastSet": [b"0"],
        "primaryGroupID": [b"513"],
        "accountExpires": [b"9223372036854775807"],
        "sAMAccountType": [b"805306368"],
    }
    assert client.read("CN=sato", *wanted) == wanted


def test_a_log_on_name_belongs_to_one_account(client: Client) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    code, text = client.add("CN=other", "user", sAMAccountName="SATO")
    assert (code, text[:8]) == (68, "00000524")
    code, text = client.add("CN=other", "user", sAMAccountName="other", userPrincipalName=UPN.upper())
    assert (code, text[:8]) == (19, "000021C8")
    assert client.add("CN=other", "group", sAMAccountName="sato")[0] == 68


@pytest.mark.parametrize(("name", "code"), [("a" * 20, 0), ("a" * 21, 80), ("a/b", 80), ("a.", 80)])
def test_a_log_on_name_has_at_most_20_plain_characters(client: Client, name: str, code: int) -> None:
    assert client.add("CN=sato", "user", sAMAccountName=name)[0] == code


def test_nobody_is_enabled_without_a_password(client: Client) -> None:
    code, text = client.add("CN=sato", "user", sAMAccountName="sato", userAccountControl=512)
    assert (code, text[:8]) == (53, "0000052D")
    assert client.add("CN=sato", "user", sAMAccountName="sato", userAccountControl=514)[0] == 0
    assert client.put("CN=sato", userAccountControl=512)[0] == 53
    assert client.put("CN=sato", unicodePwd=quoted(GOOD), userAccountControl=512)[0] == 0


@pytest.mark.parametrize("weak", ["Ab1-", "abcdefghij", "ABCdefghij", "sato-A1-bcd", "x-Hanako-12"])
def test_a_weak_password_is_refused(client: Client, weak: str) -> None:
    code, text = client.add_user("sato", displayName="Sato Hanako", unicodePwd=quoted(weak))
    assert (code, text[:8]) == (53, "0000052D")


def test_kana_count_as_a_kind_of_characters_of_their_own(client: Client) -> None:
    assert client.add_user("sato", unicodePwd=quoted("うみやまかわ7x"))[0] == 0


@pytest.mark.parametrize("raw", [b'"Correct-Horse-7"', GOOD.encode("utf-16-le"), b"x"])
def test_a_password_arrives_as_quoted_utf_16_or_not_at_all(client: Client, raw: bytes) -> None:
    code, text = client.add_user("sato", unicodePwd=raw)
    assert (code, text[:8]) == (53, "0000001F")


def test_no_password_is_ever_read_back(client: Client) -> None:
    client.add_user("sato")
    assert client.read("CN=sato", "unicodePwd", "userPassword") == {"unicodePwd": [], "userPassword": []}
    assert client.found("(unicodePwd=*)") == []


def test_the_owner_changes_the_password_within_history_and_age(
    client: Client, simulator: DirectorySimulator, clock: SteppingClock
) -> None:
    client.add_user("sato", userPrincipalName=UPN)

    def change(old: str, new: str) -> tuple[int, str]:
        connection: Any = Connection(server_of(simulator), UPN, old)
        connection.bind()
        steps = [(MODIFY_DELETE, [quoted(old)]), (MODIFY_ADD, [quoted(new)])]
        connection.modify(client.dn("CN=sato"), {"unicodePwd": steps})
        result = connection.result
        connection.unbind()
        return result["result"], result["message"][:8]

    assert change(GOOD, "Another-Horse-8") == (19, "0000052D")
    clock.shift = timedelta(days=2)
    assert change(GOOD, "Another-Horse-8") == (0, "")
    clock.shift = timedelta(days=4)
    assert change("Another-Horse-8", GOOD) == (19, "0000052D")
    assert client.put("CN=sato", unicodePwd=quoted(GOOD))[0] == 0


def test_a_person_writes_nothing_but_the_own_password(client: Client, simulator: DirectorySimulator) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    connection: Any = Connection(server_of(simulator), UPN, GOOD)
    connection.bind()
    connection.modify(client.dn("CN=sato"), {"title": [(MODIFY_REPLACE, ["boss"])]})
    assert connection.result["result"] == 50
    connection.unbind()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"userAccountControl": 514}, "533"),
        ({"accountExpires": LAST_CENTURY}, "701"),
        ({"pwdLastSet": 0}, "773"),
        ({"accountExpires": 0}, "ok"),
        ({"userAccountControl": 66048, "pwdLastSet": -1}, "ok"),
    ],
)
def test_the_right_password_is_not_always_enough(
    client: Client, simulator: DirectorySimulator, changes: dict[str, int], said: str
) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    assert client.put("CN=sato", **changes)[0] == 0
    assert log_on(simulator, UPN, GOOD) == said
    assert log_on(simulator, UPN, "Wrong-Horse-7") == "52e"


def test_a_password_grows_too_old(
    client: Client, simulator: DirectorySimulator, clock: SteppingClock
) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    clock.shift = timedelta(days=43)
    assert log_on(simulator, UPN, GOOD) == "532"
    computed = "msDS-User-Account-Control-Computed"
    assert client.read("CN=sato", computed)[computed] == [b"8388608"]


def test_a_reset_asks_for_a_change_in_the_same_request(client: Client, simulator: DirectorySimulator) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    assert client.put("CN=sato", unicodePwd=quoted("Another-Horse-8"), pwdLastSet=0)[0] == 0
    assert log_on(simulator, UPN, "Another-Horse-8") == "773"
    assert client.put("CN=sato", pwdLastSet=-1)[0] == 0
    assert log_on(simulator, UPN, "Another-Horse-8") == "ok"
    assert client.put("CN=sato", pwdLastSet=5)[0] == 53


def test_wrong_passwords_lock_until_somebody_unlocks_or_time_passes(
    client: Client, simulator: DirectorySimulator, clock: SteppingClock
) -> None:
    client.add_user("sato", userPrincipalName=UPN)
    client.connection.modify(client.base, {"lockoutThreshold": [(MODIFY_REPLACE, ["3"])]})

    def lock() -> list[str]:
        return [log_on(simulator, UPN, f"Wrong-Horse-{i}") for i in range(3)]

    assert lock() == ["52e", "52e", "52e"]
    assert log_on(simulator, UPN, GOOD) == "775"
    assert client.read("CN=sato", "badPwdCount")["badPwdCount"] == [b"3"]
    assert client.put("CN=sato", lockoutTime=0)[0] == 0
    assert client.read("CN=sato", "badPwdCount")["badPwdCount"] == [b"0"]
    assert log_on(simulator, UPN, GOOD) == "ok"
    lock()
    clock.shift = timedelta(minutes=31)
    assert log_on(simulator, UPN, GOOD) == "ok"


def test_what_the_account_database_owns_nobody_writes(client: Client) -> None:
    client.add_user("sato")
    assert [
        client.put("CN=sato", **{name: 5})[0] for name in ("badPwdCount", "lastLogon", "lockoutTime")
    ] == [
        53,
        53,
        53,
    ]
    assert client.put("CN=sato", userAccountControl=[])[0] == 53
    assert client.put("CN=sato", sAMAccountName=[])[0] == 53
    assert client.put("CN=sato", userAccountControl=4096)[0] == 53


def test_the_primary_group_is_one_of_the_own_groups(client: Client) -> None:
    client.add_user("sato")
    client.add("CN=g", "group", sAMAccountName="g")
    token = int(client.read("CN=g", "primaryGroupToken")["primaryGroupToken"][0])
    assert client.put("CN=sato", primaryGroupID=token)[0] == 53
    client.give("CN=g", member=client.dn("CN=sato"))
    assert client.put("CN=sato", primaryGroupID=token)[0] == 0
    everybody = f"CN=Domain Users,CN=Users,{client.base}".encode()
    assert client.read("CN=sato", "memberOf")["memberOf"] == [everybody]
