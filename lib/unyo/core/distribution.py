"""What unyo asks of other systems that take account information: a folder, a SCIM service, a directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from unyo.core.secret import SecretRef
from unyo.core.text import Text

Value = str | bool | None
Attributes = Mapping[str, Value]
"""One person as another system holds it: the policy's heading → value; None where it holds nothing."""


class SystemKind(StrEnum):
    """How a system takes account information."""

    CSV = "csv"
    LDAP = "ldap"
    SCIM = "scim"


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """One system that takes account information: where it is and how it is spoken to.

    ``destination`` is a file's path (csv) or a URL (``https://…/scim/v2``, ``ldaps://…``). ``headings``
    are the columns or attributes in order. ``key`` is the attribute that holds the staff number;
    ``base``, ``rdn`` and ``object_classes`` say where and as what LDAP entries are made. ``timeout`` is
    in seconds.
    """

    name: str
    title: Text
    kind: SystemKind
    destination: str
    headings: tuple[str, ...]
    credential: SecretRef | None = None
    user: str = ""
    ca_file: str = ""
    proxy: str = ""
    key: str = ""
    base: str = ""
    rdn: str = ""
    object_classes: tuple[str, ...] = ()
    update: Literal["patch", "put"] = "patch"
    timeout: float = 20.0


class Channel(Protocol):
    """An open way to a system that takes people one by one (SCIM, LDAP), by staff number.

    Errors: ``Unreachable`` where it does not answer, ``BadSetting`` where the certificate or the
    credential is wrong, ``TargetSaidNo`` where it refuses.
    """

    def held(self, keys: Sequence[str]) -> Mapping[str, Attributes]:
        """What the system holds of these staff numbers; absent ones are left out."""
        ...

    def put(self, key: str, attributes: Attributes) -> str:
        """Make or change one person, only in the given attributes; the system's receipt. Safe to repeat."""
        ...

    def remove(self, key: str) -> str:
        """Take one person away; the receipt. Safe to repeat."""
        ...


class Drop(Protocol):
    """A folder from which a system takes whole files; never shows half a file."""

    def content(self, name: str) -> bytes | None:
        """The file as it lies there, None where there is none."""
        ...

    def put(self, name: str, content: bytes) -> str:
        """Write the file in one go; the receipt names the file and its SHA-256."""
        ...

    def remove(self, name: str) -> str: ...


class Distribution(Protocol):
    """The ways to other systems."""

    def open(self, system: OtherSystem) -> AbstractContextManager[Channel]:
        """A channel to a SCIM or LDAP system."""
        ...

    def drop(self, system: OtherSystem) -> Drop:
        """The folder of a csv system; a relative destination lies below the output directory."""
        ...
