"""FRR routers: who logs on at ``vtysh`` is a Linux account of the router, and so is its password.

FRR itself keeps no passwords of users. Its ``enable password`` guards only the Telnet ports of its daemons,
which unyo does not use: ``vtysh`` never asks for it. An account whose shell is vtysh cannot run passwd, so
another account (``via``: root, or one with sudo) sets it; shadow is on disk at once, nothing is to be saved.
"""

from __future__ import annotations

from dataclasses import replace

from unyo.connectors.network import texts
from unyo.connectors.network.signing import SignOn
from unyo.connectors.ssh.hand import LinuxHand
from unyo.connectors.ssh.options import SshSettings
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

_SIGN_ON, _NEW = SecretRef("sign-on"), SecretRef("new")


class RouterLogin:
    """The driver ``linux_vtysh``: the work is that of the Linux hand."""

    def facts(self, signing: SignOn) -> AccountFacts | UnyoError:
        error = _unfit(signing.credential)
        return error or _hand(signing).facts([_asked(signing)])[0]

    def exchange(self, signing: SignOn, new: Secret) -> Exchanged:
        error = _unfit(signing.credential)
        if error is not None:
            return Exchanged(Fate.UNTOUCHED, error)
        ended = _hand(signing, new).exchange([_asked(signing)])[0]
        # The password that was refused is that of the account that signs on.
        return replace(ended, fate=Fate.UNTOUCHED) if ended.fate is Fate.WRONG_OLD else ended

    def attempt(self, signing: SignOn) -> Tried:
        if signing.credential.role != "login":
            return Tried(None, error=texts.no_role(signing.credential, ["login"]))
        return _hand(signing).attempt([Trial(signing.credential, _SIGN_ON)])[0]


def _unfit(credential: Credential) -> UnyoError | None:
    if credential.role != "login":
        return texts.no_role(credential, ["login"])
    return None if credential.via else texts.no_via(credential)


def _asked(signing: SignOn) -> Exchange:
    via = replace(signing.credential, account=signing.login, path=signing.credential.via, via="")
    return Exchange(signing.credential, None, _NEW, sign_on=_SIGN_ON, via=via)


def _hand(signing: SignOn, new: Secret | None = None) -> LinuxHand:
    known = {_SIGN_ON: signing.password, _NEW: new or signing.password}
    given = signing.settings
    settings = SshSettings(
        connect_seconds=given.connect_seconds,
        logon_seconds=given.answer_seconds,
        answer_seconds=given.answer_seconds,
    )
    return LinuxHand(known.__getitem__, settings)
