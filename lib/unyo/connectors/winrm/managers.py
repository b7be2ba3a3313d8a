"""The account of the settings where it looks after other accounts: not tried again where it was refused."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.logon_budget import TRIES, stopped
from unyo.connectors.winrm.options import WinrmSettings
from unyo.connectors.winrm.own_passwords import Opened, TerminalPasswords
from unyo.connectors.winrm.signing_on import is_local, is_own, terminal_of
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret


class Managers:
    """Remembers for the life of the process what terminals said to it.

    The books keep no account of these log-ons: without this, many calls could add up to a lock-out.
    """

    def __init__(self, settings: WinrmSettings, passwords: TerminalPasswords) -> None:
        self._settings, self._passwords = settings, passwords
        self._lock = threading.Lock()
        self._proven: dict[str, Secret] = {}
        self._refused: dict[str, list[Secret]] = {}

    def of(self, credentials: Sequence[Credential]) -> Mapping[str, Opened | UnyoError]:
        """By serial number, where it is another account than the one in question."""
        others = {each.system: terminal_of(each) for each in credentials if not is_own(self._settings, each)}
        if self._settings.transport == "certificate":
            return {serial: Opened(None) for serial in others}
        try:
            opened = self._passwords.of(list(others.values()))
        except UnyoError as error:
            return dict.fromkeys(others, error)
        return {
            serial: stopped(others[serial])
            if isinstance(each, Opened) and self._is_refused(serial, each)
            else each
            for serial, each in opened.items()
        }

    def note(self, serial: str, opened: Opened, error: UnyoError | None) -> None:
        """What became of a log-on with it; an error that is not about the log-on says nothing."""
        if opened.secret is None:
            return
        with self._lock:
            if error is None:
                self._proven[serial] = opened.secret
                self._refused.pop(self._where(serial), None)
            elif error.code == texts.LOGON.code:
                self._proven.pop(serial, None)
                self._refused.setdefault(self._where(serial), []).append(opened.secret)

    def is_proven(self, serial: str, opened: Opened | UnyoError) -> bool:
        """Whether exactly this password has logged on there, and nothing was refused since."""
        if isinstance(opened, UnyoError):
            return False
        return opened.secret is None or self._proven.get(serial) == opened.secret

    def _is_refused(self, serial: str, opened: Opened) -> bool:
        refused = self._refused.get(self._where(serial), [])
        enough = 1 if self._is_of_terminal else TRIES
        return sum(each == opened.secret for each in refused) >= enough

    @property
    def _is_of_terminal(self) -> bool:
        return is_local(self._settings.user)

    def _where(self, serial: str) -> str:
        """A domain's account is one for all terminals."""
        return serial if self._is_of_terminal else ""
