"""Bring terminals to the security baseline: planned rule by rule, guarded, read back, and undone exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.change import Change, State
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook, not_foreseen, pending_reboot
from unyo.core.target import Target
from unyo.core.terminal import Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.comparing import check_mode
from unyo.runbooks.policy.rules.guarding import (
    confirmed,
    cut_off,
    error_of,
    is_cut_off,
    play_settings,
    touched,
)
from unyo.runbooks.policy.rules.planning import (
    DEFINITIONS,
    Remarks,
    due_rules,
    planned,
    remarks_as_findings,
)
from unyo.runbooks.policy.rules.reading import AWAITS, Reading, read_settings
from unyo.runbooks.policy.rules.scope import BaselineSelection, Scope, scope_of
from unyo.runbooks.policy.rules.states import PENDING, definition_findings, read_states, terminal_of

LOGON_STOPPED = "terminals.logon.stopped"


@dataclass(frozen=True, kw_only=True)
class ApplyParams(BaselineSelection):
    """Which terminals, which rules; ``pinned`` are the packs as they were when the job was asked for."""

    pinned: str = option(Text("filled in by unyo", "unyo が設定"), default="", hidden=True)
    check_mode: bool = option(
        Text("compare with Ansible's check mode on one terminal", "1台で Ansible チェックモードと比較する"),
        default=True,
    )


class Apply(StateRunbook[ApplyParams]):
    """A state maps rule ids to values; exceptions that hold are left out, and no stronger value is weakened."""

    title = Text("security baseline: apply", "セキュリティ設定の適用")
    Params = ApplyParams
    risk = Risk.GUARDED
    checks_each_step = True
    pace = Pace(canary=1, wave=100, batch=100, waits_hours=14 * 24)

    def complete(self, params: ApplyParams, tools: Tools) -> ApplyParams:
        if params.pinned:
            return params
        return replace(params, pinned=scope_of(params, tools.assets.select(params), tools).digests)

    def targets(self, params: ApplyParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def plan(self, params: ApplyParams, tools: Tools) -> Plan:
        terminals = tools.assets.select(params)
        scope = scope_of(params, terminals, tools)
        remarks = Remarks()
        due = [due_rules(terminal, scope, remarks) for terminal in terminals]
        readings = read_settings(list(zip(terminals, due, strict=True)), tools)
        changes: list[Change] = []
        unchanged: list[Target] = []
        facing: tuple[Terminal, Change, Reading] | None = None
        for terminal, rules, reading in zip(terminals, due, readings, strict=True):
            if isinstance(reading, UnyoError):
                want = {rule.id: rule.wanted for rule in rules}
                changes.append(self._blind(terminal.target, want, reading))
                if not isinstance(reading, Unreachable):
                    remarks.unseen[reading.code, reading.what].add(terminal.name)
                continue
            change = planned(terminal, rules, reading, remarks)
            if change is None:
                unchanged.append(terminal.target)
                continue
            changes.append(change)
            facing = facing or (terminal, change, reading)
        findings = [*_pinned(params, scope), *self._findings(remarks, changes, scope, tools)]
        if facing is not None and params.check_mode:
            findings += check_mode(*facing, _rules(scope), tools)
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            tools.assets.in_service(),
            tuple(unchanged),
            tuple(findings),
            self.limits,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        facing = self._with_goals(changes, tools)
        results = super().apply(facing, tools, recovering)
        return self._ended(facing, results, tools, only_look=False)

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        return self._ended(changes, super().settle(changes, tools), tools, only_look=True)

    def want(self, target: Target, params: ApplyParams, tools: Tools) -> State | None:
        terminal = terminal_of(target, tools.assets.terminals([target.key]))
        scope = scope_of(params, [terminal], tools)
        return {rule.id: rule.wanted for rule in due_rules(terminal, scope, Remarks())}

    def read(self, target: Target, tools: Tools) -> State | None:
        want = self.want(target, ApplyParams(terminal=(target.key,)), tools)
        (state,) = read_states([Change(target, None, want)], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        return read_states(changes, tools)

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        terminals = tools.assets.terminals([change.target.key for change in changes])
        pairs = [(terminal_of(change.target, terminals), change) for change in changes]
        return [error_of(result) for result in play_settings(pairs, tools.baselines.rules(), tools)]

    def waits_for_reboot(self, change: Change, now: State) -> bool:
        wanted = {key: value for key, value in (change.after or {}).items() if now.get(key) != value}
        coming: Mapping[str, Any] = now.get(PENDING) or {}
        return bool(wanted) and all(coming.get(key) == value for key, value in wanted.items())

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        # Where the account is refused everywhere, there is nothing to plan until it is mended.
        return error if error.code == LOGON_STOPPED else not_foreseen(target, want, error)

    def undo_findings(self, changes: Sequence[Change], tools: Tools) -> Sequence[Finding]:
        return definition_findings(changes, tools)

    def _blind(self, target: Target, want: State, error: UnyoError) -> Change:
        blind = self.unreadable(target, want, error)
        if isinstance(blind, UnyoError):
            raise blind
        return blind

    def _findings(
        self, remarks: Remarks, changes: Sequence[Change], scope: Scope, tools: Tools
    ) -> list[Finding]:
        found = remarks_as_findings(remarks, _rules(scope), tools.terminals.way)
        named_apart = {name for names in remarks.unseen.values() for name in names}
        blind = [change.target.label for change in changes if not change.foreseen]
        blind = [name for name in blind if name not in named_apart]
        if blind:
            named = ", ".join(blind[:5]) + (" …" if len(blind) > 5 else "")
            text = Text(
                f"{len(blind)} terminals could not be read; what changes there is seen when they can: {named}",
                f"読み取れない端末 {len(blind)} 台の変更内容は、読み取れた時点で確定します: {named}",
            )
            found.append(Finding("baseline.unseen", Weight.ODD, text))
        return found

    def _with_goals(self, changes: Sequence[Change], tools: Tools) -> list[Change]:
        """The changes that were planned blind, now that the terminal can be seen: nothing stronger is weakened."""
        blind = [change for change in changes if change.sort == "unseen"]
        seen = dict(zip(map(id, blind), read_states(blind, tools), strict=True)) if blind else {}
        rules = tools.baselines.rules()
        return [_with_goal(change, seen.get(id(change)), rules) for change in changes]

    def _ended(
        self, changes: Sequence[Change], results: Sequence[StepResult], tools: Tools, *, only_look: bool
    ) -> list[StepResult]:
        """The results after the guards, restarts that are due regarded."""
        rules = tools.baselines.rules()
        ended = list(results)
        guarded = [i for i, change in enumerate(changes) if any(rule.cuts for rule in touched(change, rules))]
        good = [i for i in guarded if ended[i].outcome.is_good]
        terminals = tools.assets.terminals([changes[i].target.key for i in good])
        pairs = [(terminals[changes[i].target.key], ended[i]) for i in good]
        for i, result in zip(good, confirmed(pairs, tools, only_look=only_look), strict=True):
            ended[i] = result
        for i in set(guarded) - set(good):
            if is_cut_off(ended[i]):
                ended[i] = cut_off(ended[i], tools)
        return [
            _shortened(_restart_regarded(change, result, rules))
            for change, result in zip(changes, ended, strict=True)
        ]


def _rules(scope: Scope) -> dict[str, Rule]:
    return {rule.id: rule for pack in scope.packs.values() for rule in pack.rules}


def _pinned(params: ApplyParams, scope: Scope) -> list[Finding]:
    if params.pinned and params.pinned != scope.digests:
        return [
            Finding(
                "baseline.pack_changed",
                Weight.REFUSE,
                Text(
                    f"the rule packs have changed since this was asked for ({params.pinned} → {scope.digests}); "
                    "ask anew",
                    f"依頼後にルールパックが変更されています({params.pinned} → {scope.digests})。"
                    "新たに依頼してください",
                ),
            )
        ]
    return [
        Finding("baseline.packs", Weight.NOTE, Text(f"packs: {scope.digests}", f"パック: {scope.digests}"))
    ]


def _with_goal(change: Change, now: State | UnyoError | None, rules: Mapping[str, Rule]) -> Change:
    if now is None or isinstance(now, UnyoError):
        return change
    after = {
        key: rules[key].goal(now[key]) if rules[key].wanted == value else value
        for key, value in (change.after or {}).items()
    }
    return replace(change, after=after)


def _restart_regarded(change: Change, result: StepResult, rules: Mapping[str, Rule]) -> StepResult:
    """Most settings read back at once although Windows looks at them only when it starts."""
    if result.outcome is not Outcome.DONE or result.seen is None or not result.seen.get(AWAITS):
        return result
    return pending_reboot(result.seen) if any(rule.reboot for rule in touched(change, rules)) else result


def _shortened(result: StepResult) -> StepResult:
    """What is kept of a step need not repeat what its change holds."""
    if result.seen is None:
        return result
    left_out = (DEFINITIONS, PENDING)
    return replace(result, seen={key: value for key, value in result.seen.items() if key not in left_out})
