"""The key file: one ``id:base64`` line per key, newest first, readable by its owner alone."""

from __future__ import annotations

import base64
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.vault.cipher import KEY_BYTES, Key

_LINE = re.compile(r"(?P<id>[A-Za-z0-9-]{1,40}):(?P<material>[A-Za-z0-9+/]{43}=)")


def keys_in(text: Secret, where: str) -> tuple[Key, ...]:
    """The keys, newest first; BadSetting that names the line and never quotes it."""
    found = _parsed(text)
    if isinstance(found, Text):
        raise bad_key(where, found)
    return found


def create_key_file(file: Path) -> Key:
    """Make a new file with one key, owner-only and on disk before it returns; never overwrites."""
    key = new_key()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        with _alone(file.parent):
            fresh = _write_fresh(file, (key,))
            try:
                os.link(fresh, file)
            finally:
                fresh.unlink()
    except FileExistsError:
        raise bad_key(str(file), Text("there is a key file already", "鍵ファイルがすでにあります")) from None
    except OSError as error:
        problem = Text("the key file cannot be written", "鍵ファイルを書き込めません")
        raise bad_key(str(file), problem, error.strerror) from error
    return key


def add_key(file: Path) -> Key:
    """Put a new newest key before the ones in the file; the file is replaced whole."""
    key = new_key()
    with _alone(file.parent):
        _replace(file, (key, *keys_in(private_text(file), str(file))))
    return key


def drop_keys_but(file: Path, kept: Collection[str]) -> list[str]:
    """Remove keys that seal nothing any more, never the newest; the ids of those that went."""
    with _alone(file.parent):
        old = keys_in(private_text(file), str(file))
        left = tuple(key for key in old if key is old[0] or key.id in kept)
        if left != old:
            _replace(file, left)
    return [key.id for key in old if key not in left]


def new_key() -> Key:
    material = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return Key(f"k{secrets.token_hex(4)}", Secret(material))


def private_text(file: Path) -> Secret:
    """The file's text; BadSetting where anybody but its owner could read or replace it."""
    try:
        folder = file.resolve().parent.stat()
        with file.open(encoding="ascii", errors="replace") as opened:
            facts = os.fstat(opened.fileno())
            text = Secret(opened.read() or "-")
    except OSError as error:
        problem = Text("the key file cannot be read", "鍵ファイルを読めません")
        raise bad_key(str(file), problem, error.strerror) from None
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        problem = Text("others may read the key file", "鍵ファイルを他のユーザが読める状態です")
        raise bad_key(str(file), problem, next_step=_run(f"chmod 600 {file}"))
    if facts.st_uid not in (os.geteuid(), 0):
        problem = Text("the key file belongs to another user", "鍵ファイルの所有者が違います")
        step = Text("run unyo as the file's owner", "ファイルの所有者で unyo を実行する")
        raise bad_key(str(file), problem, f"uid {facts.st_uid}", step)
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        problem = Text("others may write the key's folder", "鍵のフォルダに誰でも書き込めます")
        raise bad_key(str(file), problem, next_step=_run(f"chmod o-w {file.resolve().parent}"))
    return text


def bad_key(
    where: str, problem: Text, detail: str | None = None, next_step: Text | None = None
) -> BadSetting:
    usual = Text(
        "mend or restore the key; the first one is made by unyo init; sealed secrets are untouched",
        "鍵を直すか復元する。初回は unyo init で作成。封印済みの情報に影響はありません",
    )
    return BadSetting("vault.key", problem, next_step or usual, target=where, detail=detail)


def _run(command: str) -> Text:
    return Text(f"run: {command}", f"実行: {command}")


# Answers instead of raising: a traceback that shows local variables must not show a line of the file.
def _parsed(text: Secret) -> tuple[Key, ...] | Text:
    keys = []
    for number, line in enumerate((part.strip() for part in text.reveal().strip().splitlines()), 1):
        found = _LINE.fullmatch(line)
        if not found:
            return Text(f"line {number} is not a key", f"{number} 行目が鍵の形式ではありません")
        keys.append(Key(found["id"], Secret(found["material"])))
    if len({key.id for key in keys}) != len(keys):
        return Text("two keys have one name", "同じ名前の鍵が二つあります")
    return tuple(keys) or Text("there is no key in it", "鍵が入っていません")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else changes a key file in the folder meanwhile; what was changed is on disk at the end."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        problem = Text("the key's folder cannot be opened", "鍵のフォルダを開けません")
        raise bad_key(str(folder), problem, error.strerror) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(file: Path, keys: tuple[Key, ...]) -> None:
    try:
        real = file.resolve()
        _write_fresh(real, keys).replace(real)
    except OSError as error:
        problem = Text(
            "the key file cannot be replaced; it is as it was", "鍵ファイルを置換できません(元のままです)"
        )
        raise bad_key(str(file), problem, error.strerror) from error


def _write_fresh(file: Path, keys: tuple[Key, ...]) -> Path:
    """A complete new file beside ``file``, flushed to disk."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as written:
            written.writelines(f"{key.id}:{key.material.reveal()}\n" for key in keys)
            written.flush()
            os.fsync(written.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh
