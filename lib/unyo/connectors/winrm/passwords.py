"""The hand of local Windows accounts: one script sets and renews, a log-on of its own proves, a thread each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from ssl import SSLContext
from typing import TypeVar, overload

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.carrier import tls_context
from unyo.connectors.winrm.logon_budget import LogonBudget
from unyo.connectors.winrm.managers import Managers
from unyo.connectors.winrm.options import PasswordSource, WinrmSettings
from unyo.connectors.winrm.own_passwords import OpenMany, OwnPasswords, TerminalPasswords
from unyo.connectors.winrm.password_answers import MANAGER, facts_in, said
from unyo.connectors.winrm.password_exchange import Setting, ask
from unyo.connectors.winrm.password_trial import Trying
from unyo.connectors.winrm.scripts import ScriptShelf
from unyo.connectors.winrm.signing_on import SignOn, needed, sign_on
from unyo.connectors.winrm.visit import Reach
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

SCRIPT = "password"
WIDER = 2
"""A plan asks for all facts in one call, where a job's exchanges come in two batches at a time."""
A = TypeVar("A")


class WindowsHand:
    """core.hand.Hand. All secrets of a call are opened before its first thread begins."""

    def __init__(
        self,
        settings: WinrmSettings,
        open_many: OpenMany,
        password: PasswordSource,
        own: OwnPasswords | None = None,
    ) -> None:
        """``password`` and ``own`` are those of the account with which terminals are reached."""
        self._settings = settings
        self._open_many = open_many
        self._managers = Managers(settings, TerminalPasswords(password, own))
        self._shelf = ScriptShelf(settings.scripts)

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        """One log-on and one script each."""
        opened, signed = self._ready(questions, with_new=False)
        shared = self._shared(opened)

        def one(place: int) -> AccountFacts | UnyoError:
            question, signing = questions[place], signed[place]
            if isinstance(signing, UnyoError):
                return signing
            reach = signing.reach(shared)
            answer = ask(reach, self._shelf.take(SCRIPT), question.credential, {"mode": "facts"})
            if isinstance(answer, UnyoError):
                return self._noted(question, signing, answer)
            self._noted(question, signing, None)
            return facts_in(answer, question.credential)

        return self._all(one, len(questions), self._settings.parallel * WIDER)

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        """Nothing waits for another terminal: each is set and proven by one thread."""
        opened, signed = self._ready(exchanges, with_new=True)
        shared = self._shared(opened)

        def one(place: int) -> Exchanged:
            exchange, signing, new = exchanges[place], signed[place], opened[exchanges[place].new]
            if isinstance(signing, UnyoError):
                return Exchanged(Fate.UNTOUCHED, signing)
            if isinstance(new, UnyoError):
                return Exchanged(Fate.UNTOUCHED, new)
            done = Setting(shared, self._shelf.take(SCRIPT), exchange, signing, new).carry_out()
            if done.fate is not Fate.UNTOUCHED or done.error is None:
                self._noted(exchange, signing, None)
                return done
            return replace(done, error=self._noted(exchange, signing, done.error))

        return self._all(one, len(exchanges))

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        opened = self._opened([trial.password for trial in trials])
        managers = self._managers.of([trial.credential for trial in trials])
        trying = Trying(self._shared(opened), self._shelf.take(SCRIPT), managers, self._managers)

        def one(place: int) -> Tried:
            secret = opened[trials[place].password]
            if isinstance(secret, UnyoError):
                return Tried(None, error=secret)
            return trying.one(trials[place], secret)

        return self._all(one, len(trials))

    def _ready(
        self, questions: Sequence[Exchange], *, with_new: bool
    ) -> tuple[Mapping[SecretRef, Secret | UnyoError], list[SignOn | UnyoError]]:
        refs = [ref for question in questions for ref in needed(question)]
        opened = self._opened([*refs, *(question.new for question in questions if with_new)])
        managers = self._managers.of([question.credential for question in questions if question.via is None])
        return opened, [sign_on(question, self._settings, opened, managers) for question in questions]

    def _opened(self, refs: Sequence[SecretRef]) -> Mapping[SecretRef, Secret | UnyoError]:
        return self._open_many(list(dict.fromkeys(refs))) if refs else {}

    @overload
    def _noted(self, question: Exchange, signing: SignOn, error: UnyoError) -> UnyoError: ...
    @overload
    def _noted(self, question: Exchange, signing: SignOn, error: None) -> None: ...
    def _noted(self, question: Exchange, signing: SignOn, error: UnyoError | None) -> UnyoError | None:
        """Remember what a terminal said to unyo's own account, which signed on to look after another.

        Its refusal says nothing about the other account's password, and must not read as if it did.
        """
        if signing.own or signing.given:
            return error
        self._managers.note(question.credential.system, signing.opened, error)
        is_refused = error is not None and error.code == texts.LOGON.code
        return said(MANAGER, question.credential.label) if is_refused else error

    def _shared(self, opened: Mapping[SecretRef, Secret | UnyoError]) -> Reach:
        """What all threads of a call share; they find secrets here, never in the vault."""
        self._settings.check()

        def from_opened(ref: SecretRef) -> Secret:
            secret = opened[ref]
            if isinstance(secret, UnyoError):
                raise secret
            return secret

        return Reach(self._settings, self._context, None, from_opened, LogonBudget())

    @cached_property
    def _context(self) -> SSLContext | None:
        return tls_context(self._settings)

    def _all(self, one: Callable[[int], A], count: int, width: int = 0) -> list[A]:
        """``one`` for each place, in order."""
        if not count:
            return []
        width = min(width or self._settings.parallel, count)
        with ThreadPoolExecutor(width, "password") as pool:
            return list(pool.map(one, range(count)))
