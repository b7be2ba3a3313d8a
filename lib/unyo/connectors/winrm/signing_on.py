"""With which account, password and protocol a local account of a terminal is set or tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from unyo.connectors.winrm.options import WinrmSettings
from unyo.connectors.winrm.own_passwords import Opened
from unyo.connectors.winrm.visit import Reach
from unyo.core.credential import Credential
from unyo.core.errors import BadInput, UnyoError
from unyo.core.hand import Exchange
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Terminal
from unyo.core.text import Text

BUILT_IN = "*500"
"""The built-in administrator of a terminal, whatever it is called there."""
Passwords = Mapping[SecretRef, Secret | UnyoError]
Manager = Callable[[Sequence[Terminal]], Mapping[str, Opened | UnyoError]]


@dataclass(frozen=True, slots=True)
class SignOn:
    """``own``: with the very account that is to be set. ``given``: with one that the question names."""

    user: str
    opened: Opened
    own: bool = False
    given: bool = False

    def reach(self, shared: Reach) -> Reach:
        """How the terminal is reached with it."""
        return as_user(shared, self.user, self.opened.secret).with_password(self.opened)


def terminal_of(credential: Credential) -> Terminal:
    return Terminal(credential.system, credential.label, credential.address, credential.port)


def is_local(user: str) -> bool:
    name = user.removeprefix(".\\")
    return bool(name) and "@" not in name and "\\" not in name


def is_own(settings: WinrmSettings, credential: Credential) -> bool:
    """Whether unyo itself signs on to terminals with this account."""
    user = settings.user.removeprefix(".\\")
    return credential.account != BUILT_IN and (not user or user.casefold() == credential.account.casefold())


def as_user(shared: Reach, user: str, password: Secret | None) -> Reach:
    """A local account cannot use Kerberos, so it is never offered."""
    settings = shared.settings
    if password is not None and (is_local(user) or settings.transport == "certificate"):
        plain = "basic" if settings.transport == "basic" else "ntlm"
        settings = replace(settings, user=user, transport=plain)
    elif password is not None:
        settings = replace(settings, user=user)
    return replace(shared, settings=settings, password=password)


def needed(question: Exchange) -> list[SecretRef]:
    """The secrets that an exchange may need, to be opened in one go."""
    via = [question.sign_on or question.via.ref] if question.via is not None else []
    return [ref for ref in (question.old, *via) if ref is not None]


def sign_on(
    question: Exchange, settings: WinrmSettings, opened: Passwords, managers: Mapping[str, Opened | UnyoError]
) -> SignOn | UnyoError:
    """The account named in the question, the account itself, or the one of the settings."""
    if question.via is not None:
        here = question.via.system == question.credential.system
        ref = question.sign_on or question.via.ref
        return _with(question.via.account, opened[ref], own=here, given=True)
    if not is_own(settings, question.credential):
        manager = managers[question.credential.system]
        return SignOn(settings.user, manager) if isinstance(manager, Opened) else manager
    if question.old is None:
        return _no_password(question.credential)
    return _with(question.credential.account, opened[question.old], own=True)


def _with(user: str, secret: Secret | UnyoError, *, own: bool, given: bool = False) -> SignOn | UnyoError:
    """``own``: nobody else has this password; whoever was not given signs on to set himself."""
    if isinstance(secret, UnyoError):
        return secret
    return SignOn(user, Opened(secret, own=own), own=own and not given, given=given)


def _no_password(credential: Credential) -> BadInput:
    return BadInput(
        "passwords.windows.no_password",
        Text(
            "this account signs on by itself, and no password of it is known",
            "このアカウント自身でログオンしますが、パスワードが登録されていません",
        ),
        Text("give one: unyo passwords adopt", "登録: unyo passwords adopt"),
        target=credential.label,
    )
