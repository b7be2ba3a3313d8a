"""A runbook whose targets are files in a directory: real reads, real writes, faults on demand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import TargetSaidNo, Unreachable
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.flow.context import Road


@dataclass(frozen=True)
class BoxParams:
    """Fill the boxes of a shelf."""

    shelf: str = option(Text("directory of the boxes", "箱の置き場"))
    boxes: tuple[str, ...] = option(Text("names", "名前"), default=())
    content: str = option(Text("what they shall hold", "中身"), default="apples")


class FillBoxes(StateRunbook[BoxParams]):
    """Writes each box in two moves, so that a kill can fall between them."""

    title = Text("fill boxes", "箱を満たす")
    Params = BoxParams
    risk = Risk.GUARDED
    limits = Limits(targets=200)
    pace = Pace(canary=1, wave=10, batch=3, parallel=1, stop_after=2, stop_share=0.3, retry_after=())

    @property
    def name(self) -> str:
        return "lab.fill_boxes"

    def targets(self, params: BoxParams, tools: Tools) -> Sequence[Target]:
        return [Target("box", f"{params.shelf}/{name}", name) for name in params.boxes]

    def want(self, target: Target, params: BoxParams, tools: Tools) -> State | None:
        return {"content": params.content, "lid": "closed"}

    def read(self, target: Target, tools: Tools) -> State | None:
        if "silent" in target.key:
            raise Unreachable(
                "box.silent", Text("no answer", "応答なし"), Text("wait", "待つ"), target=target.key
            )
        path = Path(target.key)
        if not path.exists():
            return None
        content, _, lid = path.read_text().partition("|")
        return {"content": content, "lid": lid or "open"}

    def write(self, change: Change, tools: Tools) -> None:
        path = Path(change.target.key)
        if "locked" in path.name:
            raise TargetSaidNo("box.locked", Text("it is locked", "施錠"), Text("unlock it", "開錠する"))
        if "broken" in path.name:
            raise RuntimeError("SECRET-IN-EXCEPTION")
        if change.after is None:
            path.unlink(missing_ok=True)
            return
        # Logged first: a kill between the two must not hide a write.
        with (path.parent / "touched.log").open("a") as log:
            log.write(f"{path.name} {change.after['content']}\n")
        with path.open("w") as box:
            box.write(change.after["content"])
            box.flush()
            box.write("" if "leaky" in path.name else f"|{change.after['lid']}")


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    instant: datetime = field(default_factory=lambda: datetime(2027, 3, 25, 1, 0, tzinfo=timezone.utc))

    def now(self) -> datetime:
        return self.instant

    def step(self, delta: timedelta) -> None:
        self.instant += delta


@dataclass
class BoxTools:
    """Only the tools that boxes need."""

    clock: Any
    output: Path

    def progress(self, text: str, done: int, total: int) -> None: ...


def box_road(home: Path, clock: Any = None, runbook: Any = None) -> Road:
    """The road with one runbook and a clock under the test's control."""
    made = runbook or FillBoxes()
    tools = BoxTools(clock or SetClock(), home)
    return Road(tools, lambda _: made, home / "audit.anchor")  # type: ignore[arg-type]


def contents(shelf: Path) -> dict[str, str]:
    """What each box holds."""
    return {path.name: path.read_text() for path in sorted(shelf.iterdir()) if path.suffix == ".box"}


class SlowBoxes(FillBoxes):
    """Boxes that take a moment each, in small parallel batches, so that kills fall everywhere."""

    pace = Pace(canary=2, wave=40, batch=3, parallel=2, stop_after=0, stop_share=0.0, retry_after=())

    def write(self, change: Change, tools: Tools) -> None:
        time.sleep(0.003)
        super().write(change, tools)
        time.sleep(0.003)
