"""What a plug-in for one type of appliance is: one file with one class, and four words for what went wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from unyo.core.credential import Credential
from unyo.core.hand import AccountFacts
from unyo.core.secret import Secret


class WrongPassword(Exception):
    """The device heard the password and said no. Nothing was changed."""


class Refused(Exception):
    """The device does not take the new password; the old one is in force. Never quote a password."""


class NotReached(Exception):
    """No password reached the device, nothing was changed."""


class Lost(Exception):
    """The new password was sent, and no answer came: nobody knows which one is in force."""


class Appliance(ABC):
    """One type of device. A method makes its own connection and leaves none behind.

    ``device`` has ``address``, ``port``, ``account``, ``role`` and ``options`` as the list of devices gives
    them. Any other exception than the four above counts as Lost in ``set`` and as NotReached elsewhere; only
    its type's name is kept. Call ``reveal()`` at the very line that sends.
    """

    by: ClassVar[str]
    """How a log-on is proven; stands in the books: ``snmp``, ``https``."""

    seconds: ClassVar[float] = 10
    """How long to wait for an answer where the device's option ``seconds`` does not say."""

    @abstractmethod
    def set(self, device: Credential, old: Secret, new: Secret) -> None:
        """Sign on with ``old`` (one log-on) and set ``new``; send it once, never again."""

    @abstractmethod
    def accepts(self, device: Credential, password: Secret) -> bool:
        """Exactly one log-on that changes nothing: True, or False where the device says no."""

    def save(self, device: Credential, password: Secret) -> None:
        """Make the proven password survive a restart, where that takes a step of its own."""
        return

    def facts(self, device: Credential, password: Secret) -> AccountFacts:
        """What the device tells of the account and of its lock-out rule; nothing, if this is left out."""
        return AccountFacts()
