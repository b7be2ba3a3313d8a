"""What unyo asks of a directory server: read entries, write entries, try a log-on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal, Protocol

from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

Scope = Literal["base", "one", "subtree"]
POLICY_HINTS = ("1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066")
"""LDAP_SERVER_POLICY_HINTS_OID and its deprecated forerunner: a reset is held to the history as well."""
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read: only attributes that were asked for and are present.

    Attribute names are spelled as they were asked for. Binary values (objectGUID, objectSid) come as
    their usual text forms.
    """

    dn: str
    attributes: Mapping[str, Values]

    def first(self, name: str) -> str | None:
        values = self.attributes.get(name, ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Add:
    """Make an entry; a password is set in the same request."""

    dn: str
    attributes: Mapping[str, Values]
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class Modify:
    """Change only the named attributes of an entry; replacing with no values removes the attribute.

    ``add`` and ``remove`` name single values; adding a value that is there and removing one that is
    not are no errors (the permissive modify control). ``password`` alone is a reset; with
    ``old_password`` it is a change by its owner, which history and minimum age bind. ``keep_history``
    asks that a reset is held to the history too, where the directory offers that (see DirectoryFacts).
    """

    dn: str
    replace: Mapping[str, Values] = field(default_factory=dict)
    add: Mapping[str, Values] = field(default_factory=dict)
    remove: Mapping[str, Values] = field(default_factory=dict)
    password: Secret | None = None
    old_password: Secret | None = None
    keep_history: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Give an entry a new relative name, a new parent, or both."""

    dn: str
    new_rdn: str
    new_parent: str | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a leaf entry."""

    dn: str


Write = Add | Modify | Move | Delete


class Logon(StrEnum):
    """What the directory says to a person's name and password."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    MUST_CHANGE = "must_change"
    DISABLED = "disabled"
    LOCKED = "locked"
    EXPIRED = "expired"
    PASSWORD_EXPIRED = "password_expired"


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """The rules for passwords; a lockout threshold of 0 means accounts never lock.

    ``lockout_duration`` None: until somebody unlocks. ``source`` names the fine-grained policy, empty for
    the domain's own rules; ``hidden``: that one may not be read, and these are the domain's.
    """

    minimum_length: int
    complexity: bool
    history: int
    minimum_age: timedelta
    maximum_age: timedelta | None
    lockout_threshold: int
    lockout_window: timedelta = timedelta(0)
    lockout_duration: timedelta | None = None
    source: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """Which server answered and how: for doctor, reports and honesty about simulations."""

    server: str
    base_dn: str
    domain: str
    bound_as: str
    encrypted: bool
    simulated: bool
    controls: tuple[str, ...]

    @property
    def keeps_history(self) -> bool:
        """Whether a reset can be held to the history; else only a change by its owner is."""
        return any(control in self.controls for control in POLICY_HINTS)


class Directory(Protocol):
    """A directory server; safe to use from several threads.

    Errors: ``Unreachable`` when no controller answers, ``BadSetting`` when the certificate or the bind
    is wrong.
    """

    @property
    def base_dn(self) -> str: ...

    def search(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree"
    ) -> Iterator[Entry]:
        """All entries, over any number of pages, with ranged attributes whole.

        A base that does not exist gives no entries.
        """
        ...

    def send(self, writes: Sequence[Write]) -> list[UnyoError | None]:
        """Do the writes in order; one answer per write, None where it succeeded.

        A write that fails does not stop the next ones. When the connection is lost, the write under
        way and all later ones answer ``Unreachable``: the caller reads back to learn what happened.
        """
        ...

    def try_logon(self, name: str, password: Secret) -> Logon:
        """One log-on by user principal name or DN on a connection of its own."""
        ...

    def password_policy(self, dn: str = "") -> PasswordPolicy:
        """The domain's rules, or those that hold for one account (fine-grained policies, where readable)."""
        ...

    def facts(self) -> DirectoryFacts: ...
