"""The registry of CIM classes and of their methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.powershell.values import Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

CIMV2 = "root/cimv2"
Rows = Callable[["Machine"], Iterable[dict[str, Any]]]
Method = Callable[["Machine", Item | None, dict[str, Any]], dict[str, Any]]
Remove = Callable[["Machine", Item], None]


@dataclass(frozen=True, slots=True)
class CimClass:
    """One class: where it lives and what its instances are."""

    name: str
    namespace: str
    rows: Rows

    def instances(self, machine: Machine) -> list[Item]:
        kind = f"Microsoft.Management.Infrastructure.CimInstance#{self.namespace}/{self.name}"
        return [Item(kind, row) for row in self.rows(machine)]


CLASSES: dict[tuple[str, str], CimClass] = {}
METHODS: dict[tuple[str, str], Method] = {}
REMOVALS: dict[str, Remove] = {}


def spelled(namespace: str) -> str:
    """A namespace in one spelling."""
    return namespace.replace("\\", "/").strip("/").lower()


def cim_class(name: str, namespace: str = CIMV2) -> Callable[[Rows], Rows]:
    """Register a class by the function that gives its instances' properties."""

    def register(rows: Rows) -> Rows:
        CLASSES[spelled(namespace), name.lower()] = CimClass(name, namespace, rows)
        return rows

    return register


def cim_method(class_name: str, name: str) -> Callable[[Method], Method]:
    """Register a method; it gets the instance (None for a static call) and the arguments, and answers ReturnValue."""

    def register(work: Method) -> Method:
        METHODS[class_name.lower(), name.lower()] = work
        return work

    return register


def cim_removal(class_name: str) -> Callable[[Remove], Remove]:
    """Register what Remove-CimInstance does to an instance."""

    def register(work: Remove) -> Remove:
        REMOVALS[class_name.lower()] = work
        return work

    return register


def class_of(item: Item) -> str:
    """The class name of an instance."""
    return item.type_name.rpartition("/")[2]
