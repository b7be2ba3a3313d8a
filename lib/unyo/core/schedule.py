"""Schedules: what is to be run, by which rule, and what is to happen where that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from unyo.core.canonical import digest
from unyo.core.risk import Limits
from unyo.core.schedule_blackout import Blackout
from unyo.core.schedule_rule import When
from unyo.core.schedule_window import Window
from unyo.core.text import Text


class WhenClosed(StrEnum):
    """Where a run goes that falls on a closed day or into a blackout.

    ANYWAY runs on closed days, yet never in a blackout: there it is skipped.
    """

    ANYWAY = "anyway"
    PREVIOUS = "previous"
    NEXT = "next"
    SKIP = "skip"


class Outside(StrEnum):
    """What becomes of a run outside the maintenance windows: moved to the next opening, or skipped."""

    NEXT = "next"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Timetable:
    """When something is due; days and times are those of ``zone``."""

    when: When
    zone: ZoneInfo
    when_closed: WhenClosed = WhenClosed.ANYWAY
    blackouts: tuple[Blackout, ...] = ()
    windows: tuple[Window, ...] = ()
    outside: Outside = Outside.NEXT

    def as_json(self) -> dict[str, Any]:
        return {
            "when": self.when.as_json(),
            "zone": self.zone.key,
            "when_closed": self.when_closed.value,
            "blackouts": [str(each) for each in self.blackouts],
            "windows": [str(each) for each in self.windows],
            "outside": self.outside.value,
        }


class CatchUp(StrEnum):
    """What becomes of runs that fell due while no worker was there."""

    RUN_ONCE = "run_once"
    RUN_ALL = "run_all"
    SKIP = "skip"


class Overlap(StrEnum):
    """What becomes of a run while the job of an earlier one has not ended."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a standing approval is bound to. ``limits`` are the schedule's own, beside the runbook's."""

    runbook: str
    params: Mapping[str, Any]
    timetable: Timetable
    catch_up: CatchUp = CatchUp.RUN_ONCE
    overlap: Overlap = Overlap.SKIP
    limits: Limits = field(default_factory=Limits)

    def as_json(self) -> dict[str, Any]:
        return {
            "runbook": self.runbook,
            "params": self.params,
            "timetable": self.timetable.as_json(),
            "catch_up": self.catch_up.value,
            "overlap": self.overlap.value,
            "limits": self.limits.as_json(),
        }

    @property
    def digest(self) -> str:
        return digest(self.as_json())


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the instant that the rule named and the one at which it starts (both UTC), and why they differ.

    ``at`` is None where it is skipped. ``also`` are runs moved onto the same instant: this one stands for them.
    """

    planned_for: datetime
    at: datetime | None
    reasons: tuple[Text, ...] = ()
    also: tuple[datetime, ...] = ()

    @property
    def turn(self) -> datetime:
        """When it is dealt with, even if only to be skipped."""
        return self.at or self.planned_for
