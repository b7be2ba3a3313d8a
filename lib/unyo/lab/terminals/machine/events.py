"""The event logs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

LEVELS = {
    "en-US": {0: "Information", 1: "Critical", 2: "Error", 3: "Warning", 4: "Information", 5: "Verbose"},
    "ja-JP": {0: "情報", 1: "重大", 2: "エラー", 3: "警告", 4: "情報", 5: "詳細"},
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event; ``data`` are its properties in order, by name."""

    log: str
    id: int
    level: int
    source: str
    at: datetime
    message: str = ""
    data: tuple[tuple[str, str | int], ...] = ()
    record: int = 0


class Events:
    """Events in the order in which they were written."""

    __slots__ = ("all",)

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.all: list[Event] = list(events)

    def write(self, event: Event) -> None:
        self.all.append(event)

    def __deepcopy__(self, memo: dict[int, object]) -> Events:
        return Events(self.all)
