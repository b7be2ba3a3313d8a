"""PostgreSQL roles: no clear text in the log, nothing over an open way, nobody let in unasked."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from support.hands import Ground
from unyo.core.directory import Logon
from unyo.core.hand import AccountFacts, Exchanged, Fate
from unyo.core.secret import Secret
from unyo.lab.postgresql import PostgresqlLab, unavailable

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
    pytest.mark.xdist_group("postgresql_hand"),
]


def code(answer: Exchanged) -> str:
    return answer.error.code if answer.error is not None else ""


def alter(lab: PostgresqlLab, ground: Ground, words: str) -> None:
    with psycopg.connect(lab.url, autocommit=True) as admin:
        role = sql.Identifier(ground.credential.account)
        admin.execute(sql.SQL("ALTER ROLE {} ").format(role) + sql.SQL(words))


def test_the_log_of_all_statements_has_the_verifier_only(postgresql_ground: Ground) -> None:
    new = postgresql_ground.fresh()
    postgresql_ground.hand.exchange([postgresql_ground.asked(postgresql_ground.in_force, new)])
    log = postgresql_ground.traces()
    assert f'ALTER ROLE "{postgresql_ground.credential.account}" PASSWORD'.encode() in log
    assert b"SCRAM-SHA-256$" in log
    assert postgresql_ground.drawer.open(new).reveal().encode() not in log


def test_a_superuser_leaves_not_even_the_verifier_in_the_log(
    asking_postgresql: PostgresqlLab, postgresql_ground: Ground
) -> None:
    boss = postgresql_ground.via
    assert boss is not None
    with psycopg.connect(asking_postgresql.url, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {} SET log_statement = 'all'").format(sql.Identifier(boss.account)))
    before = postgresql_ground.traces().count(b"ALTER ROLE")
    asked = postgresql_ground.asked(None, postgresql_ground.fresh(), via=True)
    assert postgresql_ground.hand.exchange([asked])[0].fate is Fate.VERIFIED
    assert postgresql_ground.traces().count(b"ALTER ROLE") == before


def test_a_role_that_has_expired_is_told_before_anything_is_set(
    asking_postgresql: PostgresqlLab, postgresql_ground: Ground
) -> None:
    alter(asking_postgresql, postgresql_ground, "VALID UNTIL '2020-01-01'")
    asked = postgresql_ground.asked(None, postgresql_ground.fresh(), via=True)
    told = postgresql_ground.hand.facts([asked])[0]
    answer = postgresql_ground.hand.exchange([asked])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "database.logon.expired")
    assert isinstance(told, AccountFacts)
    assert told.enabled is False
    assert "2020-01-01" in told.notes[0].en


def test_a_role_that_may_not_log_on_gets_its_old_password_back(
    asking_postgresql: PostgresqlLab, postgresql_ground: Ground
) -> None:
    alter(asking_postgresql, postgresql_ground, "NOLOGIN")
    answer = postgresql_ground.hand.exchange(
        [postgresql_ground.asked(None, postgresql_ground.fresh(), via=True)]
    )[0]
    tried = postgresql_ground.hand.attempt([postgresql_ground.trial(postgresql_ground.in_force)])[0]
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "database.put_back")
    assert postgresql_ground.holds(postgresql_ground.in_force)
    assert tried.logon is Logon.DISABLED


def test_a_role_without_rights_cannot_set_another_one(postgresql_ground: Ground) -> None:
    own, boss = postgresql_ground.credential, postgresql_ground.via
    assert boss is not None
    sign_on = postgresql_ground.drawer.keep(own.ref.at(77), postgresql_ground.first)
    asked = replace(
        postgresql_ground.asked(None, postgresql_ground.fresh()), credential=boss, via=own, sign_on=sign_on
    )
    answer = postgresql_ground.hand.exchange([asked])[0]
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "database.rights")


def test_a_server_that_asks_nobody_proves_nothing(
    asking_postgresql: PostgresqlLab, postgresql_ground: Ground
) -> None:
    with psycopg.connect(asking_postgresql.url, autocommit=True) as admin:
        role = sql.Identifier(postgresql_ground.credential.account)
        admin.execute(sql.SQL("REVOKE rotated FROM {}").format(role))
    tried = postgresql_ground.hand.attempt([postgresql_ground.trial(postgresql_ground.fresh())])[0]
    answer = postgresql_ground.hand.exchange(
        [postgresql_ground.asked(postgresql_ground.in_force, postgresql_ground.fresh())]
    )[0]
    assert tried.logon is None
    assert tried.error is not None
    assert tried.error.code == "database.logon.not_asked"
    assert answer.fate is Fate.UNTOUCHED


@pytest.mark.parametrize(
    ("address", "options", "expected"),
    [
        ("db.example", {}, "database.channel"),
        ("192.0.2.7", {}, "database.channel"),
        ("192.0.2.7", {"ca_file": "/no/such/file"}, "database.certificate"),
    ],
)
def test_nothing_is_sent_over_an_open_way(
    postgresql_ground: Ground, address: str, options: dict[str, object], expected: str
) -> None:
    ground = postgresql_ground
    ground.credential = replace(ground.credential, address=address, options=options)
    answer = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh())])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, expected)


def test_a_server_without_tls_is_not_talked_to_where_tls_is_asked_for(postgresql_ground: Ground) -> None:
    ground = postgresql_ground
    ground.credential = replace(ground.credential, options={"tls": True})
    answer = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh())])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "database.certificate")


def test_signs_of_sql_are_only_letters(postgresql_ground: Ground) -> None:
    new = postgresql_ground.fresh(Secret("a'; DROP ROLE postgres; --\\\"%s{}パス"))
    answer = postgresql_ground.hand.exchange([postgresql_ground.asked(postgresql_ground.in_force, new)])[0]
    assert answer.fate is Fate.VERIFIED
