"""The file with the ledger's password: one line in force, and while it is renewed the candidate below."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text

_MOST = 2


def passwords_in(file: Path) -> tuple[Secret, ...]:
    """One or two; BadSetting where others may read the file, or where it holds anything else."""
    try:
        with file.open(encoding="utf-8") as opened:
            facts = os.fstat(opened.fileno())
            lines = opened.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise _bad(file, "cannot be read", "読めません", detail) from None
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _bad(file, "may be read by others: chmod 600", "他のユーザが読める状態です (chmod 600)")
    if facts.st_uid not in (os.geteuid(), 0):
        raise _bad(file, "belongs to another user", "所有者が違います")
    if not 1 <= len(lines) <= _MOST or not all(lines):
        raise _bad(file, "must hold one line, the password", "パスワード1行だけの形式ではありません")
    return tuple(Secret(line) for line in lines)


def write_passwords(file: Path, passwords: Sequence[Secret]) -> None:
    """Replace the file whole; it is on disk before this returns."""
    owner = file.stat()
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            if os.geteuid() == 0:
                os.fchown(written.fileno(), owner.st_uid, owner.st_gid)
            written.write("".join(f"{password.reveal()}\n" for password in passwords))
            written.flush()
            os.fsync(written.fileno())
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise _bad(file, "cannot be written", "書き込めません", error.strerror) from None
    _sync(file.parent)


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else renews this password meanwhile."""
    try:
        handle = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _bad(file, "its folder cannot be opened", "フォルダを開けません", error.strerror) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in file.parent.glob(f".{file.name}.*"):
            left.unlink(missing_ok=True)  # by a process that was killed
        yield
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _bad(file: Path, en: str, ja: str, detail: str | None = None) -> BadSetting:
    return BadSetting(
        "ledger.password_file",
        Text(f"the file of the ledger's password {en}", f"台帳のパスワードファイル: {ja}"),
        Text(
            "mend it (ledger_password_file): docs/passwords.md",
            "ledger_password_file を直す: docs/passwords.ja.md",
        ),
        target=str(file),
        detail=detail,
    )
