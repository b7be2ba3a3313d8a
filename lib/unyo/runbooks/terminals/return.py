"""A terminal comes back: its former user's data goes, it is tested, and the ledger has it in stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import UnyoError
from unyo.core.outcome import Outcome
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, StepEnd
from unyo.core.state_runbook import StateRunbook, not_foreseen
from unyo.core.table import Cell, Table
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection, TerminalState
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.preparation_policy import preparation_policy
from unyo.runbooks.terminals.rules.wiping import LEFT, WIPE_SECONDS, in_use, left_over


@dataclass(frozen=True, kw_only=True)
class ReturnParams(Selection):
    """Which terminals."""


class Return(StateRunbook[ReturnParams]):
    """What is wiped is gone: the plan names it before anybody approves."""

    title = Text("terminals that come back", "端末の返却")
    Params = ReturnParams
    risk = Risk.GUARDED
    limits = Limits(targets=50, removals=50)
    checks_each_step = True
    pace = Pace(canary=1, wave=20, batch=10, retry_after=(5, 30), waits_hours=72)

    def targets(self, params: ReturnParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def population(self, params: ReturnParams, tools: Tools) -> int:
        return tools.assets.in_service()

    def want(self, target: Target, params: ReturnParams, tools: Tools) -> State:
        return {**{name: [] for name in LEFT}, "state": TerminalState.STOCK.value, "user": ""}

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        answers = _ask(targets, "status", tools)
        known = tools.assets.terminals([target.key for target in targets])
        return [
            answer
            if isinstance(answer, UnyoError)
            else _state(answer, known[target.key].state.value, known[target.key].user)
            for target, answer in zip(targets, answers, strict=True)
        ]

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        errors = [in_use((change.before or {}).get("_loaded", ())) for change in changes]
        free = [i for i, error in enumerate(errors) if error is None]
        answers = _ask([changes[i].target for i in free], "wipe", tools)
        for i, answer in zip(free, answers, strict=True):
            errors[i] = answer if isinstance(answer, UnyoError) else left_over(answer)
        for change, error in zip(changes, errors, strict=True):
            if error is None:
                stock = {"state": TerminalState.STOCK.value, "user": ""}
                tools.assets.amend(change.target.key, stock, self.name)
        return errors

    def describe(self, change: Change) -> Change:
        return replace(change, sort="return", removes=True, undoable=False)

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        blind = not_foreseen(target, want, error)
        return replace(blind, removes=True, undoable=False) if isinstance(blind, Change) else blind

    def findings(self, params: ReturnParams, tools: Tools) -> Sequence[Finding]:
        """A terminal that still is somebody's is worth a second look before it is wiped."""
        found = []
        for terminal in tools.assets.select(params):
            if terminal.state is TerminalState.IN_USE and terminal.user:
                text = Text(
                    f"{terminal.name} is in use by {terminal.user}",
                    f"{terminal.name} は {terminal.user} が使用中です",
                )
                found.append(Finding("return.in_use", Weight.ODD, text, terminal.target.lock))
        return found

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        rows = tuple(_tested(step) for step in steps)
        headings = (
            *(Text("Terminal", "端末"), Text("Wiped", "消去"), Text("Disks", "ディスク")),
            *(Text("Encrypted", "暗号化"), Text("Battery", "バッテリー")),
        )
        note = Text("what was found after the wipe", "消去後の確認結果")
        return (Table(Text("Check list", "チェックリスト"), note, headings, rows),)


def _ask(targets: Sequence[Target], mode: str, tools: Tools) -> list[Any]:
    policy = preparation_policy(tools)
    known = tools.assets.terminals([target.key for target in targets])
    asked = {"mode": mode, "keep": list(policy.keep_sids), "folders": list(policy.shared_folders)}
    errands = [Errand(known[target.key], asked) for target in targets]
    return list(tools.terminals.run("wipe", errands, timeout=WIPE_SECONDS))


def _state(answer: Mapping[str, Any], state: str, user: str) -> State:
    left = {name: answer[name] for name in LEFT}
    return {**left, "state": state, "user": user, "tests": answer["tests"], "_loaded": answer["loaded"]}


def _tested(step: StepEnd) -> tuple[Cell, ...]:
    seen = step.seen or {}
    tests = seen.get("tests", {})
    clean = step.outcome in (Outcome.DONE, Outcome.UNCHANGED)
    health = {0: "OK", 1: "!", 2: "NG"}
    disks = ", ".join(f"{disk['name']}: {health.get(disk['health'], '?')}" for disk in tests.get("disks", ()))
    volumes = ", ".join(
        f"{v['drive']} {'OK' if v['protected'] else 'NG'}" for v in tests.get("encryption", ())
    )
    battery = ", ".join(f"{cell['charge']} %" for cell in tests.get("battery", ()))
    verdict: Cell = Text("yes", "済") if clean else step.message or Text("not yet", "未実施")
    return (step.target.label, verdict, disks, volumes, battery)
