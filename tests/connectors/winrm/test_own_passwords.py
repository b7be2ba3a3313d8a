"""Terminals that have a password of their own, among others that still share the first one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

import pytest

from support.hands import Drawer
from support.windows_hand import credential_of, open_many, settings_of
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.own_passwords import KeptPasswords
from unyo.connectors.winrm.signing_on import terminal_of
from unyo.core.errors import UnyoError
from unyo.core.password_books import Standing, Version
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.terminal import Answer, Errand
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = pytest.mark.xdist_group("password_fleet")
NEW = "Canary-own.0002"


@dataclass
class Books:
    """A vault and the books of a few terminals, and a count of the questions that were put to them."""

    fleet: FleetProcess
    drawer: Drawer = field(default_factory=Drawer)
    states: dict[str, SecretState] = field(default_factory=dict)
    questions: int = 0
    shared: int = 0

    @property
    def serials(self) -> list[str]:
        return [str(facts["serial"]) for facts in self.fleet.terminals]

    def path(self, serial: str) -> str:
        return f"passwords/windows/{serial}/{self.fleet.user}"

    def rotated(self, serial: str, *, known: str = NEW) -> None:
        """The terminal has its own password now, and the vault holds one for it."""
        self.fleet.order("password", serial, self.fleet.user, NEW)
        self.drawer.keep(SecretRef(self.path(serial)), Secret(known))

    def standing(self, paths: Collection[str]) -> dict[str, Standing]:
        self.questions += 1
        now = datetime.now(timezone.utc)
        return {
            path: Standing(path, tuple(Version(1, s, now) for p, s in self.states.items() if p == path))
            for path in paths
        }

    def terminals(self) -> WinrmTerminals:
        def opened(refs: Sequence[SecretRef]) -> dict[SecretRef, Secret | UnyoError]:
            self.questions += 1
            found: dict[SecretRef, Secret | UnyoError] = open_many(self.drawer)(refs)
            return found

        own = KeptPasswords(self.path, opened, self.standing)
        return WinrmTerminals(settings_of(self.fleet), self._shared, self.drawer.open, own)

    def _shared(self) -> Secret:
        self.shared += 1
        return self.fleet.password

    def ask(self, serials: Sequence[str], times: int = 1) -> list[Answer | UnyoError]:
        errands = [
            Errand(terminal_of(credential_of(self.fleet, serial)), {"parts": ["clock"]})
            for serial in serials
            for _ in range(times)
        ]
        return self.terminals().run("facts", errands, timeout=30)


@pytest.fixture
def books(lent_fleet: FleetProcess) -> Books:
    return Books(lent_fleet)


def codes(results: Sequence[Answer | UnyoError]) -> list[str]:
    return [result.code if isinstance(result, UnyoError) else "ok" for result in results]


def test_each_terminal_is_reached_with_its_own_or_with_the_shared_password(books: Books) -> None:
    for serial in books.serials[:3]:
        books.rotated(serial)
    assert codes(books.ask(books.serials)) == ["ok"] * 5
    assert (books.shared, books.questions) == (1, 2)


def test_the_shared_password_is_not_opened_where_nobody_needs_it(books: Books) -> None:
    books.rotated(books.serials[0])
    assert codes(books.ask(books.serials[:1])) == ["ok"]
    assert books.shared == 0


def test_own_passwords_that_are_wrong_stop_nobody_else(books: Books) -> None:
    for serial in books.serials:
        books.rotated(serial, known="Not-it.0001" if serial != books.serials[-1] else NEW)
    assert codes(books.ask(books.serials)) == ["terminals.logon"] * 4 + ["ok"]


def test_a_wrong_password_is_tried_once_however_many_errands_there_are(books: Books) -> None:
    serial = books.serials[0]
    books.rotated(serial, known="Not-it.0001")
    assert codes(books.ask([serial], times=4)) == ["terminals.logon"] * 4
    assert books.fleet.order("tries", serial, books.fleet.user)["refused"] == 1


@pytest.mark.parametrize("state", [SecretState.SEALED, SecretState.SET, SecretState.UNKNOWN])
def test_a_change_that_was_cut_off_is_named_and_not_guessed(books: Books, state: SecretState) -> None:
    serial = books.serials[0]
    books.fleet.order("password", serial, books.fleet.user, NEW)
    books.states[books.path(serial)] = state
    (error,) = books.ask([serial])
    assert isinstance(error, UnyoError)
    assert error.code == "terminals.logon"
    assert "passwords.rotate" in error.next_step.en
    assert books.fleet.order("tries", serial, books.fleet.user)["refused"] == 1


def test_where_no_known_password_works_none_is_tried(books: Books) -> None:
    serial = books.serials[0]
    books.states[books.path(serial)] = SecretState.TORN
    assert codes(books.ask([serial])) == ["terminals.password.torn"]
    assert books.fleet.order("tries", serial, books.fleet.user)["refused"] == 0
