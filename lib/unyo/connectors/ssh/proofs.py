"""Proving that a password is in force: by a log-on over SSH, or with su where SSH keeps the account out."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.connecting import Doors, NoSession, Stage
from unyo.connectors.ssh.session import Lost, Session
from unyo.core.credential import Credential
from unyo.core.secret import Secret

OPTION, SU, SSH = "log_on", "su", "ssh"
"""Option ``log_on: su``: root is often kept out by PermitRootLogin, and its password works all the same."""

_SU = """
LC_ALL=C
export LC_ALL
if [ "$(id -u)" = 0 ]; then echo unyo:root; exit 0; fi
exec su "$1" -c "echo unyo:in"
"""
_ANSWERS = (
    "unyo:in",
    "unyo:root",
    "password: ?",
    "failure|incorrect|denied|locked",
    "not found|no such|does not exist",
)
_IN, _ROOT, _ASKED, _REFUSED, _MISSING = range(5)


@dataclass(frozen=True, slots=True)
class Signer:
    """An account that may sign on, with its password."""

    account: Credential
    password: Secret


def by(account: Credential) -> str:
    """How a password of this account is proven."""
    return SU if account.options.get(OPTION) == SU else SSH


def prove(doors: Doors, account: Credential, password: Secret, signer: Signer | None) -> NoSession | None:
    """Exactly one log-on; None where it worked. ``signer`` is needed for su only."""
    try:
        if by(account) == SSH:
            with doors.session(account, password):
                return None
        if signer is None or signer.account.path == account.path:
            raise NoSession(texts.SU_NEEDS_VIA.bad_input(account.label), Stage.NOT_TRIED)
        with doors.session(signer.account, signer.password) as session:
            _switch(session, account, password)
            return None
    except NoSession as failed:
        # The signer's own refusal says nothing about this account's password.
        if by(account) == SU and failed.stage is Stage.REFUSED and failed.error.target != account.label:
            return NoSession(failed.error, Stage.NOT_TRIED)
        return failed


def _switch(session: Session, account: Credential, password: Secret) -> None:
    try:
        talk = session.start(_SU, account.account)
        place, said = talk.until(*_ANSWERS)
        if place == _ASKED:
            talk.tell(password)
            place, said = talk.until(*_ANSWERS)
    except Lost as lost:
        raise NoSession(texts.LOST_IN_LOGON.unreachable(account.label, str(lost)), Stage.UNSURE) from None
    if place == _IN:
        return
    if place == _REFUSED:
        raise NoSession(texts.LOGON.said_no(account.label), Stage.REFUSED)
    if place == _ROOT:
        raise NoSession(texts.SU_AS_ROOT.bad_input(account.label), Stage.NOT_TRIED)
    if place == _MISSING:
        raise NoSession(texts.NO_ACCOUNT.said_no(account.label), Stage.NOT_TRIED)
    raise NoSession(texts.NO_SHELL.said_no(account.label, " ".join(said.split())[-100:]), Stage.UNSURE)
