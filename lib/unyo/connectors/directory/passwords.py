"""The hand of directory accounts: core.hand.Hand over LDAP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from unyo.connectors.directory import account_texts as texts
from unyo.connectors.directory.account_exchange import (
    Opened,
    enter,
    exchange,
    not_let_in,
    prove,
)
from unyo.connectors.directory.account_facts import facts_of, find
from unyo.connectors.directory.account_names import spellings
from unyo.connectors.directory.doors import Doors, Shared
from unyo.connectors.directory.options import DirectorySettings
from unyo.connectors.directory.uses import Nowhere, Places, Spellings
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

# A controller serialises writes; more connections only wait there.
PARALLEL = 6

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class DirectoryHand:
    """An account changes its own password, or is reset by its ``via`` account; both at one pinned controller.

    ``places`` finds and renews services, tasks and pools that run under the accounts. Secrets are opened
    before the threads start: these never touch the ledger.
    """

    def __init__(
        self,
        open_secret: Callable[[SecretRef], Secret],
        configured: Callable[[], DirectorySettings],
        places: Places | None = None,
    ) -> None:
        self._open = open_secret
        self._doors = Doors(configured)
        self._places = places or Nowhere()

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        shared = Shared(self._doors)
        opened = [self._opened(each, new=False) for each in questions]
        try:
            told = _all(lambda each: self._facts(shared, each), opened)
        finally:
            shared.close()
        return self._with_uses(told)

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        shared = Shared(self._doors)
        opened = [self._opened(each, new=True) for each in exchanges]
        try:
            return _all(lambda each: self._exchange(shared, each), opened)
        finally:
            shared.close()

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        opened = [(trial, self._secret(trial.password)) for trial in trials]
        return _all(self._attempt, opened)

    def _exchange(self, shared: Shared, asked: Opened | UnyoError) -> Exchanged:
        if isinstance(asked, UnyoError):
            return Exchanged(Fate.UNTOUCHED, asked)
        return exchange(self._doors, shared, self._places, asked)

    def _attempt(self, asked: tuple[Trial, Secret | UnyoError]) -> Tried:
        trial, password = asked
        if isinstance(password, UnyoError):
            return Tried(None, "ldap", password)
        return prove(self._doors, trial.credential, password)

    def _facts(self, shared: Shared, asked: Opened | UnyoError) -> tuple[AccountFacts, Spellings] | UnyoError:
        if isinstance(asked, UnyoError):
            return asked
        try:
            directory = enter(self._doors, shared, asked)
        except UnyoError as error:
            return not_let_in(asked, error).error or error
        try:
            entry = find(directory, asked.credential.account, asked.credential.label)
            told = facts_of(entry, directory.password_policy(entry.dn), directory.now())
            return told, spellings(directory, entry)
        except UnyoError as error:
            if error.code == "directory.account.gone":
                return AccountFacts(exists=False), ()
            return error
        finally:
            if asked.by_owner:
                directory.close()

    def _with_uses(
        self, told: Sequence[tuple[AccountFacts, Spellings] | UnyoError]
    ) -> list[AccountFacts | UnyoError]:
        """All accounts are looked for in one go: the terminals are many, the accounts few."""
        asked = [each[1] for each in told if not isinstance(each, UnyoError) and each[1]]
        found = iter(self._places.find(asked) if asked else [])
        answers: list[AccountFacts | UnyoError] = []
        for each in told:
            if isinstance(each, UnyoError):
                answers.append(each)
            elif not each[1]:
                answers.append(each[0])
            else:
                uses, unseen = next(found)
                answers.append(replace(each[0], uses=uses, unseen=unseen))
        return answers

    def _opened(self, asked: Exchange, *, new: bool) -> Opened | UnyoError:
        """Who signs on with which password; an error where that cannot be known."""
        own = asked.credential
        signer, ref = (own, asked.old) if asked.via is None else (asked.via, asked.sign_on)
        if ref is None:
            return texts.no_password(own.label)
        sign_on = self._secret(ref)
        wanted = self._secret(asked.new) if new else sign_on
        if isinstance(sign_on, UnyoError):
            return sign_on
        if isinstance(wanted, UnyoError):
            return wanted
        return Opened(own, signer, ref, sign_on, wanted, asked.uses)

    def _secret(self, ref: SecretRef) -> Secret | UnyoError:
        try:
            return self._open(ref)
        except UnyoError as error:
            return error


def _all(one: Callable[[Asked], Answered], asked: Sequence[Asked]) -> list[Answered]:
    if not asked:
        return []
    with ThreadPoolExecutor(min(PARALLEL, len(asked)), "directory") as pool:
        return list(pool.map(one, asked))
