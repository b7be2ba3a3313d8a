"""The ledger's own password, renewed on a real PostgreSQL and cut off at every line."""

from __future__ import annotations

import os
import secrets
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import pytest
from psycopg import sql

from unyo.core.errors import BadSetting, Refused, UnyoError
from unyo.core.secret import Secret
from unyo.django_settings import database
from unyo.lab.postgresql import PostgresqlLab
from unyo.ledger import own_password, password_file
from unyo.ledger.own_password import password_in_force, renew
from unyo.ledger.password_file import passwords_in, write_passwords

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("postgresql_hand")]

WATCHED = {
    each.__code__
    for each in (
        renew,
        own_password.settle,
        own_password._alter,
        own_password._prove,
        write_passwords,
        password_file._sync,
    )
}
"""Where something is written or sent; what only reads cannot leave anything half done."""


class Own:
    """A role that owns a ledger, its password in a file."""

    def __init__(self, lab: PostgresqlLab, home: Path) -> None:
        self.lab, self.role = lab, f"ledger{secrets.token_hex(4)}"
        self.file = home / "ledger.password"
        self.sealed: list[Secret] = []
        first = new_password()
        with psycopg.connect(lab.url, autocommit=True) as admin:
            self._name = sql.Identifier(self.role)
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(self._name, sql.Literal(first.reveal()))
            )
            admin.execute(sql.SQL("GRANT rotated TO {}").format(self._name))
        self.file.touch(mode=0o600)
        write_passwords(self.file, [first])
        url = f"postgresql://{self.role}@127.0.0.1:{lab.port}/{lab.database}"
        self.database: dict[str, Any] = database(url, str(self.file))

    def renew(self) -> None:
        renew(self.database, new_password, self.sealed.append)

    def opens(self) -> bool:
        """As the ledger is opened: through Django's backend."""
        from django.db.utils import ConnectionHandler

        connections = ConnectionHandler({"default": self.database})
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT current_user")
                return bool(cursor.fetchone() == (self.role,))
        finally:
            connections["default"].close()


def new_password() -> Secret:
    return Secret(f"Canary{secrets.token_hex(12)}")


@pytest.fixture
def own(asking_postgresql: PostgresqlLab, tmp_path: Path) -> Iterator[Own]:
    made = Own(asking_postgresql, tmp_path)
    yield made
    with psycopg.connect(asking_postgresql.url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(made.role)))


def test_it_is_replaced_and_proven_and_a_copy_is_sealed_first(own: Own) -> None:
    (first,) = passwords_in(own.file)
    own.renew()
    (second,) = passwords_in(own.file)
    assert second != first
    assert own.sealed == [second]
    assert own.opens()
    assert stat.S_IMODE(own.file.stat().st_mode) == 0o600


def test_a_connection_that_is_open_lives_on(own: Own) -> None:
    from django.db.utils import ConnectionHandler

    connections = ConnectionHandler({"default": own.database})
    with connections["default"].cursor() as cursor:
        own.renew()
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    connections["default"].close()
    assert own.opens()


def test_killed_at_any_line_that_acts_the_ledger_still_opens_and_the_next_renewal_mends_it(own: Own) -> None:
    lines = count_lines(own)
    assert lines > 30
    states = set()
    for line in range(1, lines + 1):
        assert killed_at(own, line)
        held = passwords_in(own.file)
        states.add(len(held))
        assert own.opens(), f"killed at line {line}"
        assert password_in_force(own.database) in held
    assert states == {1, 2}
    own.renew()
    assert len(passwords_in(own.file)) == 1
    assert [file.name for file in own.file.parent.iterdir()] == [own.file.name]


def count_lines(own: Own) -> int:
    seen = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if frame.f_code not in WATCHED:
            return None
        seen += event == "line"
        return count

    sys.settrace(count)
    try:
        own.renew()
    finally:
        sys.settrace(None)
    return seen


def killed_at(own: Own, number: int) -> bool:
    """Renew in a child that is killed before the line of that number; False where it ended by itself."""
    child = os.fork()
    if child == 0:
        left = number

        def kill(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if frame.f_code not in WATCHED:
                return None
            left -= event == "line"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return kill

        sys.settrace(kill)
        try:
            own.renew()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_the_server_never_sees_the_password_in_a_statement(own: Own) -> None:
    with psycopg.connect(own.lab.url, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {} SET log_statement = 'all'").format(sql.Identifier(own.role)))
    own.renew()
    written = (own.lab.place / "said").read_bytes()
    assert b"ALTER ROLE" in written
    assert own.sealed[-1].reveal().encode() not in written


def test_neither_line_works_and_nothing_is_changed(own: Own) -> None:
    write_passwords(own.file, [new_password(), new_password()])
    before = own.file.read_bytes()
    with pytest.raises(UnyoError) as caught:
        own.renew()
    assert caught.value.code == "ledger.password"
    assert own.file.read_bytes() == before
    assert own.sealed == []


def test_where_the_server_asks_for_no_password_there_is_nothing_to_renew(own: Own) -> None:
    trusted = {**own.database, "USER": "postgres"}
    with pytest.raises(Refused) as caught:
        renew(trusted, new_password, own.sealed.append)
    assert caught.value.code == "ledger.password.not_asked"


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_may_read_is_refused(own: Own, mode: int) -> None:
    own.file.chmod(mode)
    with pytest.raises(BadSetting):
        own.opens()


def test_the_password_stands_in_one_place_only() -> None:
    with pytest.raises(BadSetting):
        database("postgresql://unyo:secret@localhost/unyo", "/etc/unyo/ledger.password")
    with pytest.raises(BadSetting):
        database("postgresql://unyo@localhost/unyo?passfile=/etc/pgpass", "/etc/unyo/ledger.password")
