"""The hand for password boxes, and the box's process as a test starts and directs it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

from unyo.core.credential import AccountKind, Credential
from unyo.core.directory import Logon
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Hand, LockoutPolicy, Trial, Tried, Use
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

T = TypeVar("T")
_ANSWERS = {"accepted": Logon.ACCEPTED, "wrong": Logon.WRONG, "locked": Logon.LOCKED}


class PasswordBox:
    """A box's process; gone with the ``with`` block. ``say`` is any of its words."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.password_box"],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> PasswordBox:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)

    def say(self, word: str, **values: Any) -> Any:
        return say(self.port, word, **values)


def say(port: int, word: str, **values: Any) -> Any:
    """One word on a connection of its own; ConnectionError where no answer comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        return _said(line, word, values)


def _said(line: socket.socket, word: str, values: dict[str, Any]) -> Any:
    line.sendall(json.dumps({"word": word, "values": values}).encode() + b"\n")
    answer = line.makefile("rb").readline()
    if not answer:
        raise ConnectionError("no answer")
    return json.loads(answer)


class BoxHand:
    """core.hand.Hand over a box; ``mark`` is told of every instant at which a kill may fall."""

    def __init__(
        self,
        port: int,
        open_secret: Callable[[SecretRef], Secret],
        mark: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._port, self._open, self._mark = port, open_secret, mark

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        return [_told(self._facts, each) for each in questions]

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        done = [_told(self._exchange, each) for each in exchanges]
        return [Exchanged(Fate.UNTOUCHED, each) if isinstance(each, UnyoError) else each for each in done]

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        done = [_told(self._attempt, each.credential, each.password) for each in trials]
        return [Tried(None, error=each) if isinstance(each, UnyoError) else each for each in done]

    def _facts(self, each: Exchange) -> AccountFacts | UnyoError:
        credential = each.credential
        try:
            told = say(
                self._port,
                "facts",
                system=credential.system,
                sign_on=self._sign_on(each),
                account=credential.account,
            )
        except ConnectionError:
            return _away(credential)
        if told == "absent":
            return AccountFacts(exists=False)
        if isinstance(told, str):
            return _no(credential, told)
        return AccountFacts(
            locked=told["locked"],
            last_set=datetime.fromtimestamp(told["last_set"], timezone.utc),
            bad_logons=told.get("bad"),
            lockout=LockoutPolicy(told["threshold"], timedelta(seconds=told["window"])),
            uses=tuple(Use(*use) for use in told["uses"]),
        )

    def _exchange(self, each: Exchange) -> Exchanged:
        credential = each.credential
        sign_on, new = self._sign_on(each), self._open(each.new)
        self._mark("before an exchange")
        try:
            line = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        except OSError:
            return Exchanged(Fate.UNTOUCHED, _away(credential))
        with line:
            try:
                _said(line, "hello", {"system": credential.system})
            except ConnectionError:
                return Exchanged(Fate.UNTOUCHED, _away(credential))
            values = {
                "system": credential.system,
                "sign_on": sign_on,
                "account": credential.account,
                "new": new.reveal(),
            }
            line.sendall(json.dumps({"word": "change", "values": values}).encode() + b"\n")
            self._mark("sent")
            answer = line.makefile("rb").readline()
        self._mark("answered")
        if not answer:
            return Exchanged(Fate.UNKNOWN, _away(credential))
        return self._proven(each, json.loads(answer))

    def _proven(self, each: Exchange, answer: str) -> Exchanged:
        if answer == "wrong":
            return Exchanged(Fate.WRONG_OLD, _no(each.credential, answer))
        if answer == "locked":
            return Exchanged(Fate.UNTOUCHED, _no(each.credential, answer))
        if answer == "refused":
            return Exchanged(Fate.REFUSED, _no(each.credential, "0000052D"))
        tried = self._attempt(each.credential, each.new)
        if tried.logon is Logon.ACCEPTED:
            stubborn = tuple(use for use in each.uses if use.kind == "stubborn")
            return Exchanged(Fate.VERIFIED, by="box", renewed=each.uses, not_renewed=stubborn)
        return Exchanged(Fate.SET, tried.error)

    def _attempt(self, credential: Credential, password: SecretRef) -> Tried:
        self._mark("before a log-on")
        try:
            answer = say(
                self._port,
                "logon",
                system=credential.system,
                account=credential.account,
                password=self._open(password).reveal(),
            )
        except ConnectionError:
            return Tried(None, error=_away(credential))
        self._mark("after a log-on")
        return Tried(_ANSWERS[answer], "box")

    def _sign_on(self, each: Exchange) -> list[str]:
        if each.via is not None and each.sign_on is not None:
            return [each.via.system, each.via.account, self._open(each.sign_on).reveal()]
        assert each.old is not None
        return [each.credential.system, each.credential.account, self._open(each.old).reveal()]


class OneHand:
    """core.hand.Hands with the same hand for every kind."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def of(self, kind: AccountKind) -> Hand:
        return self._hand


def _told(ask: Callable[..., T], *question: object) -> T | UnyoError:
    """One answer a question: a secret that does not open is the answer of that one alone."""
    try:
        return ask(*question)
    except UnyoError as error:
        return error


def _away(credential: Credential) -> Unreachable:
    return Unreachable(
        "box.away", Text("no answer", "応答なし"), Text("wait", "待つ"), target=credential.label
    )


def _no(credential: Credential, answer: str) -> TargetSaidNo:
    return TargetSaidNo(
        "ssh.logon" if answer == "wrong" else f"box.{answer}",
        Text(f"the box said {answer}", f"箱の応答: {answer}"),
        Text("look", "確認"),
        target=credential.label,
    )
