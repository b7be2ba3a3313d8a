"""Restart terminals after a warning, and see that they came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import BadInput, Refused, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook, not_foreseen
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection
from unyo.core.text import Text
from unyo.core.tools import Tools

SCRIPT_SECONDS = 60.0
# What shutdown.exe takes as a comment, and as a delay.
LONGEST_MESSAGE = 512
LONGEST_WARNING = 24 * 60

_UNDER_WAY = Text("it took the order and is restarting", "再起動の指示を受け付け、再起動中です")
_WAIT = Text("unyo looks again by itself: unyo jobs waiting", "自動的に再確認します: unyo jobs waiting")


@dataclass(frozen=True, kw_only=True)
class RestartParams(Selection):
    """Which terminals, and how people are warned."""

    minutes: int = option(Text("minutes to save one's work", "作業保存の猶予(分)"), default=10)
    message: str = option(
        Text("what people read", "表示する文面"),
        default="運用担当による再起動です。作業中のファイルを保存してください。",
    )
    if_idle: bool = option(
        Text("only where nobody is logged on", "利用者がログオンしていない端末のみ"), default=False
    )
    since: datetime | None = option(
        Text("a start later than this will do (now)", "この日時以降に起動していれば不要(省略時は現在)"),
        default=None,
    )

    def check(self) -> None:
        super().check()
        if not 0 <= self.minutes <= LONGEST_WARNING:
            raise _bad(
                "restart.minutes",
                Text("not a number of minutes from 0 to 1440", "0〜1440 分で指定してください"),
                str(self.minutes),
            )
        if len(self.message) > LONGEST_MESSAGE or '"' in self.message or not self.message.isprintable():
            raise _bad(
                "restart.message",
                Text(
                    "the message must be one line of at most 512 characters, without quotation marks",
                    "文面は引用符を含まない1行、512文字以内にしてください",
                ),
                self.message[:60],
            )


class Restart(StateRunbook[RestartParams]):
    """A terminal that started after the wanted instant is left alone; one that is away is restarted later."""

    title = Text("restart terminals", "端末の再起動")
    Params = RestartParams
    risk = Risk.GUARDED
    limits = Limits(target_share=0.3)
    checks_each_step = True
    pace = Pace(canary=1, wave=100, batch=50, retry_after=(5,), waits_hours=24, look_every=60)

    def complete(self, params: RestartParams, tools: Tools) -> RestartParams:
        since = params.since or tools.clock.now().replace(microsecond=0)
        return replace(params, since=since)

    def targets(self, params: RestartParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def population(self, params: RestartParams, tools: Tools) -> int:
        return tools.assets.in_service()

    def want(self, target: Target, params: RestartParams, tools: Tools) -> State:
        since = self.complete(params, tools).since
        assert since is not None
        warning = {"minutes": params.minutes, "message": params.message, "if_idle": params.if_idle}
        return {"restarted": True, "since": since.isoformat(), **warning}

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_planned([target], [None], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_planned(
        self, targets: Sequence[Target], wanted: Sequence[State | None], tools: Tools
    ) -> list[State | UnyoError | None]:
        # The instant before the question: rather one restart too many than one too few.
        now = tools.clock.now()
        answers = self._ask(targets, [{"mode": "status"}] * len(targets), tools)
        return [_state(answer, want or {}, now) for answer, want in zip(answers, wanted, strict=True)]

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        return self.read_planned([c.target for c in changes], [c.after for c in changes], tools)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [_going_down(result) for result in super().apply(changes, tools, recovering)]

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        orders = [{**(change.after or {}), "mode": "restart"} for change in changes]
        answers = self._ask([change.target for change in changes], orders, tools)
        return [_refusal(answer) for answer in answers]

    def _ask(self, targets: Sequence[Target], orders: Sequence[dict[str, Any]], tools: Tools) -> list[Any]:
        known = tools.assets.terminals([target.key for target in targets])
        errands = [Errand(known[t.key], order) for t, order in zip(targets, orders, strict=True)]
        return list(tools.terminals.run("restart", errands, timeout=SCRIPT_SECONDS))

    def waits_for_reboot(self, change: Change, now: State) -> bool:
        return bool(now.get("_ordered"))

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        return not_foreseen(target, want, error)

    def describe(self, change: Change) -> Change:
        return replace(change, sort="restart", undoable=False)


def _bad(code: str, what: Text, value: str) -> BadInput:
    return BadInput(code, what, Text("give another", "別の値を指定する"), target=value)


def _state(answer: Any, want: State, now: datetime) -> State | UnyoError | None:
    """Whether it has started since the wanted instant; the warning is an order, not a thing to read."""
    if isinstance(answer, UnyoError):
        return answer
    since = want.get("since")
    start = now - timedelta(seconds=answer["up_seconds"])
    restarted = since is not None and start > datetime.fromisoformat(since)
    return {**want, "restarted": restarted, "_ordered": answer["ordered"], "_people": answer["people"]}


def _going_down(result: StepResult) -> StepResult:
    """A terminal that took the order and then does not answer is on its way."""
    if result.outcome is Outcome.UNVERIFIED and result.seen is None:
        return StepResult(Outcome.PENDING_REBOOT, None, "restart.under_way", _UNDER_WAY, _WAIT)
    return result


def _refusal(answer: Any) -> UnyoError | None:
    if isinstance(answer, UnyoError):
        return answer
    if answer["ordered"]:
        return None
    return Refused(
        "restart.in_use",
        Text("somebody is logged on; it was not restarted", "利用者がログオン中のため再起動していません"),
        Text("run it again later, or without --if-idle", "時間をおいて再実行するか、--if-idle を外す"),
    )
