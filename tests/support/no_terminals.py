"""The half of the Tools that account runbooks have no business with."""

from __future__ import annotations

from unyo.core.baseline import Baselines
from unyo.core.checkout import Checkouts
from unyo.core.desk import Verifications
from unyo.core.hand import Hands
from unyo.core.own_secrets import OwnSecrets
from unyo.core.password_books import Credentials
from unyo.core.playbook import Playbooks
from unyo.core.proof import Witness
from unyo.core.terminal import Assets, Terminals


class NoTerminals:
    """Whoever asks for terminals here has lost his way."""

    @property
    def assets(self) -> Assets:
        raise AssertionError("accounts are no assets")

    @property
    def terminals(self) -> Terminals:
        raise AssertionError("accounts are not on terminals")

    @property
    def playbooks(self) -> Playbooks:
        raise AssertionError("accounts are played by no playbook")

    @property
    def baselines(self) -> Baselines:
        raise AssertionError("accounts keep no baseline")

    @property
    def credentials(self) -> Credentials:
        raise AssertionError("no password of the books is needed here")

    @property
    def hands(self) -> Hands:
        raise AssertionError("no password of the books is set here")

    @property
    def checkouts(self) -> Checkouts:
        raise AssertionError("nobody holds a password here")

    @property
    def witness(self) -> Witness:
        raise AssertionError("nothing is proven here")

    @property
    def verifications(self) -> Verifications:
        raise AssertionError("nobody is verified here")

    @property
    def own_secrets(self) -> OwnSecrets:
        raise AssertionError("unyo's own secrets are not at stake here")
