"""One password on one terminal: set and renewed in one shot, proven by a fresh log-on, put back if that fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.password_answers import NOT_PUT_BACK, PERSON, PUT_BACK, refusal, said, uses_in
from unyo.connectors.winrm.proof import log_on
from unyo.connectors.winrm.scripts import Script
from unyo.connectors.winrm.signing_on import BUILT_IN, SignOn, as_user, terminal_of
from unyo.connectors.winrm.visit import Reach, Visit
from unyo.core.credential import Credential
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.hand import Exchange, Exchanged, Fate, Use
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Answer, Errand

SECONDS = 120.0
# The script was never begun, although something was sent.
_NOT_BEGUN = (texts.SWAPPED.code, texts.CONSTRAINED.code)


def ask(
    reach: Reach,
    script: Script,
    credential: Credential,
    parameters: Mapping[str, Any],
    secrets: Mapping[str, SecretRef] | None = None,
) -> Answer | UnyoError:
    """One errand with one log-on."""
    errand = Errand(terminal_of(credential), {"account": credential.account, **parameters}, secrets or {})
    return Visit(reach, script, errand.terminal, SECONDS, once=True).run([errand])[0]


@dataclass(frozen=True, slots=True)
class Setting:
    """One exchange under way."""

    shared: Reach
    script: Script
    exchange: Exchange
    signing: SignOn
    new: Secret

    def carry_out(self) -> Exchanged:
        visit = self._visit()
        try:
            answer = visit.errand(self._errand(self.exchange.new, self._old))
            if isinstance(answer, UnyoError):
                return (
                    self._cut_off(answer) if self._may_be_set(answer, visit) else self._unset(answer, visit)
                )
            return self._answered(answer, visit)
        finally:
            visit.leave()

    @property
    def _credential(self) -> Credential:
        return self.exchange.credential

    @property
    def _is_mending(self) -> bool:
        """The password is in force already: only where it is stored must be renewed."""
        return self.exchange.old == self.exchange.new

    @property
    def _old(self) -> SecretRef | None:
        """Change keeps what is encrypted with a password, but a wrong old one is a bad log-on: only where it
        has just let us in, or where a person would lose something."""
        old = self.exchange.old
        if old is None or not (self.signing.own or self._credential.role == PERSON):
            return None
        try:
            self.shared.open_secret(old)
        except UnyoError:
            return None
        return old

    def _visit(self) -> Visit:
        return Visit(
            self.signing.reach(self.shared), self.script, terminal_of(self._credential), SECONDS, once=True
        )

    def _errand(self, new: SecretRef, old: SecretRef | None, *, mode: str = "set") -> Errand:
        credential = self._credential
        mode = "renew" if self._is_mending else mode
        parameters = {
            "mode": mode,
            "account": credential.account,
            "own": self.signing.own,
            "careful": credential.role == PERSON,
            "laps": str(credential.options.get("laps", "")),
            "uses": [{"kind": use.kind, "name": use.name} for use in self._uses],
        }
        secrets = {"new": new} if old is None or mode == "renew" else {"new": new, "old": old}
        return Errand(terminal_of(credential), parameters, secrets)

    @property
    def _uses(self) -> tuple[Use, ...]:
        return tuple(use for use in self.exchange.uses if use.machine == self._credential.system)

    def _may_be_set(self, error: UnyoError, visit: Visit) -> bool:
        return visit.sent and error.code not in _NOT_BEGUN

    def _unset(self, error: UnyoError, visit: Visit) -> Exchanged:
        """Surely not set. Only the password that the question gave can be its wrong old one."""
        refused = error.code == texts.LOGON.code and not visit.sent
        wrong = refused and (self.signing.own or self.signing.given)
        return Exchanged(Fate.WRONG_OLD if wrong else Fate.UNTOUCHED, error)

    def _cut_off(self, error: UnyoError) -> Exchanged:
        """Sent, and no answer. Where nothing else depends on it, whoever asked finds out what is in force.

        Turned away in the midst of it: with Basic each message logs on, and the old password is not it any more.
        """
        account, turned_away = self._credential.account, error.code == texts.LOGON.code
        lost = turned_away or (self._uses and isinstance(error, Unreachable))
        if not lost or account == BUILT_IN:
            return Exchanged(Fate.UNKNOWN, error)
        if log_on(self._as_new(account), terminal_of(self._credential)) is not None:
            return Exchanged(Fate.UNKNOWN, error)
        # It is in force, but nobody knows whether the script came to renew it where it is stored.
        reach = self._as_new(account) if self.signing.own else self.signing.reach(self.shared)
        again = self._errand(self.exchange.new, None, mode="renew")
        return self._verified(Visit(reach, self.script, again.terminal, SECONDS, once=True).run([again])[0])

    def _answered(self, answer: Answer, visit: Visit) -> Exchanged:
        if not (self._is_mending or answer["done"]):
            return Exchanged(Fate.REFUSED, refusal(int(answer["number"]), self._credential.label))
        account = str(answer["name"])
        fault = log_on(self._as_new(account), terminal_of(self._credential), look_first=False)
        if fault is None:
            return self._verified(answer)
        if fault.logon:
            return self._put_back(visit)
        return replace(self._verified(answer), fate=Fate.SET, error=fault.error, by="")

    def _verified(self, answer: Answer | UnyoError) -> Exchanged:
        by, system = self._as_new(self._credential.account).settings.transport, self._credential.system
        if isinstance(answer, UnyoError):
            return Exchanged(Fate.VERIFIED, by=by, not_renewed=self._uses)
        renewed, left = (uses_in(answer.get(name), system) for name in ("renewed", "not_renewed"))
        return Exchanged(Fate.VERIFIED, by=by, renewed=renewed, not_renewed=left)

    def _put_back(self, visit: Visit) -> Exchanged:
        """The session of the old password is still open. Reset, for the change has just been refused a log-on."""
        if self.exchange.old is None or self._is_mending:
            return Exchanged(Fate.UNKNOWN, said(NOT_PUT_BACK, self._credential.label))
        answer = visit.errand(self._errand(self.exchange.old, None))
        back = not isinstance(answer, UnyoError) and bool(answer["done"])
        known = PUT_BACK if back else NOT_PUT_BACK
        return Exchanged(Fate.REFUSED if back else Fate.UNKNOWN, said(known, self._credential.label))

    def _as_new(self, account: str) -> Reach:
        return as_user(self.shared, account, self.new)
