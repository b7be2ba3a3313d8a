"""A site's own runbook for tests: desks are JSON files, a desk whose file is not there is away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unyo.core.change import Change, State
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.params import option
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools


@dataclass(frozen=True)
class PaintParams:
    """Which desks, and how."""

    desk: tuple[str, ...] = option(Text("files", "ファイル"))
    colour: str = option(Text("colour", "色"), default="blue")
    lamp: str = option(Text("lamp", "照明"), default="on")


class Paint(StateRunbook[PaintParams]):
    """Waits for desks that are away."""

    title = Text("paint desks", "机を塗る")
    Params = PaintParams
    pace = Pace(retry_after=(), waits_hours=24, look_every=1)
    checks_each_step = True

    def targets(self, params: PaintParams, tools: Tools) -> Sequence[Target]:
        return [Target("desk", desk, Path(desk).stem) for desk in params.desk]

    def want(self, target: Target, params: PaintParams, tools: Tools) -> State | None:
        return {"colour": params.colour, "lamp": params.lamp}

    def read(self, target: Target, tools: Tools) -> State | None:
        try:
            state: State = json.loads(Path(target.key).read_text())
        except FileNotFoundError as error:
            raise Unreachable("desk.away", Text("away", "不在"), Text("wait", "待つ")) from error
        return state

    def write(self, change: Change, tools: Tools) -> None:
        Path(change.target.key).write_text(json.dumps({**(change.before or {}), **(change.after or {})}))

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        return Change(target, {}, want, foreseen=False)
