"""MariaDB accounts: only hashes in its logs, other ways to log on are kept, its blocking is respected."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.databases import mariadb_hash, native_hash
from support.hands import Ground
from unyo.connectors.databases.hashes import ED25519, NATIVE, hashed
from unyo.core.directory import Logon
from unyo.core.errors import Unreachable
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate
from unyo.core.secret import Secret
from unyo.lab.mariadb import MariadbLab, unavailable

pytestmark = [
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
    pytest.mark.xdist_group("mariadb"),
]
PLUGINS = Path("/usr/lib/mysql/plugin")
with_plugins = pytest.mark.skipif(
    not (PLUGINS / "auth_ed25519.so").exists(),
    reason="MariaDB's plugins are missing: apt-get install mariadb-server",
)


def code(answer: Exchanged) -> str:
    return answer.error.code if answer.error is not None else ""


def done(ground: Ground, *, via: bool = False) -> Exchanged:
    return ground.hand.exchange([ground.asked(None if via else ground.in_force, ground.fresh(), via=via)])[0]


@pytest.fixture
def setting(mariadb_lab: MariadbLab) -> Iterator[dict[str, str]]:
    """Global variables to be set back afterwards."""
    before: dict[str, str] = {}
    yield before
    for name, value in before.items():
        mariadb_lab.run(f"SET GLOBAL {name} = {value}")


def test_its_logs_have_the_hash_only(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    new = mariadb_ground.fresh()
    mariadb_ground.hand.exchange([mariadb_ground.asked(mariadb_ground.in_force, new)])
    secret = mariadb_ground.drawer.open(new)
    assert b"SET PASSWORD FOR CURRENT_USER()" in mariadb_lab.written
    assert native_hash(secret).encode() in mariadb_lab.written
    assert secret.reveal().encode() not in mariadb_lab.written


def test_other_ways_to_log_on_are_kept(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    name = mariadb_ground.credential.account
    mariadb_lab.run(
        "ALTER USER %s@'%%' IDENTIFIED VIA unix_socket OR mysql_native_password USING %s",
        (name, native_hash(mariadb_ground.first)),
    )
    assert done(mariadb_ground, via=True).fate is Fate.VERIFIED
    shown = str(mariadb_lab.run("SHOW CREATE USER %s@'%%'", (name,))[0][0])
    assert "unix_socket" in shown
    assert mariadb_hash(mariadb_lab, name) in shown


def test_an_account_that_logs_on_without_a_password_is_left_alone(
    mariadb_lab: MariadbLab, mariadb_ground: Ground
) -> None:
    mariadb_lab.run("ALTER USER %s@'%%' IDENTIFIED VIA unix_socket", (mariadb_ground.credential.account,))
    answer = done(mariadb_ground, via=True)
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "database.plugin")


def test_an_account_of_several_hosts_must_be_named(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    name = mariadb_ground.credential.account
    mariadb_lab.run("CREATE USER %s@'10.0.0.%%'", (name,))
    vague = done(mariadb_ground, via=True)
    mariadb_ground.credential = replace(mariadb_ground.credential, options={"host": "%"})
    named = done(mariadb_ground, via=True)
    mariadb_lab.run("DROP USER %s@'10.0.0.%%'", (name,))
    assert (vague.fate, code(vague)) == (Fate.UNTOUCHED, "database.account.several")
    assert named.fate is Fate.VERIFIED


def test_a_read_only_server_refuses_and_is_named(
    mariadb_lab: MariadbLab, mariadb_ground: Ground, setting: dict[str, str]
) -> None:
    setting["read_only"] = "0"
    mariadb_lab.run("SET GLOBAL read_only = 1")
    answer = done(mariadb_ground)
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "database.read_only")
    assert mariadb_ground.holds(mariadb_ground.in_force)


def test_blocking_is_read_first_and_told_apart(
    mariadb_lab: MariadbLab, mariadb_ground: Ground, setting: dict[str, str]
) -> None:
    setting["max_password_errors"] = "4294967295"
    mariadb_lab.run("SET GLOBAL max_password_errors = 2")
    asked = mariadb_ground.asked(mariadb_ground.in_force, mariadb_ground.fresh())
    told = mariadb_ground.hand.facts([asked])[0]
    assert isinstance(told, AccountFacts)
    assert told.lockout is not None
    assert (told.lockout.threshold, told.lockout.duration) == (2, None)
    wrong = mariadb_ground.trial(mariadb_ground.fresh())
    said = [mariadb_ground.hand.attempt([wrong])[0].logon for _ in range(3)]
    assert said == [Logon.WRONG, Logon.WRONG, Logon.LOCKED]
    answer = mariadb_ground.hand.exchange([asked])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "database.logon.locked")
    mariadb_lab.run("FLUSH PRIVILEGES")
    assert mariadb_ground.hand.exchange([asked])[0].fate is Fate.VERIFIED


@pytest.mark.parametrize(
    ("words", "expected"),
    [("ACCOUNT LOCK", "database.logon.disabled"), ("PASSWORD EXPIRE", "database.logon.must_change")],
)
def test_an_account_that_may_not_work_is_named(
    mariadb_lab: MariadbLab, mariadb_ground: Ground, words: str, expected: str
) -> None:
    mariadb_lab.run(f"ALTER USER %s@'%%' {words}", (mariadb_ground.credential.account,))
    answer = done(mariadb_ground)
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, expected)
    assert mariadb_ground.holds(mariadb_ground.in_force)


def test_a_locked_account_gets_its_old_password_back(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    mariadb_lab.run("ALTER USER %s@'%%' ACCOUNT LOCK", (mariadb_ground.credential.account,))
    told = mariadb_ground.hand.facts([mariadb_ground.asked(None, mariadb_ground.in_force, via=True)])[0]
    answer = done(mariadb_ground, via=True)
    assert isinstance(told, AccountFacts)
    assert told.enabled is False
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "database.put_back")
    assert mariadb_ground.holds(mariadb_ground.in_force)


def test_a_server_that_stands_still_is_unreachable(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    from unyo.connectors.databases.hand import DatabaseHand
    from unyo.connectors.databases.mariadb import MariadbDoor

    hand = DatabaseHand(mariadb_ground.drawer.open, MariadbDoor(0.3, 0.3))
    asked = mariadb_ground.asked(mariadb_ground.in_force, mariadb_ground.fresh())
    mariadb_lab.freeze()
    try:
        answer = hand.exchange([asked])[0]
    finally:
        mariadb_lab.thaw()
    assert answer.fate is Fate.UNTOUCHED
    assert isinstance(answer.error, Unreachable)


def test_an_account_that_is_not_there_is_named(mariadb_ground: Ground) -> None:
    missing = replace(mariadb_ground.credential, account=f"no{secrets.token_hex(3)}")
    asked = Exchange(
        missing, None, mariadb_ground.fresh(), sign_on=mariadb_ground.sign_on, via=mariadb_ground.via
    )
    answer = mariadb_ground.hand.exchange([asked])[0]
    told = mariadb_ground.hand.facts([asked])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "database.account")
    assert isinstance(told, AccountFacts)
    assert not told.exists


def test_the_hashes_are_those_of_the_server(mariadb_lab: MariadbLab) -> None:
    (native,) = mariadb_lab.run("SELECT PASSWORD('hunter 2')")[0]
    assert hashed(NATIVE, Secret("hunter 2")) == native
    # From MariaDB's own documentation of ed25519.
    assert hashed(ED25519, Secret("secret")) == "ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY"


@with_plugins
def test_an_ed25519_account_keeps_its_plugin(mariadb_lab: MariadbLab, mariadb_ground: Ground) -> None:
    mariadb_lab.run("INSTALL SONAME 'auth_ed25519'")
    name, new = mariadb_ground.credential.account, mariadb_ground.fresh()
    first = hashed(ED25519, mariadb_ground.first)
    mariadb_lab.run("ALTER USER %s@'%%' IDENTIFIED VIA ed25519 USING %s", (name, first))
    try:
        answer = mariadb_ground.hand.exchange([mariadb_ground.asked(mariadb_ground.in_force, new)])[0]
    finally:
        mariadb_lab.run("UNINSTALL SONAME 'auth_ed25519'")
    assert (answer.fate, answer.error) == (Fate.VERIFIED, None)
    assert mariadb_hash(mariadb_lab, name) == hashed(ED25519, mariadb_ground.drawer.open(new))


@with_plugins
def test_a_server_that_wants_clear_text_is_told_of_and_never_gets_it(
    mariadb_lab: MariadbLab, mariadb_ground: Ground
) -> None:
    mariadb_lab.run("INSTALL SONAME 'simple_password_check'")
    try:
        told = mariadb_ground.hand.facts(
            [mariadb_ground.asked(mariadb_ground.in_force, mariadb_ground.fresh())]
        )[0]
        answer = done(mariadb_ground)
    finally:
        mariadb_lab.run("UNINSTALL SONAME 'simple_password_check'")
    assert isinstance(told, AccountFacts)
    assert "simple_password_check" in told.notes[0].en
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "database.refused.validation")
    assert mariadb_ground.holds(mariadb_ground.in_force)
