"""Which password signs on to which terminal: its own since a rotation, else the shared first one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from unyo.connectors.winrm.options import PasswordSource
from unyo.core.errors import NotFound, Refused, UnyoError
from unyo.core.password_books import Standing
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.terminal import Terminal
from unyo.core.text import Text

OpenMany = Callable[[Sequence[SecretRef]], Mapping[SecretRef, Secret | UnyoError]]


class OwnPasswords(Protocol):
    """The passwords that terminals have of their own."""

    def of(self, serials: Collection[str]) -> Mapping[str, Secret | UnyoError]:
        """By serial number; one that still has the shared password is missing. Few questions for many."""
        ...

    def unsettled(self, serials: Collection[str]) -> Collection[str]:
        """Those at which a change of the password was cut off and has not been looked at since."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """``own``: no other terminal has this password, so that a wrong one locks nobody out elsewhere."""

    secret: Secret | None
    own: bool = False


class TerminalPasswords:
    """The shared password is opened only where a terminal has none of its own."""

    def __init__(self, shared: PasswordSource, own: OwnPasswords | None = None) -> None:
        self._shared, self._own = shared, own

    def of(self, terminals: Sequence[Terminal]) -> dict[str, Opened | UnyoError]:
        """By serial number."""
        serials = [terminal.serial for terminal in terminals]
        own = self._own.of(serials) if self._own is not None else {}
        shared = Opened(self._shared()) if any(serial not in own for serial in serials) else None
        opened: dict[str, Opened | UnyoError] = {}
        for serial in serials:
            found = own.get(serial)
            if found is None:
                assert shared is not None
                opened[serial] = shared
            else:
                opened[serial] = Opened(found, own=True) if isinstance(found, Secret) else found
        return opened

    def unsettled(self, serials: Collection[str]) -> Collection[str]:
        return self._own.unsettled(serials) if self._own is not None and serials else ()


class KeptPasswords:
    """OwnPasswords out of the vault and the books, for one account that every terminal has."""

    def __init__(
        self,
        path_of: Callable[[str], str],
        open_many: OpenMany,
        standing: Callable[[Collection[str]], Mapping[str, Standing]],
    ) -> None:
        """``path_of`` gives the name under which a terminal's password is sealed, by serial number."""
        self._path_of, self._open_many, self._standing = path_of, open_many, standing

    def of(self, serials: Collection[str]) -> dict[str, Secret | UnyoError]:
        refs = {serial: SecretRef(self._path_of(serial)) for serial in serials}
        opened = self._open_many(list(refs.values()))
        found = {serial: opened[ref] for serial, ref in refs.items()}
        missing = {serial: refs[serial].path for serial, each in found.items() if isinstance(each, NotFound)}
        if not missing:
            return found
        standings = self._standing(list(missing.values()))
        for serial, path in missing.items():
            if _is_torn(standings[path]):
                found[serial] = _torn(serial)
            else:
                del found[serial]
        return found

    def unsettled(self, serials: Collection[str]) -> Collection[str]:
        paths = {serial: self._path_of(serial) for serial in serials}
        standings = self._standing(list(paths.values()))
        return {serial for serial, path in paths.items() if standings[path].open}


def _is_torn(standing: Standing) -> bool:
    return any(version.state is SecretState.TORN for version in standing.versions)


def _torn(serial: str) -> Refused:
    return Refused(
        "terminals.password.torn",
        Text(
            "not tried: none of the known passwords of this terminal works",
            "既知のパスワードがすべて一致しない端末のため、試行していません",
        ),
        Text(
            "set one at the terminal and take it over: unyo passwords adopt",
            "端末で再設定し、取り込む: unyo passwords adopt",
        ),
        target=serial,
    )
