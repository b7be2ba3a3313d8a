"""Short sentences for the tests of schedules: add one, let time pass, look what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from support.boxes import BoxTools, FillBoxes
from unyo.core.change import State
from unyo.core.credential import Scope
from unyo.core.risk import Limits, Risk
from unyo.core.schedule import Schedule, Timetable
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_rule import When
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.trigger import Trigger
from unyo.flow.context import Owner, Road

NINE = Cron("0 9 * * *")
"""Every day at nine in Japan."""


class RoutineBoxes(FillBoxes):
    """Boxes that a rule approves."""

    risk = Risk.ROUTINE


class NamedBoxes(RoutineBoxes):
    """Boxes chosen like accounts, in place of the runbook that renews passwords."""

    Params = Scope  # type: ignore[assignment]

    @property
    def name(self) -> str:
        return "passwords.rotate"

    def targets(self, params: Any, tools: Any) -> list[Target]:
        return [Target("box", str(tools.output / name), name) for name in params.path]

    def want(self, target: Target, params: Any, tools: Any) -> State | None:
        return {"content": "apples", "lid": "closed"}


@dataclass
class QuietTools(BoxTools):
    """Tools of a road on which passwords are boxes."""

    @property
    def credentials(self) -> QuietTools:
        return self

    def select(self, scope: Scope) -> list[Any]:
        return []


BOX_LOST = Trigger(
    "box_lost", "box.lost", Text("lost", "紛失"), timedelta(hours=1), {}, {"path": ["{name}"]}, approved=True
)


def quiet_road(home: Path, clock: Any) -> Road:
    """The road of schedules and of one trigger, both on boxes."""
    runbooks = {"passwords.rotate": NamedBoxes()}
    return Road(
        QuietTools(clock, home),  # type: ignore[arg-type]
        lambda name: runbooks.get(name, RoutineBoxes()),
        home / "audit.anchor",
        triggers=lambda: (BOX_LOST,),
    )


def boxes_schedule(
    shelf: Path,
    when: When = NINE,
    *boxes: str,
    limits: Limits | None = None,
    timetable: dict[str, Any] | None = None,
    **more: Any,
) -> Schedule:
    """Fill these boxes."""
    params = {"shelf": str(shelf), "boxes": list(boxes or ("a.box", "b.box"))}
    made = Timetable(when, ZoneInfo("Asia/Tokyo"), **(timetable or {}))
    return Schedule("lab.fill_boxes", params, made, limits=limits or Limits(), **more)


def added(road: Road, schedule: Schedule, name: str = "boxes") -> Any:
    from unyo.flow.schedule_changes import add_schedule

    return add_schedule(road, name, schedule, "tanaka", "boxes are to be full every morning")


def approved(road: Road, record: Any, by: str = "suzuki", days: int = 90) -> None:
    from unyo.core.schedule_file import schedule_from
    from unyo.flow.schedule_approval import approve_schedule

    until = road.tools.clock.now() + timedelta(days=days)
    approve_schedule(road, record, by, "seen", schedule_from(record.content).digest, until)


def ticked(road: Road) -> None:
    from unyo.flow.schedules import tick

    tick(road, Owner.this_process())


def at(road: Road, text: str) -> None:
    """Put the clock to this time in Japan, and let a worker look."""
    road.tools.clock.instant = datetime.fromisoformat(text + "+09:00")  # type: ignore[attr-defined]
    ticked(road)


def states(record: Any) -> list[str]:
    """``03-26 started`` of each run, in the order planned."""
    zone = ZoneInfo("Asia/Tokyo")
    return [f"{run.planned_for.astimezone(zone):%m-%d %H:%M} {run.state}" for run in record.runs.all()]


def kinds() -> list[str]:
    """The kinds of all events of schedules and triggers, in order."""
    from unyo.ledger.models import Event

    rows = Event.objects.filter(kind__regex=r"^(schedule|trigger)\.").order_by("seq")
    return [kind.split(".", 1)[1] for kind in rows.values_list("kind", flat=True)]
