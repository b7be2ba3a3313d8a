"""One visit to one terminal: connect, do the errands one after the other, leave nothing open."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pypsrp.wsman import WSMan

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.carrier import connect
from unyo.connectors.winrm.envelope import pack
from unyo.connectors.winrm.faults import Again, Fault, explain, said_no
from unyo.connectors.winrm.lifeline import Lifeline
from unyo.connectors.winrm.logon_budget import LogonBudget
from unyo.connectors.winrm.options import SecretSource, WinrmSettings
from unyo.connectors.winrm.own_passwords import Opened
from unyo.connectors.winrm.probe import answers, reach
from unyo.connectors.winrm.scripts import Script
from unyo.connectors.winrm.session import RunspaceSession, Session, WinrsSession
from unyo.connectors.winrm.verdict import verdict
from unyo.core.errors import Refused, Unreachable, UnyoError
from unyo.core.secret import Secret
from unyo.core.terminal import Answer, Errand, Terminal

ATTEMPTS = 4
FIRST_WAIT = 1.0
LEAVING_SECONDS = 5.0
KERBEROS_SKEW_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Reach:
    """What all visits of one run share."""

    settings: WinrmSettings
    context: ssl.SSLContext | None
    password: Secret | None
    open_secret: SecretSource
    budget: LogonBudget

    def with_password(self, opened: Opened) -> Reach:
        """For one terminal; where the password is its own, what others refuse is no reason to stop."""
        budget = LogonBudget() if opened.own else self.budget
        return replace(self, password=opened.secret, budget=budget)


class Visit:
    """Errands on one terminal over one connection; a broken one is replaced by a new one.

    ``once``: nothing is sent a second time, and nobody logs on a second time.
    """

    def __init__(
        self, reach: Reach, script: Script, terminal: Terminal, timeout: float, *, once: bool = False
    ) -> None:
        self._reach = reach
        self._script = script
        self._terminal = terminal
        self._timeout = timeout
        self._once = once
        self._line = Lifeline()
        self._session: Session | None = None
        self.sent = False
        """Whether the last errand's script may have run."""

    def run(self, errands: Sequence[Errand]) -> list[Answer | UnyoError]:
        """One answer or error per errand; after a terminal could not be reached, the rest is not tried."""
        results: list[Answer | UnyoError] = []
        try:
            for errand in errands:
                lost = next((one for one in results if _ends_all(one)), None)
                results.append(lost or self.errand(errand))
        finally:
            self.leave()
        return results

    def errand(self, errand: Errand) -> Answer | UnyoError:
        ends = time.monotonic() + self._timeout
        wait = FIRST_WAIT
        for attempt in range(1, ATTEMPTS + 1):
            result = self._attempt(errand, ends)
            if not isinstance(result, Fault):
                return result
            in_time = time.monotonic() + wait < ends
            if attempt == ATTEMPTS or not in_time or not self._may_try_again(result, errand, attempt):
                return result.error
            time.sleep(wait)
            wait *= 2
        raise AssertionError("the last attempt returns")

    def _may_try_again(self, fault: Fault, errand: Errand, attempt: int) -> bool:
        if self._once:
            return False
        if fault.again is not Again.NOW:
            return fault.again is Again.LATER
        unknown = fault.error.code == texts.REPLY_LOST.code
        return attempt == 1 and (not unknown or self._script.may_repeat(errand.parameters))

    def _attempt(self, errand: Errand, ends: float) -> Answer | UnyoError | Fault:
        self.sent = False
        try:
            envelope = pack(self._script, errand, self._reach.open_secret)
            with self._line.within(ends - time.monotonic()):
                output = self._open().run(envelope)
                self.sent = True
        except UnyoError as error:
            return error
        except Exception as error:  # whatever the libraries raise must not reach a person
            return self._failed(error)
        if self._line.cut:  # it was over the moment that the answer came
            self._drop()
        secrets = [self._reach.open_secret(ref) for ref in errand.secrets.values()]
        if self._reach.password is not None:
            secrets.append(self._reach.password)
        return verdict(output, self._script, self._terminal, secrets)

    def _open(self) -> Session:
        if self._session is not None:
            return self._session
        settings, terminal, budget = self._reach.settings, self._terminal, self._reach.budget
        away = reach(terminal, terminal.port or settings.default_port, settings.connect_seconds)
        if away is not None:
            raise away
        budget.enter(terminal)
        ended = budget.left
        try:
            wsman = self._connection(self._line)
            session = RunspaceSession(wsman) if settings.protocol == "psrp" else WinrsSession(wsman)
            session.open()
            ended = budget.accepted
        except Exception as error:
            if self._explain(error, sent=False).logon:
                ended = budget.refused
            raise
        finally:
            ended()
        self._session = session
        return session

    def _failed(self, error: Exception) -> Fault:
        sent = self.sent = self._session is not None and self._session.sent
        fault = self._explain(error, sent)
        if self._line.cut:
            fault = Fault(self._too_late(sent))
        self._drop()
        return fault

    def _explain(self, error: Exception, sent: bool) -> Fault:
        fault = explain(error, self._terminal, sent=sent)
        skew = self._line.skew_seconds
        if (
            fault.logon
            and self._reach.settings.authentication != "ntlm"
            and abs(skew) > KERBEROS_SKEW_SECONDS
        ):
            return Fault(said_no(texts.KERBEROS_CLOCK, self._terminal, f"{skew:+.0f} s"))
        return fault

    def _drop(self) -> None:
        self._session = None
        self._line.end()
        self._line.close()
        self._line = Lifeline()

    def _too_late(self, sent: bool) -> Unreachable:
        """The deadline is over: what is left running there is ended over a new connection, if one is taken."""
        settings, terminal = self._reach.settings, self._terminal
        port = terminal.port or settings.default_port
        if not answers(terminal, port, settings.connect_seconds):
            state = "does not answer any more"
        elif self._session is None or self._ended_there(self._session):
            state = "answers; nothing is left running"
        else:
            state = "answers; the script may still be running"
        _, what, next_step = texts.REPLY_LOST if sent else texts.TIMEOUT
        detail = f"{self._timeout:g} s; port {port} {state}"
        return Unreachable(texts.TIMEOUT.code, what, next_step, target=terminal.name, detail=detail)

    def _ended_there(self, session: Session) -> bool:
        line = Lifeline()
        try:
            with line.within(LEAVING_SECONDS):
                session.close_over(self._connection(line))
        except Exception:
            return False
        finally:
            line.end()
            line.close()
        return True

    def _connection(self, line: Lifeline) -> WSMan:
        reach = self._reach
        return connect(reach.settings, reach.context, self._terminal, reach.password, line)

    def leave(self) -> None:
        """Close what is open; safe to call twice."""
        if self._session is not None:
            try:
                with self._line.within(LEAVING_SECONDS):
                    self._session.close()
            except Exception:
                self._session = None  # the terminal closes what was left open after a while
        self._session = None
        self._line.end()
        self._line.close()


def _ends_all(result: Answer | UnyoError) -> bool:
    """Whether nothing more is tried on this terminal: a refused log-on is never repeated in one run."""
    if isinstance(result, UnyoError):
        return isinstance(result, Unreachable | Refused) or result.code == texts.LOGON.code
    return False
