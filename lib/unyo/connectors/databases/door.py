"""What the hands of both databases share: a session that was logged on, and what can come of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts
from unyo.core.secret import Secret


@dataclass
class NoSession(Exception):
    """Why there is no session; ``logon`` is what the server said to the password, None where it was not tried."""

    error: UnyoError
    logon: Logon | None = None


@dataclass
class NotTaken(Exception):
    """The server did not take the new password; ``sure``: what was in force is in force."""

    error: UnyoError
    sure: bool = True


class Session(Protocol):
    """A log-on that is kept open while a new one proves the new password.

    All methods raise NotTaken; ``sure`` is False there where the connection broke.
    """

    def facts(self, account: Credential) -> AccountFacts: ...

    def remember(self, account: Credential, old: Secret | None) -> None:
        """Read whatever is needed to set it and to put it back; changes nothing."""
        ...

    def put(self, account: Credential, new: Secret) -> None: ...

    def put_back(self, account: Credential) -> bool:
        """Whether what was in force at ``remember`` is in force again."""
        ...


class Door(Protocol):
    """Opens sessions on one kind of database."""

    @property
    def by(self) -> str: ...

    def session(self, account: Credential, password: Secret) -> AbstractContextManager[Session]:
        """Exactly one log-on; NoSession where it fails."""
        ...
