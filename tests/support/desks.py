"""Terminals that are files on a desk: a switch says who is on, a note says who must restart; no Windows needed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.boxes import SetClock
from unyo.core.change import Change, State
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.terminal import Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.flow.context import Road

PATIENT = Pace(
    canary=1, wave=10, batch=5, stop_after=2, stop_share=0.3, retry_after=(), waits_hours=48, look_every=300
)


@dataclass
class Desk:
    """A directory with one JSON file per terminal."""

    place: Path
    asked: list[int] = field(default_factory=list)

    def put(self, *serials: str, **values: Any) -> None:
        """Set values of terminals: ``on``, ``colour``, ``staged`` (a colour that a restart brings)."""
        for serial in serials:
            path = self.place / f"{serial}.json"
            former = json.loads(path.read_text()) if path.exists() else {"on": True, "colour": "grey"}
            # Moved into place, so that a kill leaves no half a terminal.
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps({**former, **values}))
            fresh.replace(path)

    def get(self, serial: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.place / f"{serial}.json").read_text())
        return found

    def restart(self, serial: str) -> None:
        """What was staged takes effect."""
        now = self.get(serial)
        self.put(serial, colour=now.get("staged") or now["colour"], staged=None)

    def writes(self) -> list[str]:
        """Every write that reached a terminal, in order."""
        log = self.place / "writes.log"
        return log.read_text().split() if log.exists() else []

    def terminals(self, serials: Collection[str]) -> Mapping[str, Terminal]:
        return {serial: Terminal(serial, f"PC-{serial}", f"{serial}.test") for serial in serials}

    def answering(self, terminals: Sequence[Terminal]) -> list[bool]:
        self.asked.append(len(terminals))
        return [bool(self.get(terminal.serial)["on"]) for terminal in terminals]


@dataclass(frozen=True)
class PaintParams:
    """Paint terminals."""

    serials: tuple[str, ...] = option(Text("serials", "製造番号"), default=())
    colour: str = option(Text("colour", "色"), default="blue")


class Paint(StateRunbook[PaintParams]):
    """Gives terminals a colour; ``slow`` ones show it only after a restart."""

    title = Text("paint", "塗る")
    Params = PaintParams
    risk = Risk.GUARDED
    limits = Limits(targets=2000)
    pace = PATIENT
    checks_each_step = True

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def name(self) -> str:
        return "policy.apply"

    def targets(self, params: PaintParams, tools: Tools) -> Sequence[Target]:
        return [Target("terminal", serial, f"PC-{serial}") for serial in params.serials]

    def want(self, target: Target, params: PaintParams, tools: Tools) -> State | None:
        return {"colour": params.colour}

    def read(self, target: Target, tools: Tools) -> State | None:
        now = self._reached(target)
        return {"colour": now["colour"], "size": "A4", "_staged": now.get("staged")}

    def write(self, change: Change, tools: Tools) -> None:
        now = self._reached(change.target)
        assert change.after is not None
        with (self.desk.place / "writes.log").open("a") as log:
            log.write(f"{change.target.key}={change.after['colour']}\n")
        if now.get("stubborn"):
            raise TargetSaidNo("desk.no", Text("no", "否"), Text("ask again", "再度"))
        self.desk.put(
            change.target.key, **{"staged" if now.get("slow") else "colour": change.after["colour"]}
        )
        if now.get("leaves"):
            self.desk.put(change.target.key, on=False, leaves=False)
            raise self._silence(change.target)

    def waits_for_reboot(self, change: Change, now: State) -> bool:
        return change.after is not None and now.get("_staged") == change.after["colour"]

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        return Change(target, {}, want, foreseen=False)

    def _reached(self, target: Target) -> dict[str, Any]:
        now = self.desk.get(target.key)
        if not now["on"]:
            raise self._silence(target)
        return now

    def _silence(self, target: Target) -> Unreachable:
        return Unreachable("desk.off", Text("no answer", "応答なし"), Text("wait", "待つ"), target=target.key)


class RestlessPaint(Paint):
    """Looks at what waits all the time, in small parallel batches, so that kills fall everywhere."""

    pace = Pace(
        canary=2, wave=20, batch=3, parallel=2, stop_after=0, retry_after=(), waits_hours=1, look_every=0.02
    )


@dataclass
class DeskTools:
    """Only the tools that desks need."""

    clock: Any
    output: Path
    terminals: Desk
    assets: Desk

    def progress(self, text: str, done: int, total: int) -> None: ...


def desk_road(home: Path, clock: Any = None, kind: type[Paint] = Paint) -> tuple[Road, Desk]:
    """A road whose one runbook paints the terminals of a desk below ``home``."""
    place = home / "desk"
    place.mkdir(exist_ok=True)
    desk = Desk(place)
    runbook = kind(desk)
    tools = DeskTools(clock or SetClock(), home, desk, desk)
    return Road(tools, lambda _: runbook, home / "audit.anchor"), desk  # type: ignore[arg-type]


def painted(road: Road, *serials: str, colour: str = "blue", **more: Any) -> Any:
    """An approved job that paints these terminals."""
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    job = request_job(road, "policy.apply", PaintParams(serials, colour), "tanaka", "new colour", **more)
    plan_job(road, job)
    approve(road, job, "suzuki", "fine", job.digest)
    return job
