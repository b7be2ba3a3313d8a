"""One password exchanged: the first session stays open until a second one has proven the new password."""

from __future__ import annotations

from collections.abc import Callable

from unyo.connectors.network import texts
from unyo.connectors.network.account import Account, Stored
from unyo.connectors.network.console import Console, DeviceRefused
from unyo.connectors.network.doors import LineLost
from unyo.connectors.network.reading import facts_of
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchanged, Fate
from unyo.core.secret import Secret

BY = "ssh"


def exchange(account: Account, new: Secret) -> Exchanged:
    """Raises what the first log-on raises; nothing was sent to be set then."""
    account.syntax.line(account.credential)
    account.syntax.check(account.credential, new, plain=False)
    with account.session() as session:
        return _Exchange(account, new, session).run()


class _Exchange:
    """Until ``_set`` nothing is changed; from then on every way out is accounted for."""

    def __init__(self, account: Account, new: Secret, session: Console) -> None:
        self._account, self._new, self._session = account, new, session
        self._credential = account.credential
        self._facts: AccountFacts | None = None

    def run(self) -> Exchanged:
        refused = self._sign_on()
        if refused is not None:
            return refused
        running = self._account.running(self._session)
        before = self._account.stored(running)
        self._facts = facts_of(self._account, running, self._account.startup(self._session), [])
        if before is None:
            if self._account.is_readable(running):
                return self._end(Fate.UNTOUCHED, texts.readable(self._credential))
            if not self._account.line.unset:
                return self._end(Fate.UNTOUCHED, texts.no_such_account(self._credential))
        return self._set(before)

    def _sign_on(self) -> Exchanged | None:
        """Privileged; for the secret of enable the old one is tried, once, where it is known."""
        account, session, old = self._account, self._session, self._account.signing.old
        if self._credential.role == "enable" and old is not None:
            if session.privileged:
                session.disable()
            if session.enable(old):
                return None
            return self._end(Fate.WRONG_OLD, texts.logon_refused(self._credential, "enable"))
        if account.privileged(session):
            return None
        return self._end(Fate.UNTOUCHED, texts.not_privileged(self._credential, account.signing.login))

    def _set(self, before: Stored | None) -> Exchanged:
        account, session = self._account, self._session
        try:
            account.set(session, self._new, before)
            now = account.stored(account.running(session))
        except DeviceRefused:
            return self._undo(before, lambda: texts.said_no(self._credential))
        except LineLost as error:
            return self._end(Fate.UNKNOWN, texts.line_lost(self._credential, str(error)))
        if now is None or now == before:
            return self._undo(before, lambda: texts.said_no(self._credential))
        if not account.proves(self._new):
            return self._undo(before, lambda: texts.put_back(self._credential, texts.NOT_PROVEN))
        return self._save(before, now)

    def _save(self, before: Stored | None, now: Stored) -> Exchanged:
        try:
            if self._account.save(self._session, now):
                return self._end(Fate.VERIFIED)
        except LineLost as error:
            return self._end(Fate.UNKNOWN, texts.line_lost(self._credential, str(error)))
        # What cannot be kept over a restart is worse than no change.
        return self._undo(before, lambda: texts.put_back(self._credential, texts.NOT_SAVED))

    def _undo(self, before: Stored | None, error: Callable[[], UnyoError]) -> Exchanged:
        """The session that is still open puts the former line back, and reads it."""
        if self._account.put_back(self._session, before):
            return self._end(Fate.REFUSED, error())
        return self._end(Fate.UNKNOWN, texts.unknown(self._credential, texts.NOT_PROVEN))

    def _end(self, fate: Fate, error: UnyoError | None = None) -> Exchanged:
        by = BY if fate is Fate.VERIFIED else ""
        return Exchanged(fate, error, by=by, facts=self._facts)
