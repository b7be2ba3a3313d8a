"""What sets and tries the passwords of one kind of account: the questions, the answers, the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from unyo.core.credential import AccountKind, Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.secret import SecretRef
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """A system's own rule: ``threshold`` bad log-ons within ``window`` lock the account (0: never)."""

    threshold: int
    window: timedelta
    duration: timedelta | None = None

    @property
    def spare(self) -> int:
        """How many bad log-ons unyo may cause within one window.

        Less than half of what locks: the rest stays for people, and a clock that jumps cannot add up two windows.
        """
        return 5 if self.threshold == 0 else min(5, (self.threshold - 1) // 2)


@dataclass(frozen=True, slots=True)
class Use:
    """A place where an account's password is stored: it breaks there unless it is renewed in the same job.

    ``kind`` is service, task, pool or certificate; ``machine`` a serial number or device.
    """

    kind: str
    machine: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a system tells of an account; None where it does not tell.

    ``unseen`` says where nobody could look for uses: what runs there with the old password would break.
    """

    exists: bool = True
    enabled: bool | None = None
    locked: bool | None = None
    last_set: datetime | None = None
    bad_logons: int | None = None
    lockout: LockoutPolicy | None = None
    uses: tuple[Use, ...] = ()
    notes: tuple[Text, ...] = ()
    unseen: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One password to be replaced: ``old`` signs on, ``new`` is set. Both name exact versions.

    ``sign_on`` is the password of the ``via`` account where there is one. ``uses`` are renewed with it.
    """

    credential: Credential
    old: SecretRef | None
    new: SecretRef
    sign_on: SecretRef | None = None
    via: Credential | None = None
    uses: tuple[Use, ...] = ()


class Fate(StrEnum):
    """What is known of an exchange; only VERIFIED and the four certain ones end without a look."""

    VERIFIED = "verified"
    SET = "set"
    UNTOUCHED = "untouched"
    WRONG_OLD = "wrong_old"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How one exchange ended.

    VERIFIED: set, and a log-on with the new password worked (``by`` says how: ntlm, ssh, ldap bind …). SET:
    taken, the log-on could not be tried. UNTOUCHED: surely nothing was sent. WRONG_OLD: the old password was
    refused, nothing was set; one bad log-on. REFUSED: the target said no to the new one, the old one is in
    force. UNKNOWN: it was sent, and whether it was taken is unknown. ``error`` explains all but VERIFIED.
    """

    fate: Fate
    error: UnyoError | None = None
    by: str = ""
    facts: AccountFacts | None = None
    renewed: tuple[Use, ...] = ()
    not_renewed: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One log-on to be tried, with one exact version.

    ``via`` and ``sign_on`` as in an Exchange, for what can only be tried behind another log-on (``enable``);
    without them the ``via`` path of the credential is used, with its password in force.
    """

    credential: Credential
    password: SecretRef
    sign_on: SecretRef | None = None
    via: Credential | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a system said to a log-on; ``by`` is how it was tried. ``error``: it could not be tried at all.

    ``unsaved``: it works now, but a restart of the system would bring another password back; an exchange
    with this password as old and as new mends that.
    """

    logon: Logon | None
    by: str = ""
    error: UnyoError | None = None
    unsaved: bool = False


REFUSED_LOGONS = frozenset(
    {
        "appliances.logon",
        "database.logon",
        "directory.account.wrong",
        "network.logon",
        "ssh.logon",
        "terminals.logon",
    }
)
"""Codes with which hands say, asked for facts, that the very log-on was refused: another password is in force."""


class Hand(Protocol):
    """Sets and tries the passwords of one kind of account, many at once. It never guesses by itself.

    Everything is one answer per question, in order; an outside exception never leaves a hand.
    """

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        """Read the lock-out policy, the last-set time, where the password is stored; changes nothing.

        Only ``old``, ``sign_on`` and ``via`` of a question are looked at.
        """
        ...

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        """Set each new password and prove it by a log-on of its own.

        At most one log-on with ``old`` and one with ``new`` each. Where another session could put the old one
        back after a failed proof, the hand does so and answers REFUSED.
        """
        ...

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        """Exactly one log-on each, nothing else."""
        ...


class Hands(Protocol):
    """The hand of each kind of account."""

    def of(self, kind: AccountKind) -> Hand:
        """BadSetting where this installation has no such hand."""
        ...
