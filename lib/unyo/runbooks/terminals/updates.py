"""Report the updates that terminals lack, and install exactly those that were approved, within a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import BadInput, BadSetting, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.playbook import PlayHost
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, StepEnd
from unyo.core.state_runbook import StateRunbook
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.updating import (
    AWAITS,
    INSTALLED,
    MISSING,
    RESTART_DUE,
    named_failure,
    pattern,
    restart_first,
    too_late,
)

SEARCH_SECONDS = 600.0
PLAY_SECONDS = 4 * 3600.0

# Windows Update's own names of its categories, the same in every language.
CATEGORIES = {
    "security": "0fa1201d-4330-4fa8-8ae9-b877473b6441",
    "critical": "e6cf1350-c01b-414d-a61f-263d14d133b4",
    "definition": "e0789628-ce08-4437-be74-2495b842f43b",
    "rollup": "28bc880e-0592-4cbf-8f95-c79b17911d5f",
    "update": "cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83",
    "driver": "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0",
}


class Category(StrEnum):
    """A kind of update."""

    SECURITY = "security"
    CRITICAL = "critical"
    DEFINITION = "definition"
    ROLLUP = "rollup"
    UPDATE = "update"
    DRIVER = "driver"


@dataclass(frozen=True, kw_only=True)
class UpdatesParams(Selection):
    """Which terminals, which kinds of update, and until when."""

    category: tuple[Category, ...] = option(
        Text("kinds: security, critical, rollup, …", "種別: security, critical, rollup など"),
        default=(Category.SECURITY, Category.CRITICAL, Category.ROLLUP),
    )
    kb: tuple[str, ...] = option(
        Text("only these KB numbers, whatever their kind", "対象の KB 番号(種別は問わない)"), default=()
    )
    until: datetime | None = option(
        Text("no installation begins after this time", "この日時以降は開始しない"), default=None
    )
    reboot: bool = option(Text("restart where it is needed", "必要なら再起動する"), default=False)


class Updates(StateRunbook[UpdatesParams]):
    """State of a terminal: each update by its id, missing or installed; the plan alone is the report."""

    title = Text("updates of terminals", "更新プログラムの適用")
    Params = UpdatesParams
    risk = Risk.GUARDED
    limits = Limits(target_share=0.5)
    checks_each_step = True
    pace = Pace(canary=2, wave=100, batch=50, stop_share=0.1, retry_after=(5,), waits_hours=14 * 24)

    def targets(self, params: UpdatesParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def want(self, target: Target, params: UpdatesParams, tools: Tools) -> State:
        """What is missing can only be read, so the plan is made from what was read."""
        return {}

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        return [
            answer if isinstance(answer, UnyoError) else _missing(answer, None)
            for answer in _search(targets, tools)
        ]

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        answers = _search([change.target for change in changes], tools)
        return [
            answer if isinstance(answer, UnyoError) else _standing(answer, change.after or {})
            for answer, change in zip(answers, changes, strict=True)
        ]

    def plan(self, params: UpdatesParams, tools: Tools) -> Plan:
        """A terminal that cannot be read is named and left out: nobody can approve updates not yet known."""
        targets = self.targets(params, tools)
        changes, unchanged, unread = [], [], []
        error: UnyoError | None = None
        for target, answer in zip(targets, _search(targets, tools), strict=True):
            if isinstance(answer, (BadSetting, BadInput)):
                raise answer
            if isinstance(answer, UnyoError):
                error = answer
                unread.append(_unread(target, answer))
            elif missing := _missing(answer, params):
                changes.append(_change(target, missing, answer, params))
            else:
                unchanged.append(target)
        if error is not None and not changes and not unchanged:
            raise error
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            tools.assets.in_service(),
            tuple(unchanged),
            tuple(unread),
            self.limits,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [named_failure(result) for result in super().apply(changes, tools, recovering)]

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        now = tools.clock.now()
        late = [too_late(change, now) or restart_first(change) for change in changes]
        known = tools.assets.terminals([change.target.key for change in changes])
        due = [change for change, error in zip(changes, late, strict=True) if error is None]
        hosts = [PlayHost(known[change.target.key], _variables(change)) for change in due]
        played = iter(tools.playbooks.play("terminals.updates", hosts, timeout=PLAY_SECONDS) if hosts else [])
        return [error if error is not None else next(played).error for error in late]

    def waits_for_reboot(self, change: Change, now: State) -> bool:
        return all(now.get(key) in (value, AWAITS) for key, value in (change.after or {}).items())

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        counts: dict[str, dict[str, int]] = {}
        for step in steps:
            for update in step.after or {}:
                if update not in ("until", "reboot"):
                    row = counts.setdefault(update, {"wanted": 0, "installed": 0})
                    row["wanted"] += 1
                    row["installed"] += step.outcome in (Outcome.DONE, Outcome.UNCHANGED)
        rows = tuple((update, row["wanted"], row["installed"]) for update, row in sorted(counts.items()))
        headings = (
            Text("Update", "更新プログラム"),
            Text("Lacked by", "未適用の端末数"),
            Text("Installed", "適用済み"),
        )
        return (
            Table(
                Text("Updates", "更新プログラム"),
                Text("terminals per update", "更新ごとの端末数"),
                headings,
                rows,
            ),
        )


def _change(
    target: Target, missing: Mapping[str, str], answer: Mapping[str, Any], params: UpdatesParams
) -> Change:
    titles = "; ".join(item["title"] for item in answer["missing"] if _key(item) in missing)
    frame = {"until": params.until.isoformat() if params.until else None, "reboot": params.reboot}
    before, after = {**missing, **frame}, {**dict.fromkeys(missing, INSTALLED), **frame}
    return Change(target, before, after, sort="updates", undoable=False, reason=Text(titles, titles))


def _unread(target: Target, error: UnyoError) -> Finding:
    what = Text(
        f"{target.shown}: not in this plan: {error.what.en}",
        f"{target.shown}: 計画に含まれません: {error.what.ja}",
    )
    return Finding("updates.unread", Weight.ODD, what, target.lock)


def _search(targets: Sequence[Target], tools: Tools) -> list[Any]:
    known = tools.assets.terminals([target.key for target in targets])
    errands = [Errand(known[target.key]) for target in targets]
    return list(tools.terminals.run("updates", errands, timeout=SEARCH_SECONDS))


def _key(item: Mapping[str, Any]) -> str:
    """Its KB number, or its title where it has none, as drivers."""
    return str(item["kb"][0] if item["kb"] else item["title"])


def _missing(answer: Mapping[str, Any], params: UpdatesParams | None) -> dict[str, str]:
    """The updates that are wanted and missing; all that are missing where nothing is asked for."""
    found = {}
    for item in answer["missing"]:
        if params is None or _is_wanted(item, params):
            found[_key(item)] = MISSING
    return found


def _is_wanted(item: Mapping[str, Any], params: UpdatesParams) -> bool:
    if params.kb:
        return any(kb in {f"KB{name.upper().removeprefix('KB')}" for name in params.kb} for kb in item["kb"])
    wanted = {CATEGORIES[name] for name in params.category}
    return any(category.lower() in wanted for category in item["categories"])


def _standing(answer: Mapping[str, Any], wanted: State) -> State:
    """How the approved updates stand; what was published since is not this job's business."""
    missing, gone = _missing(answer, None), AWAITS if answer["reboot_pending"] else INSTALLED
    state = {
        key: value if key in ("until", "reboot") else missing.get(key, gone) for key, value in wanted.items()
    }
    return {**state, RESTART_DUE: answer["reboot_pending"]}


def _variables(change: Change) -> dict[str, Any]:
    after = dict(change.after or {})
    reboot = bool(after.pop("reboot", False))
    after.pop("until", None)
    return {
        "terminal_updates_categories": ["*"],
        "terminal_updates_accept": [pattern(name) for name in sorted(after)],
        "terminal_updates_restart": reboot,
    }
