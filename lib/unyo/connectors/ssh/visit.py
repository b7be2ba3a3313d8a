"""One password exchanged on one server: the first session stays until a new one has logged on."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.connecting import Doors, NoSession, Stage
from unyo.connectors.ssh.proofs import Signer, by, prove
from unyo.connectors.ssh.session import Lost, Session
from unyo.connectors.ssh.ways import Answer, Way, open_way
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import Exchanged, Fate
from unyo.core.secret import Secret


@dataclass(frozen=True, slots=True)
class Opened:
    """An exchange with its secrets; ``signer`` signs on, with sudo where it needs and may use it."""

    credential: Credential
    signer: Credential
    sign_on: Secret
    new: Secret
    sudo: bool

    @property
    def target(self) -> str:
        return self.credential.label


def exchange(doors: Doors, opened: Opened) -> Exchanged:
    """Sign on, set, prove by a new connection; put back where the proof is a refusal."""
    try:
        with doors.session(opened.signer, opened.sign_on) as session:
            return _set(doors, session, opened)
    except NoSession as failed:
        if failed.stage is Stage.REFUSED:
            return Exchanged(Fate.WRONG_OLD, failed.error)
        return Exchanged(Fate.UNTOUCHED, failed.error)


def _set(doors: Doors, session: Session, opened: Opened) -> Exchanged:
    try:
        way = open_way(session, opened.credential.account, opened.sudo, opened.sign_on, opened.target)
    except Lost as lost:
        return Exchanged(Fate.UNTOUCHED, texts.LOST.unreachable(opened.target, str(lost)))
    if isinstance(way, UnyoError):
        return Exchanged(Fate.UNTOUCHED, way)
    try:
        put = way.put(opened.new)
    except Lost as lost:
        session.close()
        return _after_loss(doors, opened, str(lost))
    if put.answer is Answer.REFUSED:
        return Exchanged(Fate.REFUSED, put.error)
    if put.answer is Answer.UNSURE:
        return Exchanged(Fate.UNKNOWN, put.error)
    return _proven(doors, opened, way)


def _proven(doors: Doors, opened: Opened, way: Way) -> Exchanged:
    """The way is still open: what does not log on is taken back."""
    failed = _log_on(doors, opened)
    if failed is None:
        return Exchanged(Fate.VERIFIED, by=by(opened.credential))
    if failed.stage is not Stage.REFUSED:
        return Exchanged(Fate.SET, failed.error)
    try:
        back = way.put_back()
    except Lost:
        back = False
    if back:
        return Exchanged(Fate.REFUSED, texts.PUT_BACK.said_no(opened.target))
    return Exchanged(Fate.UNKNOWN, texts.NOT_PUT_BACK.said_no(opened.target))


def _after_loss(doors: Doors, opened: Opened, detail: str) -> Exchanged:
    """Sent, and no answer came: one log-on with the new one may still tell."""
    if _log_on(doors, opened) is None:
        return Exchanged(Fate.VERIFIED, by=by(opened.credential))
    return Exchanged(Fate.UNKNOWN, texts.REPLY_LOST.unreachable(opened.target, detail))


def _log_on(doors: Doors, opened: Opened) -> NoSession | None:
    signer = Signer(opened.signer, opened.sign_on)
    return prove(doors, opened.credential, opened.new, signer)
