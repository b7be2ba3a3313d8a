"""A runbook whose work is an Ansible playbook: check mode plans and verifies, the real run applies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from unyo.core.change import Change
from unyo.core.errors import NotFound, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.playbook_look import (
    VARIABLES,
    Look,
    blind_change,
    is_as_planned,
    look_of,
    planned_change,
    tasks_of,
)
from unyo.core.runbook import Pace, Runbook
from unyo.core.state_runbook import result_of
from unyo.core.target import Target
from unyo.core.terminal import Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools

S = TypeVar("S", bound=Selection)
_LOOK_FIRST, _LOOK_AT_ONCE = 3, 200
_LOGON = "terminals.logon"


class PlaybookRunbook(Runbook[S]):
    """Give title, Params (a Selection) and a playbook; override ``variables`` where hosts need data.

    ``playbook`` is the runbook's own name unless it is set. A task named in ``confirmed_by_running`` acts each
    time or cannot be looked ahead, and its own success is its proof; every other task is DONE only when a
    second look finds nothing left to do.
    """

    playbook: ClassVar[str] = ""
    confirmed_by_running: ClassVar[tuple[str, ...]] = ()
    seconds: ClassVar[float] = 3600
    pace = Pace(canary=1, wave=50, batch=50)
    checks_each_step = True

    def variables(self, terminal: Terminal, params: S, tools: Tools) -> Mapping[str, Any]:
        """The variables of one host; a secret stands in them as ``SecretRef.as_state()``."""
        return {}

    def findings(self, params: S, tools: Tools) -> Sequence[Finding]:
        """What else the reader of the plan should know."""
        return ()

    def targets(self, params: S, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def plan(self, params: S, tools: Tools) -> Plan:
        terminals = tools.assets.select(params)
        hosts = [PlayHost(terminal, self.variables(terminal, params, tools)) for terminal in terminals]
        changes: list[Change] = []
        unchanged: list[Target] = []
        for host, look in zip(hosts, self._look_in_parts(hosts, tools), strict=True):
            target = host.terminal.target
            if isinstance(look, UnyoError):
                changes.append(blind_change(target, host.variables, look.what))
            elif look.is_clean:
                unchanged.append(target)
            else:
                changes.append(planned_change(target, look, host.variables))
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            tools.assets.in_service(),
            tuple(unchanged),
            (*_unforeseen_tasks(changes), *self.findings(params, tools)),
            self.limits,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        hosts = _hosts(changes, tools)
        seen = self._look(hosts, tools)
        early = [
            _before_running(change, look, recovering) for change, look in zip(changes, seen, strict=True)
        ]
        facing = [
            host for host, end in zip(hosts, early, strict=True) if end is None and isinstance(host, PlayHost)
        ]
        runs = iter(tools.playbooks.play(self._playbook, facing, timeout=self.seconds) if facing else ())
        looks = iter(self._look(facing, tools) if facing else ())
        return [
            self._after_running(change, next(runs), next(looks)) if end is None else end
            for change, end in zip(changes, early, strict=True)
        ]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        looks = self._look(_hosts(changes, tools), tools)
        return [self._settled(change, look) for change, look in zip(changes, looks, strict=True)]

    @property
    def _playbook(self) -> str:
        return self.playbook or self.name

    def _look_in_parts(self, hosts: Sequence[PlayHost], tools: Tools) -> list[Look | UnyoError]:
        """A few first: where all of those refuse the account, it is not tried on the others, or it locks."""
        looks: list[Look | UnyoError] = []
        while len(looks) < len(hosts):
            size = _LOOK_AT_ONCE if looks else _LOOK_FIRST
            looks += self._look(hosts[len(looks) : len(looks) + size], tools)
            refusals = [look for look in looks if isinstance(look, UnyoError) and look.code == _LOGON]
            if len(refusals) == len(looks):
                raise refusals[0]
            tools.progress(self._playbook, len(looks), len(hosts))
        return looks

    def _look(self, hosts: Sequence[PlayHost | UnyoError], tools: Tools) -> list[Look | UnyoError]:
        """One check run; raises where the play as a whole could not begin."""
        known = [host for host in hosts if isinstance(host, PlayHost)]
        heard = iter(tools.playbooks.play(self._playbook, known, check=True, timeout=self.seconds))
        looks: list[Look | UnyoError] = []
        for host in hosts:
            result = next(heard) if isinstance(host, PlayHost) else HostResult((), {}, host)
            looks.append(result.error or look_of(result))
        return looks

    def _after_running(self, change: Change, run: HostResult, look: Look | UnyoError) -> StepResult:
        seen = {key: after for key, (_, after) in tasks_of(change).left.items()}
        seen |= {"answer": run.answer} if run.answer else {}
        if isinstance(look, UnyoError):
            return result_of(run.error) if run.error else replace(result_of(look), outcome=Outcome.UNVERIFIED)
        left = look.without(self.confirmed_by_running)
        # A failed task that only its own success can prove is not excused by a clean look.
        excused = left.is_clean and look.is_clean
        if run.error is not None and not excused:
            return result_of(run.error, seen)
        return StepResult(Outcome.DONE, seen) if left.is_clean else _not_confirmed(left)

    def _settled(self, change: Change, look: Look | UnyoError) -> StepResult:
        if isinstance(look, UnyoError):
            return replace(result_of(look), outcome=Outcome.UNVERIFIED)
        if look.is_clean:
            return StepResult(Outcome.DONE)
        if tasks_of(change) == look:
            return StepResult(
                Outcome.SKIPPED,
                None,
                "step.stopped",
                Text("stopped before anything was done", "実行前に停止しました"),
                Text("run what was not reached: unyo jobs resume", "未実施分を実行: unyo jobs resume"),
            )
        return _not_confirmed(look)


def _hosts(changes: Sequence[Change], tools: Tools) -> list[PlayHost | UnyoError]:
    known = tools.assets.terminals({change.target.key for change in changes})
    return [
        PlayHost(known[change.target.key], (change.after or {})[VARIABLES])
        if change.target.key in known
        else _not_in_ledger(change.target)
        for change in changes
    ]


def _before_running(change: Change, look: Look | UnyoError, recovering: bool) -> StepResult | None:
    """The end of a step that needs no run, or None where the playbook is to run."""
    if isinstance(look, UnyoError):
        return result_of(look)
    if look.is_clean:
        return StepResult(Outcome.DONE if recovering else Outcome.UNCHANGED)
    if recovering or is_as_planned(change, look):
        return None
    return StepResult(
        Outcome.SKIPPED,
        None,
        "step.moved",
        Text(
            "the playbook would now do something else than planned", "計画時と異なる変更が必要になっています"
        ),
        Text("make a new plan (unyo jobs resume)", "計画を作り直す (unyo jobs resume)"),
        detail=look.names,
    )


def _not_confirmed(left: Look) -> StepResult:
    return StepResult(
        Outcome.UNVERIFIED,
        None,
        "playbook.left",
        Text("a second look still finds something to do", "実行後の確認で、未完了のタスクが残っています"),
        Text(
            "look at the named tasks on the terminal, then plan again", "該当タスクを端末で確認し、計画し直す"
        ),
        detail=left.names,
    )


def _not_in_ledger(target: Target) -> NotFound:
    return NotFound(
        "terminals.unknown",
        Text("the terminal is no longer in the ledger", "端末が台帳にありません"),
        Text("correct the ledger, then plan again", "台帳を直して計画し直す"),
        target=target.shown,
    )


def _unforeseen_tasks(changes: Sequence[Change]) -> list[Finding]:
    """One finding per task, however many terminals it is about; terminals not looked at are named one by one."""
    where: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        for task in tasks_of(change).unforeseen:
            where[task].append(change.target.label or change.target.key)
    found = [
        Finding(
            "playbook.unforeseen",
            Weight.ODD,
            Text(
                f"check mode cannot foresee the task “{task}” ({len(names)} terminals)",
                f"タスク「{task}」は事前に確認できません ({len(names)} 台)",
            ),
            ", ".join(names[:5]) + (", …" if len(names) > 5 else ""),
        )
        for task, names in where.items()
    ]
    for change in changes:
        if not change.foreseen and change.reason is not None and not tasks_of(change).unforeseen:
            found.append(Finding("playbook.blind", Weight.ODD, change.reason, change.target.shown))
    return found
