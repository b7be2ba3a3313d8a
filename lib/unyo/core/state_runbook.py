"""A runbook whose targets have a state that can be read: write three verbs, get the rest."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from unyo.core.change import Change, State, holds_secret, matches, without_secrets
from unyo.core.errors import BadInput, BadSetting, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import params_as_json
from unyo.core.plan import Finding, Plan
from unyo.core.runbook import P, Runbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools

T = TypeVar("T")


class StateRunbook(Runbook[P]):
    """want, read and write for one target; override the ``_many`` forms where batches are faster."""

    @abstractmethod
    def want(self, target: Target, params: P, tools: Tools) -> State | None:
        """What should be there; None where the target should not exist."""

    @abstractmethod
    def read(self, target: Target, tools: Tools) -> State | None:
        """What is there now; None where the target does not exist."""

    @abstractmethod
    def write(self, change: Change, tools: Tools) -> None:
        """Make it so on one target; ``change.before`` is the whole state read a moment ago.

        Must be safe to repeat. Raises an UnyoError where the target refuses or does not answer.
        """

    def want_many(self, targets: Sequence[Target], params: P, tools: Tools) -> list[State | None]:
        return [self.want(target, params, tools) for target in targets]

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        """One state or one error per target, in order."""
        return [attempt(self.read, target, tools) for target in targets]

    def read_planned(
        self, targets: Sequence[Target], wanted: Sequence[State | None], tools: Tools
    ) -> list[State | UnyoError | None]:
        """Like ``read_many``, for a runbook that reads no more than what is wanted."""
        return self.read_many(targets, tools)

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        """Like ``read_many``, for a runbook that finds a target faster by what the plan knows of it."""
        return self.read_many([change.target for change in changes], tools)

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        """One error or None per change, in order."""
        return [attempt(self.write, change, tools) for change in changes]

    def waits_for_reboot(self, change: Change, now: State) -> bool:
        """Whether all that is not yet as wanted in ``now`` will be so after a reboot that is due."""
        return False

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        """What a plan holds for a target that could not be read: its error, which ends the planning, or a
        change that is not foreseen (``not_foreseen``), where one target must not stop a fleet."""
        return error

    def describe(self, change: Change) -> Change:
        """Add the sort, the phase, the removal mark and the like to a plain before → after."""
        return replace(change, removes=change.after is None, sort=change.action)

    def findings(self, params: P, tools: Tools) -> Sequence[Finding]:
        """What else the reader of the plan should know."""
        return ()

    def undo_findings(self, changes: Sequence[Change], tools: Tools) -> Sequence[Finding]:
        """What the reader of an undo should know; ``changes`` are those to be taken back."""
        return ()

    def population(self, params: P, tools: Tools) -> int:
        """The number of things under management, the base of limits by share."""
        return len(self.targets(params, tools))

    def plan(self, params: P, tools: Tools) -> Plan:
        targets = self.targets(params, tools)
        wanted = self.want_many(targets, params, tools)
        changes, unchanged = [], []
        seen = self.read_planned(targets, wanted, tools)
        for target, want, now in zip(targets, wanted, seen, strict=True):
            if isinstance(now, UnyoError):
                blind = self.unreadable(target, want, now)
                if isinstance(blind, UnyoError):
                    raise blind
                changes.append(blind)
            elif matches(now, want) and not holds_secret(want):
                unchanged.append(target)
            else:
                changes.append(self.describe(Change(target, shown_before(now, want), want)))
        return Plan(
            self.name,
            params_as_json(params),
            tuple(sorted(changes, key=lambda change: change.phase)),
            self.population(params, tools),
            tuple(unchanged),
            tuple(self.findings(params, tools)),
            self.limits,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        seen = self.read_changes(changes, tools)
        results: dict[int, StepResult] = {}
        facing: list[tuple[int, Change]] = []
        for i, (change, now) in enumerate(zip(changes, seen, strict=True)):
            early = _before_writing(change, now, recovering) or self._awaited(change, now, recovering)
            if early is not None:
                results[i] = replace(early, untouched=True)
            elif not isinstance(now, UnyoError):
                facing.append((i, replace(change, before=now)))
        if facing:
            errors = self.write_many([change for _, change in facing], tools)
            after = self.read_changes([change for _, change in facing], tools)
            for (i, _), error, now in zip(facing, errors, after, strict=True):
                awaited = self._awaited(changes[i], now, True)
                results[i] = awaited or _after_writing(changes[i], error, now)
        return [results[i] for i in range(len(changes))]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        seen = self.read_changes(changes, tools)
        return [
            self._awaited(change, now, True) or _settled(change, now)
            for change, now in zip(changes, seen, strict=True)
        ]

    def _awaited(self, change: Change, now: State | UnyoError | None, written: bool) -> StepResult | None:
        """PENDING_REBOOT where something was ``written`` that only a reboot will bring about."""
        if not written or now is None or isinstance(now, UnyoError) or matches(now, change.after):
            return None
        return pending_reboot(now) if self.waits_for_reboot(change, now) else None


def not_foreseen(target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
    """A change whose target could not be read when it was planned; a wrong setting or input stays an error."""
    if isinstance(error, (BadSetting, BadInput)):
        return error
    return Change(target, {}, want, sort="unseen", foreseen=False, reason=error.what)


def shown_before(now: State | None, want: State | None) -> State | None:
    """What a plan keeps of the present state: the wanted keys, or all but the hidden ones (``_…``)."""
    if now is None:
        return None
    return {key: now.get(key) for key in (want or now) if not key.startswith("_")}


def attempt(call: Callable[..., T], *arguments: object) -> T | UnyoError:
    """The call's answer, or the error a person can read that it raised."""
    try:
        return call(*arguments)
    except UnyoError as error:
        return error


def result_of(error: UnyoError, seen: State | None = None) -> StepResult:
    """The step result that an error stands for."""
    return StepResult(error.outcome, seen, error.code, error.what, error.next_step, error.detail or "")


def pending_reboot(now: State) -> StepResult:
    """Written and accepted; the target must restart before it can be read back as wanted."""
    return StepResult(
        Outcome.PENDING_REBOOT,
        now,
        "step.reboot",
        Text("written; it takes effect with the next restart", "書込み済み。次の再起動で有効になります"),
        Text(
            "have the terminal restarted: unyo run terminals.restart",
            "再起動する: unyo run terminals.restart",
        ),
    )


def _before_writing(change: Change, now: State | UnyoError | None, recovering: bool) -> StepResult | None:
    """The end of a step that needs no writing, or None where it is to be written."""
    if isinstance(now, UnyoError):
        return result_of(now)
    if matches(now, change.after) and not holds_secret(change.after):
        return StepResult(Outcome.DONE if recovering else Outcome.UNCHANGED, now)
    if recovering or _as_planned(change.before, now):
        return None
    return StepResult(
        Outcome.SKIPPED,
        now,
        "step.moved",
        Text("somebody changed it after the plan was approved", "計画の承認後に対象が変更されています"),
        Text("make a new plan (unyo jobs resume)", "計画を作り直す (unyo jobs resume)"),
    )


def _as_planned(before: State | None, now: State | None) -> bool:
    if before is None or now is None:
        return before is None and now is None
    return all(now.get(key) == value for key, value in before.items())


def _after_writing(change: Change, error: UnyoError | None, now: State | UnyoError | None) -> StepResult:
    if isinstance(now, UnyoError):
        if error is not None:
            return result_of(error)
        return replace(result_of(now), outcome=Outcome.UNVERIFIED)
    if error is not None and not (matches(now, change.after) and not holds_secret(change.after)):
        return result_of(error, now)
    if matches(now, change.after):
        return StepResult(Outcome.DONE, now)
    return _not_as_wanted(change, now)


def _settled(change: Change, now: State | UnyoError | None) -> StepResult:
    if isinstance(now, UnyoError):
        return replace(result_of(now), outcome=Outcome.UNVERIFIED)
    if matches(now, change.after):
        if holds_secret(change.after) and matches(change.before, change.after):
            return _secret_unknown(now)
        return StepResult(Outcome.DONE, now)
    if _as_planned(change.before, now):
        return StepResult(
            Outcome.SKIPPED,
            now,
            "step.stopped",
            Text("stopped before anything was written", "書込み前に停止しました"),
            Text("run what was not reached: unyo jobs resume", "未実施分を実行: unyo jobs resume"),
        )
    return _not_as_wanted(change, now)


def _secret_unknown(now: State | None) -> StepResult:
    """Only the secret was to change, and a secret cannot be read back."""
    return StepResult(
        Outcome.UNVERIFIED,
        now,
        "step.secret_unknown",
        Text("nobody can tell whether the secret was set", "秘密情報が設定されたか確認できません"),
        Text("set it again: unyo jobs resume", "再設定する: unyo jobs resume"),
    )


def _not_as_wanted(change: Change, now: State | None) -> StepResult:
    wanted = without_secrets(change.after or {})
    odd = sorted(key for key in wanted if now is None or now.get(key) != wanted[key]) or ["(exists)"]
    named = ", ".join(odd)
    return StepResult(
        Outcome.UNVERIFIED,
        now,
        "step.unverified",
        Text(f"read back, not as wanted: {named}", f"読み戻した結果が計画と異なります: {named}"),
        Text("look at the target, then run unyo jobs resume", "対象を確認してから unyo jobs resume を実行"),
    )
