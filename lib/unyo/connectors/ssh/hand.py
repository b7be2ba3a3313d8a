"""The hand of Linux accounts: core.hand.Hand over SSH."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.account_facts import read_facts
from unyo.connectors.ssh.connecting import Doors, NoSession, Stage
from unyo.connectors.ssh.options import SecretSource, SshSettings
from unyo.connectors.ssh.proofs import SSH, SU, Signer, by, prove
from unyo.connectors.ssh.session import Lost
from unyo.connectors.ssh.visit import Opened, exchange
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.@\\-]*\$?")

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class LinuxHand:
    """Secrets are opened before the threads start: these never touch the ledger."""

    def __init__(self, open_secret: SecretSource, settings: SshSettings | None = None) -> None:
        self._open = open_secret
        self._settings = settings or SshSettings()
        self._doors = Doors(self._settings)

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        return self._all(self._facts, [(each, self._opened(each, new=False)) for each in questions])

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        return self._all(self._exchange, [(each, self._opened(each, new=True)) for each in exchanges])

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        asked = [(each, self._secret(each.password), self._signer(each)) for each in trials]
        return self._all(self._attempt, asked)

    def _facts(self, asked: tuple[Exchange, Opened | UnyoError]) -> AccountFacts | UnyoError:
        question, opened = asked
        if isinstance(opened, UnyoError):
            return opened
        try:
            turn, door = self._doors.turn(opened.signer), self._doors.session(opened.signer, opened.sign_on)
            with turn, door as session:
                account = question.credential.account
                return read_facts(session, account, opened.sudo, opened.sign_on, question.credential.label)
        except NoSession as failed:
            return failed.error
        except Lost as lost:
            return texts.LOST.unreachable(question.credential.label, str(lost))

    def _exchange(self, asked: tuple[Exchange, Opened | UnyoError]) -> Exchanged:
        _, opened = asked
        if isinstance(opened, UnyoError):
            return Exchanged(Fate.UNTOUCHED, opened)
        with self._doors.turn(opened.credential):
            return exchange(self._doors, opened)

    def _attempt(self, asked: tuple[Trial, Secret | UnyoError, Signer | UnyoError | None]) -> Tried:
        trial, password, signer = asked
        how = by(trial.credential)
        if isinstance(password, UnyoError):
            return Tried(None, how, password)
        if isinstance(signer, UnyoError):
            return Tried(None, how, signer)
        with self._doors.turn(trial.credential):
            failed = prove(self._doors, trial.credential, password, signer)
        if failed is None:
            return Tried(Logon.ACCEPTED, how)
        if failed.stage is Stage.REFUSED:
            return Tried(Logon.WRONG, how)
        return Tried(None, how, failed.error)

    def _signer(self, trial: Trial) -> Signer | UnyoError | None:
        """Who signs on for a try with su: the one that is named, else the account's own via."""
        own = trial.credential
        if by(own) == SSH or not (trial.via or own.via):
            return None
        via = trial.via or replace(own, account=own.via.rpartition("/")[2], path=own.via, via="")
        password = self._secret(trial.sign_on or SecretRef(via.path))
        return password if isinstance(password, UnyoError) else Signer(via, password)

    def _opened(self, asked: Exchange, *, new: bool) -> Opened | UnyoError:
        """Who signs on with which password; an error where that cannot be known or sent."""
        own = asked.credential
        signer, ref = (own, asked.old) if asked.via is None else (asked.via, asked.sign_on or asked.via.ref)
        for name in (own.account, signer.account):
            if not _NAME.fullmatch(name):
                return texts.ACCOUNT_NAME.bad_input(own.label)
        if new and by(own) == SU and (signer is own or signer.account == "root"):
            return (texts.SU_NEEDS_VIA if signer is own else texts.SU_AS_ROOT).bad_input(own.label)
        if ref is None:
            return texts.NO_PASSWORD.bad_input(own.label)
        sign_on = self._secret(ref)
        wanted = self._secret(asked.new) if new else sign_on
        if isinstance(sign_on, UnyoError):
            return sign_on
        if isinstance(wanted, UnyoError):
            return wanted
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in wanted.reveal()):
            return texts.PASSWORD_TEXT.bad_input(own.label)
        sudo = asked.via is not None or bool(own.options.get("sudo"))
        return Opened(own, signer, sign_on, wanted, sudo)

    def _secret(self, ref: SecretRef) -> Secret | UnyoError:
        try:
            return self._open(ref)
        except UnyoError as error:
            return error

    def _all(self, one: Callable[[Asked], Answered], asked: Sequence[Asked]) -> list[Answered]:
        if not asked:
            return []
        with ThreadPoolExecutor(min(self._settings.parallel, len(asked)), "ssh") as pool:
            return list(pool.map(one, asked))
