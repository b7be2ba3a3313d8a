"""One log-on on one terminal, and what can be known of a refusal: WinRM itself only says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unyo.connectors.winrm.faults import Fault
from unyo.connectors.winrm.managers import Managers
from unyo.connectors.winrm.own_passwords import Opened
from unyo.connectors.winrm.password_answers import GONE, refusal
from unyo.connectors.winrm.password_exchange import ask
from unyo.connectors.winrm.proof import log_on
from unyo.connectors.winrm.scripts import Script
from unyo.connectors.winrm.signing_on import BUILT_IN, SignOn, as_user, terminal_of
from unyo.connectors.winrm.visit import Reach
from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import Trial, Tried
from unyo.core.secret import Secret
from unyo.core.terminal import Answer


@dataclass(frozen=True, slots=True)
class Trying:
    """``managers`` are the passwords of the account of the settings, for terminals where it is another one."""

    shared: Reach
    script: Script
    managers: Mapping[str, Opened | UnyoError]
    known: Managers

    def one(self, trial: Trial, secret: Secret) -> Tried:
        credential, name = trial.credential, trial.credential.account
        if name == BUILT_IN:
            told = self._told(credential)
            if isinstance(told, UnyoError):
                return Tried(None, error=told)
            if not told.get("exists"):
                return Tried(None, error=refusal(GONE, credential.label))
            name = str(told["name"])
        reach = as_user(self.shared, name, secret)
        return self._judged(log_on(reach, terminal_of(credential)), credential, reach.settings.transport)

    def _judged(self, fault: Fault | None, credential: Credential, by: str) -> Tried:
        if fault is None:
            return Tried(Logon.ACCEPTED, by)
        return Tried(self._why(credential), by) if fault.logon else Tried(None, by, fault.error)

    def _why(self, credential: Credential) -> Logon:
        """Locked or disabled, where another account can look; else no more is known than that it was refused."""
        manager = self.managers.get(credential.system)
        # Not for this: a wrong password of the manager's would be a bad log-on that nobody has noted.
        if manager is None or not self.known.is_proven(credential.system, manager):
            return Logon.WRONG
        told = self._told(credential)
        if isinstance(told, UnyoError) or not told.get("exists"):
            return Logon.WRONG
        if told["locked"]:
            return Logon.LOCKED
        return Logon.WRONG if told["enabled"] else Logon.DISABLED

    def _told(self, credential: Credential) -> Answer | UnyoError:
        manager = self.managers[credential.system]
        if isinstance(manager, UnyoError):
            return manager
        reach = SignOn(self.shared.settings.user, manager).reach(self.shared)
        answer = ask(reach, self.script, credential, {"mode": "facts"})
        self.known.note(credential.system, manager, answer if isinstance(answer, UnyoError) else None)
        return answer
