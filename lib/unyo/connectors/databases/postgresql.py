"""PostgreSQL roles: the SCRAM verifier is made here, so that the server never reads the password itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
from psycopg import sql

from unyo.connectors.databases import fault_texts as texts
from unyo.connectors.databases.channel import Channel, channel_of
from unyo.connectors.databases.door import NoSession, NotTaken
from unyo.connectors.databases.hand import DatabaseHand
from unyo.connectors.databases.postgresql_faults import no_session, not_taken
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

PORT = 5432
_UNTIL_LIFTED = timedelta(days=3650)
# A server that would let anybody in, or take the password in clear text, is not logged on to.
_ASKED = "scram-sha-256,md5"
_NEWEST_WITHOUT = 160_000


def postgresql_hand(open_secret: Callable[[SecretRef], Secret]) -> DatabaseHand:
    return DatabaseHand(open_secret, PostgresqlDoor())


class PostgresqlDoor:
    """unyo.connectors.databases.door.Door; times in seconds."""

    by = "postgresql"

    def __init__(self, connect_seconds: int = 5, answer_seconds: int = 20) -> None:
        self._connect_seconds, self._answer_seconds = connect_seconds, answer_seconds

    @contextmanager
    def session(self, account: Credential, password: Secret) -> Iterator[PostgresqlSession]:
        channel = channel_of(account, PORT)
        if isinstance(channel, UnyoError):
            raise NoSession(channel)
        try:
            connection = self._connect(channel, account, password)
        except psycopg.Error as error:
            raise no_session(error, account.label) from None
        try:
            if not connection.pgconn.used_password:
                raise NoSession(texts.NOT_ASKED.said_no(account.label))
            yield PostgresqlSession(connection, account)
        finally:
            connection.close()

    def _connect(self, channel: Channel, account: Credential, password: Secret) -> psycopg.Connection[Any]:
        options: dict[str, Any] = {
            "sslmode": "verify-full" if channel.tls else "prefer",
            "sslrootcert": (channel.ca_file or "system") if channel.tls else None,
            # What stands in libpq's own files and variables is not meant for this.
            "passfile": os.devnull,
            "gssencmode": "disable",
            "connect_timeout": self._connect_seconds,
            "tcp_user_timeout": self._answer_seconds * 1000,
            "application_name": "unyo",
        }
        if psycopg.pq.version() >= _NEWEST_WITHOUT:
            options["require_auth"] = _ASKED
        return psycopg.connect(
            host=channel.socket or channel.host,
            port=channel.port,
            user=account.account,
            dbname=str(account.options.get("database", "postgres")),
            password=password.reveal(),
            autocommit=True,
            **{name: value for name, value in options.items() if value is not None},
        )


class PostgresqlSession:
    """A log-on that may set the password of one role, its own or another's."""

    def __init__(self, connection: psycopg.Connection[Any], signer: Credential) -> None:
        self._connection, self._signer = connection, signer
        self._before = ""

    def remember(self, account: Credential, old: Secret | None) -> None:
        """The old verifier as the server has it, else one made of the old password."""
        (superuser,) = self._asked(account, _IS_SUPERUSER)[0]
        if superuser:
            # Even the verifier need not stand in the log where the session may say so.
            self._asked(account, _QUIET)
        rows = self._asked(account, _ROLE, (account.account,))
        if not rows:
            raise NotTaken(texts.NO_ACCOUNT.said_no(account.label))
        if _is_over(rows[0][1]):
            raise NotTaken(texts.EXPIRED.said_no(account.label, f"VALID UNTIL {rows[0][1]}"))
        if superuser:
            stored = self._asked(account, _VERIFIER, (account.account,))
            self._before = str(stored[0][0] or "")
        elif old is not None:
            self._before = self._verifier(account, old)
        elif account.path == self._signer.path:
            raise NotTaken(texts.NO_PASSWORD.bad_setting(account.label))

    def put(self, account: Credential, new: Secret) -> None:
        self._set(account, self._verifier(account, new))

    def put_back(self, account: Credential) -> bool:
        if not self._before:
            return False
        self._set(account, self._before)
        return True

    def facts(self, account: Credential) -> AccountFacts:
        rows = self._asked(account, _ROLE, (account.account,))
        if not rows:
            return AccountFacts(exists=False)
        may_log_on, until = rows[0]
        return AccountFacts(
            enabled=bool(may_log_on) and not _is_over(until),
            lockout=self._lockout(account),
            notes=tuple(_notes(until)),
        )

    def _lockout(self, account: Credential) -> LockoutPolicy:
        """PostgreSQL itself never locks; the extension credcheck may."""
        (most,) = self._asked(account, _CREDCHECK)[0]
        return LockoutPolicy(int(most) if str(most or "").isdecimal() else 0, _UNTIL_LIFTED)

    def _verifier(self, account: Credential, password: Secret) -> str:
        made = self._connection.pgconn.encrypt_password(
            password.reveal().encode(), account.account.encode(), b"scram-sha-256"
        )
        return made.decode()

    def _set(self, account: Credential, verifier: str) -> None:
        role = sql.Identifier(account.account)
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(verifier))
        self._asked(account, statement, sent=True)

    def _asked(
        self,
        account: Credential,
        statement: Any,
        values: tuple[str, ...] | None = None,
        *,
        sent: bool = False,
    ) -> list[Any]:
        try:
            cursor = self._connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise not_taken(error, account.label, sent=sent, lost=self._connection.closed) from None


_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_QUIET = (
    "SELECT set_config('log_statement', 'none', false), set_config('log_min_duration_statement', '-1', false),"
    " set_config('log_min_error_statement', 'panic', false)"
)
_ROLE = "SELECT rolcanlogin, nullif(rolvaliduntil, 'infinity') FROM pg_roles WHERE rolname = %s"
_VERIFIER = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
_CREDCHECK = "SELECT current_setting('credcheck.max_auth_failure', true)"


def _is_over(until: datetime | None) -> bool:
    return until is not None and until <= datetime.now(timezone.utc)


def _notes(until: datetime | None) -> list[Text]:
    if until is None:
        return []
    day = f"{until:%Y-%m-%d}"
    return [Text(f"its password is valid until {day}", f"パスワードの有効期限: {day}")]
