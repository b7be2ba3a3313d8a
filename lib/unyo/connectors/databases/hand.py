"""The hand of database accounts: core.hand.Hand over either database's door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from unyo.connectors.databases import fault_texts as texts
from unyo.connectors.databases.door import Door, NoSession, NotTaken, Session
from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

PARALLEL = 16

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Opened:
    """An exchange with its secrets; ``old`` is known where the account signs on by itself or was given."""

    account: Credential
    signer: Credential
    sign_on: Secret
    new: Secret
    old: Secret | None


class DatabaseHand:
    """Secrets are opened before the threads start: these never touch the ledger."""

    def __init__(self, open_secret: Callable[[SecretRef], Secret], door: Door) -> None:
        self._open = open_secret
        self._door = door

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        return _all(self._facts, [self._opened(each, new=False) for each in questions])

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        return _all(self._exchange, [self._opened(each, new=True) for each in exchanges])

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        return _all(self._attempt, [(each.credential, self._secret(each.password)) for each in trials])

    def _facts(self, opened: Opened | UnyoError) -> AccountFacts | UnyoError:
        if isinstance(opened, UnyoError):
            return opened
        try:
            with self._door.session(opened.signer, opened.sign_on) as session:
                return session.facts(opened.account)
        except (NoSession, NotTaken) as failed:
            return failed.error

    def _attempt(self, asked: tuple[Credential, Secret | UnyoError]) -> Tried:
        account, password = asked
        if isinstance(password, UnyoError):
            return Tried(None, self._door.by, password)
        try:
            with self._door.session(account, password):
                return Tried(Logon.ACCEPTED, self._door.by)
        except NoSession as failed:
            return Tried(failed.logon, self._door.by, failed.error if failed.logon is None else None)

    def _exchange(self, opened: Opened | UnyoError) -> Exchanged:
        if isinstance(opened, UnyoError):
            return Exchanged(Fate.UNTOUCHED, opened)
        try:
            with self._door.session(opened.signer, opened.sign_on) as session:
                return self._set(session, opened)
        except NoSession as failed:
            wrong = failed.logon is Logon.WRONG
            return Exchanged(Fate.WRONG_OLD if wrong else Fate.UNTOUCHED, failed.error)

    def _set(self, session: Session, opened: Opened) -> Exchanged:
        try:
            session.remember(opened.account, opened.old)
        except NotTaken as failed:
            return Exchanged(Fate.UNTOUCHED, failed.error)
        try:
            session.put(opened.account, opened.new)
        except NotTaken as failed:
            if failed.sure:
                return Exchanged(Fate.REFUSED, failed.error)
            # Sent, and no answer came: one log-on with the new one may still tell.
            if self._log_on(opened) is None:
                return Exchanged(Fate.VERIFIED, by=self._door.by)
            return Exchanged(Fate.UNKNOWN, failed.error)
        return self._proven(session, opened)

    def _proven(self, session: Session, opened: Opened) -> Exchanged:
        """The first session is still open: what does not log on is taken back."""
        failed = self._log_on(opened)
        if failed is None:
            return Exchanged(Fate.VERIFIED, by=self._door.by)
        if failed.logon is None:
            return Exchanged(Fate.SET, failed.error)
        try:
            back = session.put_back(opened.account)
        except NotTaken:
            back = False
        if back:
            return Exchanged(Fate.REFUSED, texts.PUT_BACK.said_no(opened.account.label, failed.error.code))
        return Exchanged(Fate.UNKNOWN, texts.NOT_PUT_BACK.said_no(opened.account.label, failed.error.code))

    def _log_on(self, opened: Opened) -> NoSession | None:
        try:
            with self._door.session(opened.account, opened.new):
                return None
        except NoSession as failed:
            return failed

    def _opened(self, asked: Exchange, *, new: bool) -> Opened | UnyoError:
        """Who signs on with which password; an error where that cannot be known."""
        own = asked.credential
        signer, ref = (own, asked.old) if asked.via is None else (asked.via, asked.sign_on or asked.via.ref)
        if ref is None:
            return texts.NO_PASSWORD.bad_setting(own.label)
        sign_on = self._secret(ref)
        wanted = self._secret(asked.new) if new else sign_on
        if isinstance(sign_on, UnyoError):
            return sign_on
        if isinstance(wanted, UnyoError):
            return wanted
        old = self._secret(asked.old) if new and asked.old is not None else None
        return Opened(own, signer, sign_on, wanted, None if isinstance(old, UnyoError) else old)

    def _secret(self, ref: SecretRef) -> Secret | UnyoError:
        try:
            return self._open(ref)
        except UnyoError as error:
            return error


def _all(one: Callable[[Asked], Answered], asked: Sequence[Asked]) -> list[Answered]:
    if not asked:
        return []
    with ThreadPoolExecutor(min(PARALLEL, len(asked)), "database") as pool:
        return list(pool.map(one, asked))
