"""Where the vault's keys come from: a private file, a systemd credential, or the starting environment."""

from __future__ import annotations

import base64
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.vault.cipher import KEY_BYTES, Key

ENVIRONMENT = "UNYO_VAULT_KEY"
CREDENTIAL = "unyo-vault-key"
_LINE = re.compile(r"(?P<id>[A-Za-z0-9-]{1,40}):(?P<material>[A-Za-z0-9+/=]{44})")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by age, newest first; new secrets are sealed with the first."""

    keys: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        return self.keys[0]

    def find(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)


def load_keyring(file: Path) -> Keyring:
    """Read the keys: a systemd credential first, then $UNYO_VAULT_KEY, then the file.

    The variable is taken out of the environment, so that no child process inherits it.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / CREDENTIAL).is_file():
        path = Path(credentials) / CREDENTIAL
        return parse_keys(path.read_text(encoding="ascii", errors="replace"), str(path))
    given = os.environ.pop(ENVIRONMENT, None)
    if given is not None:
        return parse_keys(given, f"${ENVIRONMENT}")
    return parse_keys(_private_text(file), str(file))


def parse_keys(text: str, where: str) -> Keyring:
    """One ``id:base64`` per line, newest first; BadSetting that never quotes the text."""
    keys = []
    for number, line in enumerate((part.strip() for part in text.strip().splitlines()), 1):
        found = _LINE.fullmatch(line)
        if not found:
            raise _bad(where, f"line {number} is not a key", f"{number} 行目が鍵の形式ではありません")
        keys.append(Key(found["id"], base64.b64decode(found["material"])))
    if not keys or any(len(key.material) != KEY_BYTES for key in keys):
        raise _bad(where, "there is no whole key in it", "完全な鍵がありません")
    if len({key.id for key in keys}) != len(keys):
        raise _bad(where, "two keys have one name", "同じ名前の鍵が二つあります")
    return Keyring(tuple(keys))


def create_key_file(file: Path) -> Key:
    """Make a new file with one key, owner-only and on disk before it returns; never overwrites."""
    key = _new_key()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    _write_new(file, _line_of(key))
    return key


def add_key(file: Path) -> Key:
    """Put a new newest key before the ones in the file; the file is replaced whole."""
    old = parse_keys(_private_text(file), str(file))
    key = _new_key()
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh, "".join(_line_of(each) for each in (key, *old.keys)))
    fresh.replace(file)
    return key


def drop_keys_but(file: Path, kept: set[str]) -> list[str]:
    """Remove keys that seal nothing any more; their ids."""
    old = parse_keys(_private_text(file), str(file))
    gone = [key.id for key in old.keys[1:] if key.id not in kept]
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh, "".join(_line_of(key) for key in old.keys if key.id not in gone))
    fresh.replace(file)
    return gone


def _new_key() -> Key:
    return Key(f"k{secrets.token_hex(4)}", secrets.token_bytes(KEY_BYTES))


def _line_of(key: Key) -> str:
    return f"{key.id}:{base64.b64encode(key.material).decode()}\n"


def _write_new(file: Path, text: str) -> None:
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


def _private_text(file: Path) -> str:
    try:
        facts = file.stat()
        folder = file.resolve().parent.stat()
        text = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise _bad(
            str(file), "the key file cannot be read", "鍵ファイルを読めません", str(error.strerror)
        ) from error
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _bad(
            str(file), "others may read the key file", "鍵ファイルを他のユーザが読める状態です", "chmod 600"
        )
    if facts.st_uid not in (os.geteuid(), 0):
        raise _bad(str(file), "the key file belongs to another user", "鍵ファイルの所有者が違います", "chown")
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        raise _bad(
            str(file), "others may write the key's folder", "鍵のフォルダに誰でも書き込めます", "chmod o-w"
        )
    return text


def _bad(where: str, en: str, ja: str, detail: str = "") -> BadSetting:
    return BadSetting(
        "vault.key",
        Text(en, ja),
        Text(
            "mend or restore the key; make the first one with unyo init; sealed secrets are untouched",
            "鍵を直すか復元する。初回は unyo init で作成。封印済みの情報に影響はありません",
        ),
        target=where,
        detail=detail or None,
    )
