"""What a job changes: one terminal, account, printer, switch port or file at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One thing that a step touches.

    ``kind`` is a short noun (``account``, ``department``); ``key`` never changes during the thing's
    life (the staff number, not the name); ``label`` is for people and takes no part in equality of locks.
    """

    kind: str
    key: str
    label: str = ""

    @property
    def lock(self) -> str:
        """The text that keeps two jobs off one target."""
        return f"{self.kind}:{self.key}"

    @property
    def shown(self) -> str:
        says_all = self.label.startswith(f"{self.key} ")
        return self.label if says_all else f"{self.key} {self.label}".strip()

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "key": self.key, "label": self.label}

    @staticmethod
    def from_json(value: dict[str, str]) -> Target:
        return Target(value["kind"], value["key"], value.get("label", ""))
