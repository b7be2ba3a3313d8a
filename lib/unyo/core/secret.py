"""Secrets that cannot be shown by accident, and the references that plans carry instead."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

SECRET_KEY = "$secret"
VERSION = "#"


class Secret:
    """A value that refuses to be formatted, compared loosely, pickled, copied or logged.

    Only :meth:`reveal` gives the text; call it at the very place that sends it to the target.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str) or not value:
            raise ValueError("a secret is a non-empty text")
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> NoReturn:
        raise TypeError("a secret cannot be formatted")

    def __format__(self, format_spec: str) -> NoReturn:
        raise TypeError("a secret cannot be formatted")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class SecretRef:
    """The name under which the vault keeps a secret; safe to print and to store in a plan."""

    path: str

    def at(self, version: int) -> SecretRef:
        """Exactly this version; without one, the password in force is meant."""
        return SecretRef(f"{self.path.partition(VERSION)[0]}{VERSION}{version}")

    @property
    def name(self) -> str:
        """The path without a version."""
        return self.path.partition(VERSION)[0]

    @property
    def version(self) -> int | None:
        number = self.path.partition(VERSION)[2]
        return int(number) if number.isdecimal() else None

    def as_state(self) -> dict[str, str]:
        return {SECRET_KEY: self.path}

    @staticmethod
    def from_state(value: object) -> SecretRef | None:
        """The reference held by a state's value, or None where the value is an ordinary one."""
        if isinstance(value, Mapping) and set(value) == {SECRET_KEY}:
            return SecretRef(str(value[SECRET_KEY]))
        return None
