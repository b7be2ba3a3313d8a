"""What Windows LAPS (or the older one) keeps of a machine in the directory, as far as it may be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from unyo.core.directory import Directory, Entry
from unyo.core.dn import escape_filter
from unyo.core.errors import NotFound, TargetSaidNo
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.core.ticks import instant_of

CLEAR, ENCRYPTED, EXPIRES = "msLAPS-Password", "msLAPS-EncryptedPassword", "msLAPS-PasswordExpirationTime"
OLD_CLEAR, OLD_EXPIRES = "ms-Mcs-AdmPwd", "ms-Mcs-AdmPwdExpirationTime"
_HEAD = 16
"""msLAPS-EncryptedPassword begins with two halves of a FILETIME (upper first), a length and four zero bytes."""


@dataclass(frozen=True, slots=True)
class Laps:
    """``source`` is windows, encrypted, legacy or none; ``password`` only where it may be read in clear."""

    machine: str
    source: str
    account: str = ""
    updated: datetime | None = None
    expires: datetime | None = None
    password: Secret | None = None

    @property
    def state(self) -> Text:
        return _STATES[
            "unreadable" if self.source in ("windows", "legacy") and self.password is None else self.source
        ]


_STATES = {
    "windows": Text("kept by Windows LAPS, may be read", "Windows LAPS が管理(参照可)"),
    "legacy": Text("kept by the older Microsoft LAPS, may be read", "旧 Microsoft LAPS が管理(参照可)"),
    "encrypted": Text(
        "kept by Windows LAPS, encrypted to a group of the domain: it cannot be read here",
        "Windows LAPS が管理(暗号化済み)。unyo からは復号できません",
    ),
    "unreadable": Text(
        "kept by LAPS, but unyo's account may not read the password",
        "LAPS が管理していますが、unyo のアカウントに参照権限がありません",
    ),
    "none": Text("LAPS keeps nothing of this machine", "LAPS の管理対象ではありません"),
}


def read_laps(directory: Directory, machine: str) -> Laps:
    """The machine by its name (with or without domain); attributes that the schema lacks are simply absent."""
    short = machine.partition(".")[0]
    names = [CLEAR, ENCRYPTED, EXPIRES, OLD_CLEAR, OLD_EXPIRES, "cn"]
    wanted = f"(&(objectCategory=computer)(sAMAccountName={escape_filter(short)}$))"
    found = list(directory.search(directory.base_dn, wanted, names))
    if len(found) != 1:
        raise NotFound(
            "laps.machine",
            Text("the directory has no such machine", "ディレクトリにこの端末はありません"),
            Text("give the computer's name", "コンピュータ名で指定する"),
            target=machine,
        )
    return _laps(found[0].first("cn") or short, found[0])


def _laps(name: str, entry: Entry) -> Laps:
    expires = instant_of(int(entry.first(EXPIRES) or 0))
    clear = entry.first(CLEAR)
    if clear is not None:
        return _windows(name, clear, expires)
    encrypted = entry.first(ENCRYPTED)
    if encrypted is not None:
        return Laps(name, "encrypted", updated=_stamp(encrypted), expires=expires)
    old, old_expires = entry.first(OLD_CLEAR), instant_of(int(entry.first(OLD_EXPIRES) or 0))
    if old is not None or old_expires is not None:
        # The older one keeps no name: it is the built-in administrator, whatever that is called there.
        return Laps(name, "legacy", expires=old_expires, password=Secret(old) if old else None)
    return Laps(name, "windows" if expires is not None else "none", expires=expires)


def _windows(name: str, clear: str, expires: datetime | None) -> Laps:
    """``{"n": account, "t": FILETIME in hexadecimal, "p": password}``."""
    try:
        held = json.loads(clear)
        account, password = str(held["n"]), Secret(held["p"])
        updated = instant_of(int(held["t"], 16))
    except (ValueError, KeyError, TypeError):
        raise TargetSaidNo(
            "laps.form",
            Text("what LAPS keeps has an unknown form", "LAPS の値の形式を解釈できません"),
            Text("look at the attribute in the directory", "ディレクトリの属性を確認する"),
            target=name,
        ) from None
    return Laps(name, "windows", account, updated, expires, password)


def _stamp(encrypted: str) -> datetime | None:
    """When it was stored; the head is not encrypted."""
    raw = encrypted.encode("utf-8", "surrogateescape")
    if len(raw) < _HEAD:
        return None
    upper, lower = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:8], "little")
    return instant_of(upper << 32 | lower)
