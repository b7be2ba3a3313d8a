"""Writing settings through Ansible, and confirming to the terminal that unyo still comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from unyo.core.baseline import Kind, Rule
from unyo.core.change import Change
from unyo.core.dates import in_jst
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.playbook import HostResult, PlayHost, TaskStatus
from unyo.core.state_runbook import result_of
from unyo.core.terminal import Answer, Errand, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.reading import AWAITS_SETTING, setting_of

PLAYBOOK = "policy.apply"
GUARD = "guard"
GUARD_ID = "policy"
GUARD_MINUTES = 10
GUARD_TASK = "with a guard that takes them back"
GUARD_UNHEARD, GUARD_FAILED = "baseline.guard_unheard", "baseline.guard_failed"
# With these the task has not even logged on.
_NOT_LET_IN = ("ansible.unreachable", "terminals.quota", "terminals.logon", "terminals.kerberos.refused")
TASK_SECONDS = 900
"""A terminal that hangs in a task is left after this time, so that the others of its wave need not wait longer."""
_CONFIRM_SECONDS = 60


def play_settings(
    changes: Sequence[tuple[Terminal, Change]],
    rules: Mapping[str, Rule],
    tools: Tools,
    *,
    check: bool = False,
) -> list[HostResult]:
    """Play ``policy.apply``; ``change.before`` is what was read a moment ago, the instant of the start included."""
    hosts = [PlayHost(terminal, play_variables(change, rules)) for terminal, change in changes]
    return tools.playbooks.play(PLAYBOOK, hosts, check=check)


def touched(change: Change, rules: Mapping[str, Rule]) -> list[Rule]:
    """The rules whose value the change alters."""
    return [rules[item.key] for item in change.differences() if item.key in rules]


def play_variables(change: Change, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What the playbook is told of one terminal: the settings that differ, those that may cut the way apart."""
    now = change.before or {}
    ordinary: list[dict[str, Any]] = []
    guarded: list[dict[str, Any]] = []
    differing = touched(change, rules)
    for rule in differing:
        value = (change.after or {})[rule.id]
        if value is None and rule.setting.kind is Kind.SECURITY:
            # It cannot be unset by itself, only with the value that it depends on; reading back tells.
            continue
        item = {
            **setting_of(rule),
            "value": value,
            "before": now.get(rule.id),
        }
        (guarded if rule.cuts else ordinary).append(item)
    if any(rule.reboot for rule in differing):
        ordinary.append({**AWAITS_SETTING, "value": now.get("_boot")})
    return {
        "terminal_baseline_settings": ordinary,
        "terminal_baseline_channel_settings": guarded,
        "terminal_baseline_guard_id": GUARD_ID,
        "terminal_baseline_guard_minutes": GUARD_MINUTES,
        "terminal_baseline_seconds": TASK_SECONDS,
        "terminal_serial_seconds": min(120, TASK_SECONDS),
    }


def error_of(result: HostResult) -> UnyoError | None:
    """The error of a play on one terminal; one of its own where the settings under guard had been begun."""
    error = result.error
    begun = any(GUARD_TASK in task.task and task.status is not TaskStatus.SKIPPED for task in result.tasks)
    if error is None or not begun or error.code in _NOT_LET_IN:
        return error
    if isinstance(error, Unreachable):
        what = Text(
            "the connection broke while settings under guard were written",
            "保護対象の設定の書込み中に接続が切れました",
        )
        again = Text(
            "unyo reads the terminal back before anything is repeated", "再実行前に端末を読み直します"
        )
        return Unreachable(GUARD_UNHEARD, what, again, target=error.target, detail=error.detail)
    if isinstance(error, TargetSaidNo):
        return TargetSaidNo(
            GUARD_FAILED, error.what, error.next_step, target=error.target, detail=error.detail
        )
    return error


def is_cut_off(result: StepResult) -> bool:
    """Whether a terminal that could not be read back may have been cut off by what was written.

    One that went away, or shut its door, before anything under guard was begun is only what its error says.
    """
    if result.seen is not None or result.untouched:
        return False
    unknown = (Outcome.UNVERIFIED, Outcome.ERRORED)
    return result.outcome in unknown or result.code in (GUARD_UNHEARD, GUARD_FAILED)


def confirmed(
    ended: Sequence[tuple[Terminal, StepResult]], tools: Tools, *, only_look: bool = False
) -> list[StepResult]:
    """The results of terminals that were read back, after each has been told that unyo came in again.

    ``only_look`` tells nobody: a guard that is still armed will take the settings back.
    """
    mode = "status" if only_look else "confirm"
    errands = [Errand(terminal, {"mode": mode, "id": GUARD_ID}) for terminal, _ in ended]
    answers = tools.terminals.run(GUARD, errands, timeout=_CONFIRM_SECONDS) if errands else []
    until = tools.clock.now() + timedelta(minutes=GUARD_MINUTES)
    return [
        _after_confirming(result, answer, f"{in_jst(until):%H:%M}")
        for (_, result), answer in zip(ended, answers, strict=True)
    ]


def cut_off(result: StepResult, tools: Tools) -> StepResult:
    """The result of a terminal that could not be read back after a setting that may cut the way was written."""
    until = in_jst(tools.clock.now() + timedelta(minutes=GUARD_MINUTES))
    return _reverts(result, f"{until:%H:%M}")


def _after_confirming(result: StepResult, answer: Answer | UnyoError, until: str) -> StepResult:
    if isinstance(answer, Unreachable) and result.untouched:
        # Nothing was written just now, so no rule has cut the way: it is away, perhaps for its restart.
        return replace(result_of(answer, result.seen), untouched=True)
    if isinstance(answer, UnyoError):
        said = f"{answer.code} {answer.detail or ''}".strip()
        return _reverts(replace(result, detail=said), until)
    if answer.get("armed"):
        return _reverts(result, until)
    if answer.get("reverted"):
        at = str(answer.get("reverted_at") or "?")
        return replace(
            result,
            outcome=Outcome.UNVERIFIED,
            code="baseline.reverted",
            message=Text(
                f"nobody confirmed in time; the terminal took the guarded settings back at {at}",
                f"期限内に確認できず、端末が {at} に保護対象の設定を元に戻しました",
            ),
            next_step=_AGAIN,
        )
    return result


def _reverts(result: StepResult, until: str) -> StepResult:
    return replace(
        result,
        outcome=Outcome.UNVERIFIED,
        code="baseline.not_confirmed",
        message=Text(
            f"unyo could not come back in; the terminal takes the guarded settings back by itself by {until}",
            f"再接続できません。端末は {until} までに保護対象の設定を自動的に元に戻します",
        ),
        next_step=_AGAIN,
    )


_AGAIN = Text(
    "find the rule that shut unyo out (unyo plan names it), make an exception, then: unyo jobs resume",
    "接続を遮断したルールを確認して(unyo plan に表示)例外を登録し、unyo jobs resume を実行",
)
