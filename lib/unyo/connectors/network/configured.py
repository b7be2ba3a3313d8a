"""Devices whose passwords stand in their configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from unyo.connectors.network import texts
from unyo.connectors.network.account import Account
from unyo.connectors.network.doors import LineLost, LogonRefused, NotBegun
from unyo.connectors.network.exchanging import BY, exchange
from unyo.connectors.network.reading import facts_of, is_unsaved
from unyo.connectors.network.signing import SignOn
from unyo.connectors.network.syntax import Syntax
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchanged, Fate, Tried
from unyo.core.secret import Secret

Reply = TypeVar("Reply")


@dataclass(frozen=True, slots=True)
class Configured:
    """A driver of the table for one syntax."""

    syntax: Syntax

    def facts(self, signing: SignOn) -> AccountFacts | UnyoError:
        return _answered(signing, lambda: self._facts(signing), lambda error: error)

    def exchange(self, signing: SignOn, new: Secret) -> Exchanged:
        """A refused log-on of the account itself says that the books' old password is not in force."""
        own = Fate.UNTOUCHED if signing.login != signing.credential.account else Fate.WRONG_OLD

        def failed(error: UnyoError) -> Exchanged:
            return Exchanged(own if error.code == texts.LOGON else Fate.UNTOUCHED, error)

        return _answered(signing, lambda: exchange(Account(self.syntax, signing), new), failed)

    def attempt(self, signing: SignOn) -> Tried:
        def failed(error: UnyoError) -> Tried:
            wrong = error.code == texts.LOGON and signing.credential.role != "enable"
            return Tried(Logon.WRONG, BY) if wrong else Tried(None, BY, error)

        return _answered(signing, lambda: self._attempt(signing), failed)

    def _facts(self, signing: SignOn) -> AccountFacts | UnyoError:
        account = Account(self.syntax, signing)
        account.syntax.line(account.credential)
        with account.session() as session:
            if signing.credential.role == "enable" and not session.privileged:
                may = signing.old is not None and session.enable(signing.old)
            else:
                may = account.privileged(session)
            if not may:
                return texts.not_privileged(account.credential, signing.login)
            running, startup = account.running(session), account.startup(session)
            logons = session.ask(self.syntax.logons) if self.syntax.logons else []
            return facts_of(account, running, startup, logons)

    def _attempt(self, signing: SignOn) -> Tried:
        account = Account(self.syntax, signing)
        account.syntax.line(account.credential)
        if signing.credential.role == "enable":
            good = account.try_once(signing.old or signing.password)
            return Tried(Logon.ACCEPTED if good else Logon.WRONG, BY)
        accepted = Tried(Logon.ACCEPTED, BY)
        with account.session() as session:
            # It is accepted now, whatever comes of looking whether it is saved.
            try:
                if not session.privileged:
                    return accepted
                running, startup = account.running(session), account.startup(session)
                return replace(accepted, unsaved=is_unsaved(account, running, startup))
            except LineLost:
                return accepted


def _answered(signing: SignOn, work: Callable[[], Reply], failed: Callable[[UnyoError], Reply]) -> Reply:
    credential = signing.credential
    try:
        return work()
    except UnyoError as error:
        return failed(error)
    except LogonRefused:
        return failed(texts.logon_refused(credential, signing.login))
    except NotBegun as error:
        return failed(texts.not_answering(credential, str(error)))
    except LineLost as error:
        return failed(texts.line_lost(credential, str(error)))
