"""The registry of .NET: static members, constructors, methods and properties, extended by decorators.

    @static("System.Convert", "ToBase64String")
    def to_base64(data: bytes) -> str: ...

    @static("System.Environment", "GetEnvironmentVariable", machine=True)
    def variable(machine: Machine, name: str) -> str | None: ...

    @method(str, "Trim")
    def trim(text: str, characters: str | None = None) -> str: ...

Type names are full and compared without case; scripts may leave out "System.". `machine=True` gives the
machine as first argument, `session=True` the run's Session (frames.py: stdin, environment, machine, shell). Methods of an Item are found by its type name: `@method("Microsoft.Win32.RegistryKey", "Close")`.
A PowerShellError that a member raises reaches the script as a terminating error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from unyo.lab.terminals.powershell.values import Item

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Member:
    """A registered member and whether it wants the machine or the run's Session first."""

    work: Callable[..., Any]
    machine: bool = False
    session: bool = False

    def first(self, session: Any) -> list[Any]:
        """The arguments before the script's own."""
        return [session] if self.session else [session.machine] if self.machine else []


STATICS: dict[tuple[str, str], Member] = {}
STATIC_PROPERTIES: dict[tuple[str, str], Member] = {}
STATIC_SETTERS: dict[tuple[str, str], Member] = {}
CONSTRUCTORS: dict[str, Member] = {}
METHODS: dict[tuple[type | str, str], Member] = {}
PROPERTIES: dict[tuple[type | str, str], Member] = {}
TYPES: dict[str, str] = {}
"""Folded name → full name, for every type that scripts may name; filled by the decorators and `known_type`."""


def known_type(name: str, *short: str) -> str:
    """Let scripts name a type, also by its short names; gives the full name."""
    TYPES.setdefault(name.lower(), name)
    for alias in short:
        TYPES[alias.lower()] = name
    return name


def full_type(name: str) -> str | None:
    """The full name of the type that a script names, or None."""
    folded = name.lower()
    return TYPES.get(folded) or TYPES.get(f"system.{folded}")


def static(type_name: str, member: str, *, machine: bool = False, session: bool = False) -> Callable[[F], F]:
    """Register a static method."""
    known_type(type_name)
    return _register(STATICS, (type_name.lower(), member.lower()), machine, session)


def static_property(
    type_name: str, member: str, *, machine: bool = False, session: bool = False
) -> Callable[[F], F]:
    """Register a static property or an enumeration's value."""
    known_type(type_name)
    return _register(STATIC_PROPERTIES, (type_name.lower(), member.lower()), machine, session)


def static_setter(
    type_name: str, member: str, *, machine: bool = False, session: bool = False
) -> Callable[[F], F]:
    """Register what an assignment to a static property does."""
    known_type(type_name)
    return _register(STATIC_SETTERS, (type_name.lower(), member.lower()), machine, session)


def constructor(type_name: str, *, machine: bool = False, session: bool = False) -> Callable[[F], F]:
    """Register what `New-Object TYPE` and `[TYPE]::new()` do."""
    known_type(type_name)
    return _register(CONSTRUCTORS, type_name.lower(), machine, session)


def method(
    owner: type | str, member: str, *, machine: bool = False, session: bool = False
) -> Callable[[F], F]:
    """Register a method of a Python type, or of the Items of a .NET type."""
    return _register(METHODS, (_owner(owner), member.lower()), machine, session)


def property_of(
    owner: type | str, member: str, *, machine: bool = False, session: bool = False
) -> Callable[[F], F]:
    """Register a computed property of a Python type, or of the Items of a .NET type."""
    return _register(PROPERTIES, (_owner(owner), member.lower()), machine, session)


def find_member(table: dict[tuple[type | str, str], Member], value: Any, name: str) -> Member | None:
    """The member of that name for a value: by its .NET type names, then by its Python type and the types below it."""
    folded = name.lower()
    if isinstance(value, Item):
        for type_name in value.type_names:
            found = table.get((type_name.lower(), folded))
            if found is not None:
                return found
    for python_type in type(value).__mro__:
        found = table.get((python_type, folded))
        if found is not None:
            return found
    return None


def _owner(owner: type | str) -> type | str:
    return owner.lower() if isinstance(owner, str) else owner


def _register(table: dict[Any, Member], key: Any, machine: bool, session: bool) -> Callable[[F], F]:
    def register(work: F) -> F:
        if key in table:
            raise ValueError(f"{key} is registered twice")
        table[key] = Member(work, machine, session)
        return work

    return register
