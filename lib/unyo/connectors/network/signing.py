"""Who signs on at a device, with which passwords: everything a visit needs, opened before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unyo.connectors.network import texts
from unyo.connectors.network.doors import Door, NetworkSettings
from unyo.core.credential import Credential
from unyo.core.hand import Exchange, Trial
from unyo.core.secret import Secret, SecretRef

OpenSecret = Callable[[SecretRef], Secret]

ENABLE_OPTION = "enable"
"""An option of an account without privilege 15: where the device's secret for enable is sealed."""


@dataclass(frozen=True, slots=True)
class SignOn:
    """``login`` signs on with ``password``; ``old`` is the account's own password, or the one to be tried.

    ``enable`` is the device's secret for enable where the login is not privileged by itself.
    """

    credential: Credential
    login: str
    password: Secret
    old: Secret | None
    enable: Secret | None
    settings: NetworkSettings

    @property
    def door(self) -> Door:
        return Door(self.credential, self.login, self.settings)


@dataclass(frozen=True, slots=True)
class Signing:
    """Opens what an exchange or a trial names."""

    open: OpenSecret
    settings: NetworkSettings

    def of_exchange(self, asked: Exchange) -> SignOn:
        old = self.open(asked.old) if asked.old is not None else None
        return self._sign_on(asked.credential, asked.via, asked.sign_on, old)

    def of_trial(self, asked: Trial) -> SignOn:
        """A login is tried as itself, whoever sets it."""
        password = self.open(asked.password)
        if asked.credential.role == "enable":
            return self._sign_on(asked.credential, asked.via, asked.sign_on, password)
        credential = asked.credential
        return SignOn(credential, credential.account, password, password, None, self.settings)

    def _sign_on(
        self, credential: Credential, via: Credential | None, sign_on: SecretRef | None, old: Secret | None
    ) -> SignOn:
        login = credential.account
        if via is not None:
            login = via.account
        elif credential.via:
            login = credential.via.rpartition("/")[2]
        if sign_on is not None or credential.via:
            password = self.open(sign_on or SecretRef(credential.via))
        elif old is not None and credential.role != "enable":
            password = old
        else:
            raise texts.nothing_to_sign_on(credential)
        path = credential.options.get(ENABLE_OPTION)
        enable = self.open(SecretRef(str(path))) if path else None
        return SignOn(credential, login, password, old, enable, self.settings)
