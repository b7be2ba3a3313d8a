"""Where the vault's keys come from: a systemd credential, the starting environment, or a private file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.vault.cipher import Key
from unyo.vault.environment import ENVIRONMENT, take_from_environment
from unyo.vault.key_file import bad_key, keys_in, private_text

CREDENTIAL = "unyo-vault-key"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by age, newest first; new secrets are sealed with the first."""

    keys: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        return self.keys[0]

    def find(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)


class KeySource:
    """The keys of now: the key file is read again when it was replaced. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mark: object = None
        self._keyring: Keyring | None = None

    def __call__(self) -> Keyring:
        """The keyring; BadSetting where it cannot be had, even if it could a moment ago."""
        mark = "given" if keys_are_given() else _mark_of(self._file)
        if self._keyring is None or mark is None or mark != self._mark:
            self._keyring, self._mark = load_keyring(self._file), mark
        return self._keyring


def load_keyring(file: Path) -> Keyring:
    """The keys of a systemd credential, else of $UNYO_VAULT_KEY, else of the file; BadSetting."""
    given = take_from_environment()
    credential = credential_file()
    if credential is not None:
        return Keyring(keys_in(_credential_text(credential), str(credential)))
    if given is not None:
        return Keyring(keys_in(given, f"${ENVIRONMENT}"))
    return Keyring(keys_in(private_text(file), str(file)))


def _mark_of(file: Path) -> tuple[int, int, int] | None:
    """What is another one as soon as the file is another one; None where there is no file."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns


def keys_are_given() -> bool:
    """True where the keys come from outside, so that the key file is not what counts."""
    return credential_file() is not None or take_from_environment() is not None


def credential_file() -> Path | None:
    """The credential that systemd's LoadCredential= put there for this service."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / CREDENTIAL if folder else None
    return path if path is not None and path.is_file() else None


def _credential_text(path: Path) -> Secret:
    try:
        return Secret(path.read_text(encoding="ascii", errors="replace") or "-")
    except OSError as error:
        problem = Text("the vault's credential cannot be read", "保管庫の資格情報(credential)を読めません")
        raise bad_key(str(path), problem, error.strerror) from None
