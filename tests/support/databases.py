"""Database servers with accounts of a test's own, and the grounds of their hands."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from support.hands import Drawer, Ground
from unyo.connectors.databases.hand import DatabaseHand
from unyo.connectors.databases.mariadb import MariadbDoor
from unyo.connectors.databases.postgresql import PostgresqlDoor
from unyo.core.credential import AccountKind, Credential
from unyo.core.secret import Secret
from unyo.lab import mariadb, postgresql

_ASKS_FOR_PASSWORDS = (
    "local all +rotated scram-sha-256\n"
    "host all +rotated 127.0.0.1/32 scram-sha-256\n"
    "hostssl all +rotated 127.0.0.1/32 scram-sha-256\n"
)


@pytest.fixture(scope="session")
def mariadb_lab() -> Iterator[mariadb.MariadbLab]:
    """A MariaDB server; each test makes accounts of its own."""
    reason = mariadb.unavailable()
    if reason is not None:
        pytest.skip(f"no MariaDB: {reason}")
    with mariadb.MariadbLab() as lab:
        yield lab


@pytest.fixture(scope="session")
def asking_postgresql(postgresql_lab: postgresql.PostgresqlLab) -> postgresql.PostgresqlLab:
    """The shared server, which asks members of the role ``rotated`` for their passwords."""
    rules = postgresql_lab.place / "data/pg_hba.conf"
    rules.write_text(_ASKS_FOR_PASSWORDS + rules.read_text())
    with psycopg.connect(postgresql_lab.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE rotated")
        connection.execute("SELECT pg_reload_conf()")
    return postgresql_lab


@pytest.fixture
def postgresql_ground(asking_postgresql: postgresql.PostgresqlLab) -> Iterator[Ground]:
    """A role whose sessions write every statement to the log and refuse its own name as a password."""
    lab, name = asking_postgresql, f"app{secrets.token_hex(4)}"
    first, boss = Secret(f"First-{secrets.token_hex(8)}"), Secret(f"Boss-{secrets.token_hex(8)}")
    with psycopg.connect(lab.url, autocommit=True) as admin:
        for role, password, more in (
            (name, first, sql.SQL("NOSUPERUSER")),
            (f"{name}boss", boss, sql.SQL("SUPERUSER")),
        ):
            _make_role(admin, role, password, more)
        admin.execute(sql.SQL("ALTER ROLE {} SET log_statement = 'all'").format(sql.Identifier(name)))
        loads = "ALTER ROLE {} SET session_preload_libraries = 'passwordcheck'"
        admin.execute(sql.SQL(loads).format(sql.Identifier(name)))

        def takes(secret: Secret) -> bool:
            found = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (name,)).fetchone()
            return found is not None and _is_verifier_of(str(found[0]), secret)

        drawer = Drawer()
        account = Credential(
            *(AccountKind.POSTGRESQL, "db1", name, f"passwords/db1/{name}", f"{name}@db1"),
            address="127.0.0.1",
            port=lab.port,
            via=f"passwords/db1/{name}boss",
        )
        yield Ground(
            hand=DatabaseHand(drawer.open, PostgresqlDoor(2, 5)),
            drawer=drawer,
            credential=account,
            elsewhere=replace(account, port=9),
            takes=takes,
            first=first,
            refused=Secret(name),
            via=replace(account, account=f"{name}boss", path=account.via, address=str(lab.place)),
            via_password=boss,
            traces=lambda: (lab.place / "said").read_bytes(),
        )
        admin.execute(sql.SQL("DROP ROLE {}, {}").format(sql.Identifier(name), sql.Identifier(f"{name}boss")))


@pytest.fixture
def mariadb_ground(mariadb_lab: mariadb.MariadbLab) -> Iterator[Ground]:
    """An account on a server that logs every statement, and one that may set its password."""
    lab, name = mariadb_lab, f"app{secrets.token_hex(4)}"
    first, boss = Secret(f"First-{secrets.token_hex(8)}"), Secret(f"Boss-{secrets.token_hex(8)}")
    lab.run("CREATE USER %s@'%%' IDENTIFIED BY PASSWORD %s", (name, native_hash(first)))
    lab.run("CREATE USER %s@localhost IDENTIFIED BY PASSWORD %s", (f"{name}boss", native_hash(boss)))
    lab.run("GRANT ALL ON *.* TO %s@localhost WITH GRANT OPTION", (f"{name}boss",))
    drawer = Drawer()
    account = Credential(
        *(AccountKind.MARIADB, "db2", name, f"passwords/db2/{name}", f"{name}@db2"),
        address="127.0.0.1",
        port=lab.port,
        via=f"passwords/db2/{name}boss",
    )
    yield Ground(
        hand=DatabaseHand(drawer.open, MariadbDoor(2, 5)),
        drawer=drawer,
        credential=account,
        elsewhere=replace(account, port=9),
        takes=lambda secret: mariadb_hash(lab, name) == native_hash(secret),
        first=first,
        via=replace(account, account=f"{name}boss", path=account.via, address=str(lab.socket)),
        via_password=boss,
        traces=lambda: lab.written,
    )
    lab.run("DROP USER %s@'%%', %s@localhost", (name, f"{name}boss"))


def mariadb_hash(lab: mariadb.MariadbLab, name: str) -> str:
    """What the server has stored for an account."""
    found = lab.run(
        "SELECT JSON_VALUE(Priv, '$.authentication_string') FROM mysql.global_priv WHERE User = %s", (name,)
    )
    return str(found[0][0])


def native_hash(secret: Secret) -> str:
    once = hashlib.sha1(secret.reveal().encode()).digest()
    return "*" + hashlib.sha1(once).hexdigest().upper()


def _make_role(admin: psycopg.Connection, name: str, password: Secret, more: sql.SQL) -> None:
    made = admin.pgconn.encrypt_password(password.reveal().encode(), name.encode(), b"scram-sha-256")
    words = sql.SQL("CREATE ROLE {} LOGIN {} IN ROLE rotated PASSWORD {}")
    admin.execute(words.format(sql.Identifier(name), more, sql.Literal(made.decode())))


def _is_verifier_of(verifier: str, secret: Secret) -> bool:
    """RFC 5802: the stored key is made from the password with the verifier's own salt and rounds."""
    head, _, keys = verifier.removeprefix("SCRAM-SHA-256$").partition("$")
    rounds, _, salt = head.partition(":")
    salted = hashlib.pbkdf2_hmac("sha256", secret.reveal().encode(), base64.b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return base64.b64encode(stored).decode() == keys.partition(":")[0]
