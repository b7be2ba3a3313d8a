"""Renewing the password with which unyo opens its own ledger; cut off anywhere, the ledger still opens.

The file holds the old one, then both, then the new one; the role changes while both stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from unyo.core.errors import Refused, TargetSaidNo, Unreachable
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.ledger.password_file import alone, passwords_in, write_passwords

_SECONDS = 10


def renew(database: Mapping[str, Any], make: Callable[[], Secret], seal: Callable[[Secret], None]) -> None:
    """``seal`` puts a copy into the vault before the role is touched.

    A renewal that was cut off is first brought to its end: whichever of the two lines works stays.
    """
    file = Path(database["PASSWORD_FILE"])
    with alone(file):
        old = settle(database)
        new = make()
        seal(new)
        write_passwords(file, [old, new])
        _alter(database, old, new)
        _prove(database, new)
        write_passwords(file, [new])


def settle(database: Mapping[str, Any]) -> Secret:
    """The password in force, alone in the file again; an UnyoError where none works, and nothing is changed."""
    file = Path(database["PASSWORD_FILE"])
    held = passwords_in(file)
    working = password_in_force(database)
    if len(held) > 1:
        write_passwords(file, [working])
    return working


def password_in_force(database: Mapping[str, Any]) -> Secret:
    """The line that opens the ledger; the candidate is asked first, for it is the younger one."""
    held = passwords_in(Path(database["PASSWORD_FILE"]))
    for password in reversed(held):
        if _opens(database, password):
            return password
    raise Unreachable(
        "ledger.password",
        Text(
            "the ledger opens with no password of the file",
            "パスワードファイルのどのパスワードでも台帳を開けません",
        ),
        Text(
            "is the server up? a copy of each password is sealed in the vault of the last backup (ledger/database)",
            "サーバの起動を確認する。各パスワードの控えは直近のバックアップの保管庫 (ledger/database) にあります",
        ),
        target=_shown(database),
    )


def _opens(database: Mapping[str, Any], password: Secret) -> bool:
    import psycopg

    try:
        with _connected(database, password) as connection:
            if not connection.pgconn.used_password:
                raise _not_asked(database)
            return True
    except psycopg.OperationalError:
        return False


def _alter(database: Mapping[str, Any], old: Secret, new: Secret) -> None:
    """The server gets a verifier, so that neither its log nor its memory of statements holds the password."""
    import psycopg
    from psycopg import sql

    try:
        with _connected(database, old) as connection:
            (role,) = connection.execute("SELECT current_user").fetchone() or ("",)
            verifier = connection.pgconn.encrypt_password(
                new.reveal().encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(verifier.decode())
                )
            )
    except psycopg.Error as error:
        # A lost reply: both lines stay in the file, and the next connection finds out.
        raise TargetSaidNo(
            "ledger.password.not_set",
            Text(
                "the server did not take the new password, or nobody knows; both stand in the file",
                "サーバが新しいパスワードを受け付けないか、結果が不明です。新旧ともファイルにあります",
            ),
            Text("run it again: it finds out which one works", "再実行する(有効な方を確認して続行します)"),
            target=_shown(database),
            detail=type(error).__name__,
        ) from None


def _prove(database: Mapping[str, Any], new: Secret) -> None:
    if not _opens(database, new):
        raise TargetSaidNo(
            "ledger.password.not_proven",
            Text(
                "the new password was set and does not open the ledger; both stand in the file",
                "新しいパスワードで台帳を開けません。新旧ともファイルにあります",
            ),
            Text("run it again: it finds out which one works", "再実行する(有効な方を確認して続行します)"),
            target=_shown(database),
        )


def _connected(database: Mapping[str, Any], password: Secret) -> Any:
    import psycopg

    named = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    given = {key: str(database[name]) for key, name in named.items() if database.get(name)}
    options = {**database.get("OPTIONS", {}), **given, "connect_timeout": _SECONDS}
    return psycopg.connect(password=password.reveal(), autocommit=True, **options)


def _not_asked(database: Mapping[str, Any]) -> Refused:
    return Refused(
        "ledger.password.not_asked",
        Text(
            "the server lets this role in without a password (trust, peer): there is nothing to renew",
            "サーバがパスワードなしで接続を許可しています (trust、peer)。更新するものがありません",
        ),
        Text(
            "set scram-sha-256 in pg_hba.conf, or drop ledger_password_file",
            "pg_hba.conf で scram-sha-256 にするか、ledger_password_file を外す",
        ),
        target=_shown(database),
    )


def _shown(database: Mapping[str, Any]) -> str:
    return f"{database.get('USER', '')}@{database.get('HOST', '')}/{database.get('NAME', '')}"
