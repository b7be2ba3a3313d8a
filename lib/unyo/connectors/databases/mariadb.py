"""MariaDB accounts: hashes made here, set with SET PASSWORD, which keeps an account's other ways to log on."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pymysql
from pymysql.err import OperationalError

from unyo.connectors.databases import fault_texts as texts
from unyo.connectors.databases.channel import Channel, channel_of
from unyo.connectors.databases.door import NoSession, NotTaken
from unyo.connectors.databases.hand import DatabaseHand
from unyo.connectors.databases.hashes import ED25519, NATIVE, hashed
from unyo.connectors.databases.mariadb_faults import broken, no_session, not_taken
from unyo.connectors.trust import trusting
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

PORT = 3306
_NEVER_BLOCKS = 2**32 - 1
_UNTIL_LIFTED = timedelta(days=3650)
_WAY = re.compile(r"(?P<plugin>\w+)(?: USING '(?P<hash>[^']*)')?")


def mariadb_hand(open_secret: Callable[[SecretRef], Secret]) -> DatabaseHand:
    return DatabaseHand(open_secret, MariadbDoor())


class MariadbDoor:
    """unyo.connectors.databases.door.Door; times in seconds."""

    by = "mariadb"

    def __init__(self, connect_seconds: float = 5, answer_seconds: float = 20) -> None:
        self._connect_seconds, self._answer_seconds = connect_seconds, answer_seconds

    @contextmanager
    def session(self, account: Credential, password: Secret) -> Iterator[MariadbSession]:
        channel = channel_of(account, PORT)
        if isinstance(channel, UnyoError):
            raise NoSession(channel)
        try:
            connection = self._connect(channel, account, password)
        except (pymysql.MySQLError, OSError, ssl.SSLError, RuntimeError) as error:
            raise no_session(error, account.label) from None
        try:
            yield MariadbSession(connection, account)
        finally:
            _close(connection)

    def _connect(self, channel: Channel, account: Credential, password: Secret) -> Any:
        connection = pymysql.connect(
            host=channel.host or None,
            port=channel.port,
            unix_socket=channel.socket or None,
            ssl=trusting(channel.ca_file) if channel.tls else None,
            defer_connect=True,
            user=account.account,
            password=password.reveal(),
            connect_timeout=self._connect_seconds,
            read_timeout=self._answer_seconds,
            write_timeout=self._answer_seconds,
            autocommit=True,
            charset="utf8mb4",
        )
        connection.connect(_socket_to(channel.socket, self._connect_seconds) if channel.socket else None)
        return connection


class MariadbSession:
    """A log-on that may set the password of one account, its own or another's."""

    def __init__(self, connection: Any, signer: Credential) -> None:
        self._connection, self._signer = connection, signer
        self._plugin, self._before, self._host = NATIVE, "", ""

    def remember(self, account: Credential, old: Secret | None) -> None:
        self._host = "" if self._is_own(account) else self._host_of(account)
        shown = self._asked(account, *self._about("SHOW CREATE USER", account))
        ways = shown[0][0].partition(" IDENTIFIED ")[2] if shown else ""
        self._plugin, self._before = _first_way(ways, account.label)

    def put(self, account: Credential, new: Secret) -> None:
        self._set(account, hashed(self._plugin, new))

    def put_back(self, account: Credential) -> bool:
        self._set(account, self._before)
        return True

    def facts(self, account: Credential) -> AccountFacts:
        (errors, strict), *_ = self._asked(
            account, "SELECT @@max_password_errors, @@strict_password_validation"
        )
        checks = self._asked(account, _VALIDATORS)
        known = self._known(account)
        return AccountFacts(
            exists=known is None or bool(known),
            enabled=None if not known else not known[0][0],
            last_set=None if not known or not known[0][1] else _moment(known[0][1]),
            lockout=LockoutPolicy(0 if errors >= _NEVER_BLOCKS else int(errors), _UNTIL_LIFTED),
            notes=tuple(_notes([str(name) for (name,) in checks], bool(strict))),
        )

    def _known(self, account: Credential) -> Any:
        """(locked, last changed) of each account of that name; None without the right to read it."""
        wanted = str(account.options.get("host", "%"))
        try:
            return self._asked(account, _PRIVATE, (account.account, wanted))
        except NotTaken as failed:
            if failed.error.code != texts.RIGHTS.code:
                raise
            return None

    def _host_of(self, account: Credential) -> str:
        """Accounts are pairs of name and host; the option says which where there are several."""
        named = account.options.get("host")
        if named:
            return str(named)
        found = self._asked(account, "SELECT Host FROM mysql.global_priv WHERE User = %s", (account.account,))
        if len(found) != 1:
            known = texts.SEVERAL if found else texts.NO_ACCOUNT
            raise NotTaken(known.said_no(account.label, ", ".join(str(host) for (host,) in found)))
        return str(found[0][0])

    def _is_own(self, account: Credential) -> bool:
        return account.path == self._signer.path

    def _about(self, statement: str, account: Credential) -> tuple[str, tuple[str, ...]]:
        if not self._host:
            return f"{statement} CURRENT_USER()", ()
        return f"{statement} %s@%s", (account.account, self._host)

    def _set(self, account: Credential, to: str) -> None:
        statement, names = self._about("SET PASSWORD FOR", account)
        self._asked(account, f"{statement} = %s", (*names, to), sent=True)

    def _asked(
        self, account: Credential, statement: str, values: tuple[str, ...] = (), *, sent: bool = False
    ) -> Any:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall()
        except OperationalError as error:
            if broken(error):
                known = texts.REPLY_LOST if sent else texts.LOST
                raise NotTaken(known.unreachable(account.label, str(error.args[0])), sure=False) from None
            raise not_taken(error, account.label) from None
        except pymysql.MySQLError as error:
            raise not_taken(error, account.label) from None


_VALIDATORS = (
    "SELECT PLUGIN_NAME FROM information_schema.PLUGINS "
    "WHERE PLUGIN_TYPE = 'PASSWORD VALIDATION' AND PLUGIN_STATUS = 'ACTIVE' ORDER BY 1"
)
_PRIVATE = (
    "SELECT JSON_VALUE(Priv, '$.account_locked'), JSON_VALUE(Priv, '$.password_last_changed') "
    "FROM mysql.global_priv WHERE User = %s ORDER BY Host <> %s"
)


def _first_way(ways: str, target: str) -> tuple[str, str]:
    """The plugin and hash that SET PASSWORD will replace: the first that is a password."""
    if ways.startswith("BY PASSWORD "):
        return NATIVE, ways.split("'")[1]
    for each in ways.removeprefix("VIA ").split(" OR "):
        way = _WAY.match(each)
        if way is not None and way["plugin"] in (NATIVE, ED25519):
            return way["plugin"], way["hash"] or ""
    if not ways:
        return NATIVE, ""
    raise NotTaken(texts.PLUGIN.said_no(target, ways.split(" USING ")[0][:60]))


def _notes(validators: list[str], strict: bool) -> list[Text]:
    if not validators or not strict:
        return []
    names = ", ".join(validators)
    return [
        Text(
            f"the server checks passwords in clear text ({names}) and will refuse a hash: "
            "set strict_password_validation = OFF",
            f"サーバが平文のパスワード検査 ({names}) を求めるため、ハッシュは拒否されます: "
            "strict_password_validation = OFF に設定してください",
        )
    ]


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(int(str(stamp)), timezone.utc) if str(stamp).isdecimal() else None


def _socket_to(path: str, seconds: float) -> socket.socket:
    """The library would leave a socket open that finds nobody listening."""
    way = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        way.settimeout(seconds)
        way.connect(path)
    except BaseException:
        way.close()
        raise
    return way


def _close(connection: Any) -> None:
    try:
        connection.close()
    except pymysql.MySQLError:
        connection._force_close()
